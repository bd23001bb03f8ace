import { expect, test } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { clusterImages } from "../../../src/core/labels/cluster-images.ts";
import type { Scope } from "../../../src/core/types.ts";
import { post } from "../../support/new-image.ts";
import { openLabelLibrary } from "./label-parts.ts";

const everything: Scope = { files: "all", discord: "all" };

/** Thirty pictures of three themes, each with a detail of its own. */
async function threeThemes() {
  const library = await openLabelLibrary();
  for (let nth = 0; nth < 10; nth++) {
    await library.add(`pizza pizza pizza detail${nth}`);
    if (nth < 8) await library.add(`giraffe giraffe giraffe detail${nth}`);
    if (nth < 6) await library.add(`beach beach beach detail${nth}`);
  }
  return library;
}

test("clusters are found, named and ordered by size, with representatives that differ", async () => {
  const library = await threeThemes();
  const clusters = await clusterImages(library, { scope: everything, count: 3 });
  expect(clusters.map(({ name, size }) => [name, size])).toEqual([
    ["pizza", 10],
    ["giraffe", 8],
    ["beach", 6],
  ]);
  for (const { ids, size, representatives } of clusters) {
    expect(new Set(ids).size).toBe(size);
    expect(representatives.length).toBeGreaterThan(1);
    expect(representatives.every(({ id }) => ids.includes(id))).toBe(true);
  }
});

test("a cluster has a name only where that holds for most of its pictures", async () => {
  const library = await openLabelLibrary();
  for (let nth = 0; nth < 8; nth++) await library.add(`giraffe detail${nth} detail${nth} detail${nth}`);
  const none = ["zebra one two three four", "pizza five six seven eight", "castle nine ten eleven twelve"];
  for (const words of none) await library.add(`${words} shared shared shared shared shared`);
  for (let nth = 0; nth < 4; nth++) await library.add(`shared shared shared shared nothing${nth}`);
  const clusters = await clusterImages(library, { scope: everything, count: 1 });
  expect(clusters.map(({ name }) => name)).toEqual([null]);
});

test("a second cluster of one thing is not called by what is only near it", async () => {
  const vectors = {
    dog: [1, 0.4, 0],
    wolf: [0.8, 0.5, 0.5],
  };
  const library = await openLabelLibrary({ vectors: { ...vectors, ...twoLitters } });
  for (const name of Object.keys(twoLitters)) await library.add(name);
  const clusters = await clusterImages(library, { scope: everything, count: 2 });
  expect(clusters.map(({ name }) => name).sort()).toEqual(["dog", null]);
});

/** Puppies of two looks, each nearer to "dog" than to "wolf". */
const twoLitters = Object.fromEntries(
  Array.from({ length: 6 }, (_, nth) => [
    [`brown puppy ${nth}`, [1, 0.1, 0, 0.01 * nth]],
    [`grey puppy ${nth}`, [0.8, 0.6, 0.05, -0.01 * nth]],
  ]).flat() as [string, number[]][],
);

test("the same library gives the same clusters", async () => {
  const library = await threeThemes();
  const request = { scope: everything };
  expect(await clusterImages(library, request)).toEqual(await clusterImages(library, request));
});

test("no picture makes no cluster, one makes one, and copies of one direction make one", async () => {
  const library = await openLabelLibrary();
  expect(await clusterImages(library, { scope: everything })).toEqual([]);
  await library.add("pizza");
  const [only, ...more] = await clusterImages(library, { scope: everything, count: 5 });
  expect(more).toEqual([]);
  expect(only).toMatchObject({ name: "pizza", size: 1 });
  await library.add("pizza pizza");
  expect(await clusterImages(library, { scope: everything, count: 2 })).toHaveLength(1);
});

test("what lies outside the scope plays no part", async () => {
  const library = await threeThemes();
  await library.add("castle", post("a1", { channelId: "open" }));
  const scope: Scope = { files: "none", discord: { guildId: "g1", channelIds: ["open"] } };
  const clusters = await clusterImages(library, { scope });
  expect(clusters).toMatchObject([{ name: "castle", size: 1 }]);
  expect(clusters[0]?.representatives[0]?.placements).toHaveLength(1);
});

test.each([0, -1, 1.5, 201])("a request for %d clusters is refused", async (count) => {
  const library = await openLabelLibrary();
  await expect(clusterImages(library, { scope: everything, count })).rejects.toThrow(UsageError);
});
