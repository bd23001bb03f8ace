import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { embeddingOf, file, idOf, newImage, post } from "../../support/new-image.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { temporaryPath } from "./temporary-library.ts";

test("totals equal a fresh count, whatever is added, moved, tagged and removed", async () => {
  const catalog = await openCatalog({ path: ":memory:" });
  const random = seededRandom(11);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const names = ["a", "b", "c", "d", "e", "f"];
  const somewhere = () =>
    random() < 0.4
      ? file(`/photos/${pick(["1", "2", "3"])}.jpg`, { root: "/photos" })
      : post(pick(["1", "2", "3", "4", "5"]), {
          guildId: pick(["g1", "g2"]),
          channelId: pick(["c1", "c2", "c3"]),
          parentId: pick([undefined, "c1"]),
          postedAt: Math.floor(random() * 5),
        });
  const failed = () => ({
    origin: pick(["discord:g1/c1/m-1/1", "discord:g1/c2/m-2/2", "/photos/9.jpg"]),
    bytes: 1,
    modifiedAt: 1,
    code: "damaged" as const,
    reason: "cut off",
    at: 1,
  });
  const steps = [
    () => catalog.images.put([newImage(pick(names), somewhere()), newImage(pick(names), somewhere())]),
    () => catalog.images.put([newImage(pick(names), somewhere())]),
    () => catalog.images.putPlacements([{ id: idOf(pick(names)), placement: somewhere() }]).catch(() => {}),
    () => catalog.files.remove([`/photos/${pick(["1", "2"])}.jpg`]),
    () => catalog.posts.remove({ guildId: "g1", messageIds: [pick(["m-1", "m-2", "m-3"])] }),
    () => catalog.posts.remove({ guildId: "g2", channelId: "c2" }),
    () => catalog.images.remove([idOf(pick(names))]),
    () => catalog.tags.put(idOf(pick(names)), pick(["x", "y"])).catch(() => {}),
    () => catalog.tags.reject(idOf(pick(names)), pick(["x", "y"])).catch(() => {}),
    () =>
      catalog.tags.setFromModel([
        { key: 1 + Math.floor(random() * 9), tags: [{ tag: pick(["x", "z"]), score: 0.7 }] },
      ]),
    () => {
      const id = pick(names);
      return catalog.embeddings
        .put("other@1", [{ id: idOf(id), embedding: embeddingOf(id) }])
        .catch(() => {});
    },
    () => catalog.files.putFailures([failed()]),
    () => catalog.files.clearFailures([failed().origin]),
  ];
  for (let round = 0; round < 400; round++) {
    await pick(steps)();
    if (round % 10 !== 9) continue;
    const problems = await catalog.check();
    expect(
      problems.filter((problem) => problem.includes("totals")),
      `round ${round}`,
    ).toEqual([]);
  }
  await catalog.close();
});

test("a scope that is queried again reflects every change, by this process or another", async () => {
  const path = await temporaryPath();
  const [mine, other] = [await openCatalog({ path }), await openCatalog({ path })];
  const channel = { files: "none", discord: { guildId: "g1", channelIds: ["c1"] } } as const;
  const size = () => mine.images.count({ ...channel, notTags: ["x"] });
  expect(await size()).toBe(0);
  await other.images.put([newImage("a", post("1")), newImage("b", post("2"))]);
  expect(await size()).toBe(2);
  await other.tags.put(idOf("a"), "x");
  expect(await size()).toBe(1);
  await mine.tags.reject(idOf("a"), "x");
  expect(await size()).toBe(2);
  await other.images.putPlacements([{ id: idOf("a"), placement: post("1", { channelId: "c2" }) }]);
  expect(await size()).toBe(1);
  await other.posts.remove({ guildId: "g1" });
  expect(await size()).toBe(0);
  await other.close();
  await mine.close();
});
