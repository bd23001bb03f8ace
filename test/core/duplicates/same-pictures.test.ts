import { setTimeout as delay } from "node:timers/promises";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { findReposts, findSamePictures } from "../../../src/core/duplicates/same-pictures.ts";
import type { RawPicture } from "../../../src/core/image/raw-picture.ts";
import { encodeThumbnail } from "../../../src/core/image/thumbnail.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import type { Scope } from "../../../src/core/types.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { idOf, newImage, post } from "../../support/new-image.ts";
import { temporaryPath } from "../catalog/temporary-library.ts";
import { everything } from "./duplicate-library.ts";
import { blank, blended, brightened, fingerprint, framed, mirrored, painted, rotated } from "./painted.ts";

const embedder = new FakeEmbedder({ space: "test@00000000", dimensions: 4 });

const shown = async (name: string, pixels: RawPicture, at?: Parameters<typeof newImage>[1]) => {
  const { width, height } = pixels;
  const thumbnail = await encodeThumbnail(pixels);
  return newImage(name, at, { fingerprint: fingerprint(pixels), thumbnail, width, height });
};

const copies = {
  original: painted(1),
  mirrored: mirrored(painted(1)),
  rotated: rotated(painted(1)),
  brighter: brightened(painted(1)),
  framed: framed(painted(1)),
  overlaid: blended(painted(1), painted(2), 0.05),
};

/** Copies of one picture among others that are unlike it. */
async function libraryOf(path: string, others: number): Promise<Catalog> {
  const catalog = await openCatalog({ path });
  await catalog.images.put(
    await Promise.all(Object.entries(copies).map(([name, pixels]) => shown(name, pixels))),
  );
  await catalog.images.put(
    await Promise.all(Array.from({ length: others }, (_, at) => shown(`other ${at}`, painted(100 + at)))),
  );
  await catalog.images.put([await shown("white", blank()), await shown("grey", blank())]);
  return catalog;
}

async function sameAs(catalog: Catalog, name: string, scope: Scope = everything): Promise<string[]> {
  const found = await findSamePictures({ catalog, embedder }, idOf(name), scope);
  const names = new Map([...Object.keys(copies), "white", "grey", "secret", "open"].map((n) => [idOf(n), n]));
  return found.map(({ id }) => names.get(id) ?? "another").sort();
}

const sorted = Object.keys(copies).sort();

test("a copy finds every other, and hardly any of the rest of the library is read for it", async () => {
  const catalog = await libraryOf(":memory:", 80);
  let read = 0;
  const counting: Catalog = {
    ...catalog,
    images: {
      ...catalog.images,
      fingerprints: () => {
        throw new Error("reads every fingerprint");
      },
      lookAlikes: async function* (...question) {
        for await (const batch of catalog.images.lookAlikes(...question)) {
          read += batch.length;
          yield batch;
        }
      },
    },
  };
  for (const name of sorted) expect(await sameAs(counting, name), name).toEqual(sorted);
  expect(read / sorted.length).toBeLessThan(20);
  expect(await sameAs(counting, "white")).toEqual(["white"]);
  await catalog.close();
});

test("what was removed, or lies outside the scope, is not found", async () => {
  const catalog = await libraryOf(":memory:", 0);
  await catalog.images.remove([idOf("mirrored")]);
  expect(await sameAs(catalog, "original")).toEqual(sorted.filter((name) => name !== "mirrored"));
  await catalog.images.put([
    await shown("secret", rotated(mirrored(painted(1))), post("1", { channelId: "secret" })),
    await shown("open", brightened(mirrored(painted(1))), post("2", { channelId: "open" })),
  ]);
  const open: Scope = { files: "none", discord: { guildId: "g1", channelIds: ["open"] } };
  expect(await sameAs(catalog, "original", open)).toEqual(["open"]);
  await catalog.verdicts.put({ a: idOf("original"), b: idOf("secret"), verdict: "same", at: 1 });
  expect(await sameAs(catalog, "original", open)).toEqual(["open"]);
  await catalog.close();
});

/** A library as it was before hashes were indexed; returns how many rows there should be. */
function withoutHashes(path: string): number {
  const database = new Database(path);
  const rows = database.prepare("SELECT count(*) FROM hashes").pluck().get() as number;
  database.exec("DELETE FROM hashes; INSERT INTO hash_backlog SELECT 1, 0, max(key) FROM images;");
  database.close();
  return rows;
}

function hashesIn(path: string): { rows: number; left: number } {
  const database = new Database(path, { readonly: true });
  const count = (table: string) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  const found = { rows: count("hashes"), left: count("hash_backlog") };
  database.close();
  return found;
}

test("an older library answers at once, and its pictures are filed in the background from the first question on", async () => {
  const path = await temporaryPath();
  await (await libraryOf(path, 30)).close();
  const rows = withoutHashes(path);
  const catalog = await openCatalog({ path });
  expect(hashesIn(path)).toEqual({ rows: 0, left: 1 });
  expect(await sameAs(catalog, "original")).toEqual(sorted);
  for (let tries = 0; hashesIn(path).left > 0 && tries < 400; tries++) await delay(25);
  expect(hashesIn(path)).toEqual({ rows, left: 0 });
  expect(await sameAs(catalog, "original")).toEqual(sorted);
  expect(await catalog.check()).toEqual([]);
  await catalog.close();
});

test("filing goes on where another process stopped; until then the rest is compared one by one", async () => {
  const path = await temporaryPath();
  await (await libraryOf(path, 30)).close();
  withoutHashes(path);
  const database = new Database(path);
  database.exec(
    "UPDATE images SET fingerprint = fingerprint WHERE key <= 3; UPDATE hash_backlog SET done = 3",
  );
  database.close();
  const reading = await openCatalog({ path, readOnly: true });
  for (const name of sorted) expect(await sameAs(reading, name), name).toEqual(sorted);
  await reading.close();
  const catalog = await openCatalog({ path });
  await catalog.images.remove([idOf("rotated")]);
  await catalog.images.put([await shown("open", mirrored(painted(1)))]);
  const left = ["open", ...sorted.filter((name) => name !== "rotated")].sort();
  expect(await sameAs(catalog, "original")).toEqual(left);
  await catalog.close();
});

test("a repost check in a guild asks once what is visible, of the channels with a look-alike alone", async () => {
  const catalog = await openCatalog({ path: ":memory:" });
  const at = (channelId: string, postedAt: number, guildId = "g1") =>
    post(`${channelId}-${postedAt}`, { guildId, channelId, postedAt });
  await catalog.images.put([
    await shown("original", copies.original, at("open", 1)),
    await shown("original", copies.original, at("open", 2)),
    await shown("mirrored", copies.mirrored, at("hidden", 3)),
    await shown("rotated", copies.rotated, at("elsewhere", 4, "g2")),
    await shown("brighter", copies.brighter, at("general", 5)),
    ...(await Promise.all(
      Array.from({ length: 20 }, (_, n) => shown(`other ${n}`, painted(100 + n), at(`c${n}`, n))),
    )),
  ]);
  const asked: string[][] = [];
  const found = await findReposts({ catalog, embedder }, idOf("brighter"), {
    guildId: "g1",
    scopeAmong: async (channelIds) => {
      asked.push([...channelIds].sort());
      const open = channelIds.filter((id) => id !== "hidden");
      return { files: "none", discord: { guildId: "g1", channelIds: open, ageRestricted: false } };
    },
  });
  expect(asked).toEqual([["general", "hidden", "open"]]);
  expect(found.map(({ id }) => id)).toEqual([idOf("original"), idOf("brighter")]);
  expect(found[0]?.placements).toMatchObject([{ postedAt: 1 }, { postedAt: 2 }]);
  await catalog.close();
});
