import { randomBytes } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { FINGERPRINT_BYTES } from "../../../src/core/image/hashing/perceptual-hash.ts";
import type { Catalog, NewImage } from "../../../src/core/ports.ts";
import type { Embedding } from "../../../src/core/types.ts";
import { textLine } from "../../support/catalog-contract/readings.ts";
import { file, newImage, post, SPACE } from "../../support/new-image.ts";
import { normalized, seededRandom } from "../../support/random-embeddings.ts";
import { temporaryPath } from "./temporary-library.ts";

const COUNT = 200;

/** What must not be found any more: one needle for each thing that is stored about an image. */
interface Traces {
  readonly id: Buffer;
  readonly thumbnail: Buffer;
  readonly fingerprint: Buffer;
  readonly vector: Buffer;
  readonly part: Buffer;
  readonly name: Buffer;
  readonly tag: Buffer;
  readonly caption: Buffer;
  /** A line that was read in it. */
  readonly line: Buffer;
}

interface Marked {
  readonly image: NewImage;
  /** The embedding of a part of it. */
  readonly frame: Embedding;
  readonly tag: string;
  readonly line: string;
  readonly traces: Traces;
}

const word = () => randomBytes(12).toString("hex");

/** Files and posts in turn, of many sizes, so that pages fill, split and overflow in every way. */
function marked(index: number): Marked {
  const [id, thumbnail, fingerprint] = [
    randomBytes(32),
    randomBytes(500 + ((index * 997) % 20_000)),
    // Version and flags are valid, so that the hashes of its windows are indexed.
    Buffer.concat([Buffer.of(2, 0), randomBytes(FINGERPRINT_BYTES - 2)]),
  ];
  const [name, tag, caption, line] = [word(), word(), word(), word()];
  const embedding = normalized(new Float32Array(512).map((_, at) => Math.sin(index * 512 + at)));
  const frame = normalized(new Float32Array(512).map((_, at) => Math.cos(index * 512 + at)));
  const placement =
    index % 2 === 0
      ? file(`/photos/album ${index % 7}/${name}.jpg`)
      : post(`${index}`, { filename: name, caption, authorId: `u${index % 5}` });
  const facts = { id: id.toString("hex"), thumbnail, fingerprint };
  return {
    image: { ...newImage(name, placement, facts), embedding, space: SPACE },
    frame,
    tag,
    line,
    traces: {
      id,
      thumbnail: thumbnail.subarray(-32),
      fingerprint: fingerprint.subarray(2, 20),
      vector: Buffer.from(embedding.buffer).subarray(1000, 1032),
      part: Buffer.from(frame.buffer).subarray(1000, 1032),
      name: Buffer.from(name),
      tag: Buffer.from(tag),
      caption: Buffer.from(index % 2 === 0 ? name : caption),
      line: Buffer.from(line),
    },
  };
}

function found(folder: string, images: readonly Marked[]): string[] {
  const contents = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  return images.flatMap(({ traces }) =>
    Object.entries(traces)
      .filter(([, bytes]) => contents.some((content) => content.includes(bytes)))
      .map(([what]) => what),
  );
}

async function filled(path: string, images: readonly Marked[]): Promise<Catalog> {
  const catalog = await openCatalog({ path });
  await catalog.readings.allow("g1");
  for (let at = 0; at < images.length; at += 16) {
    const some = images.slice(at, at + 16);
    await catalog.images.put(some.map(({ image }) => image));
    await catalog.embeddings.put(
      SPACE,
      some.map(({ image: { picture }, frame }) => ({
        id: picture.id,
        part: { kind: "frame", atMs: 1500 },
        embedding: frame,
      })),
    );
  }
  const records = await catalog.images.byId(images.map(({ image }) => image.picture.id));
  await catalog.tags.setFromModel(
    records.map(({ key }, at) => ({ key, tags: [{ tag: images[at]?.tag ?? "", score: 0.5 }] })),
  );
  for (let at = 0; at < images.length; at += 16) {
    const readings = images.slice(at, at + 16).map(({ image: { picture }, line }) => ({
      id: picture.id,
      engine: "test",
      lines: [textLine(line)],
    }));
    await catalog.readings.put(readings);
  }
  for (const [at, { image }] of images.slice(0, 40).entries()) {
    const b = images[at + 1]?.image.picture.id ?? "";
    await catalog.verdicts.put({ a: image.picture.id, b, verdict: "same", at });
  }
  return catalog;
}

test("no byte of what a person removed is left in any file of the library", async () => {
  const path = await temporaryPath();
  const folder = dirname(path);
  const images = Array.from({ length: COUNT }, (_, index) => marked(index));
  const catalog = await filled(path, images);
  expect(found(folder, images).length, "the scan can find them").toBe(COUNT * 9);

  const random = seededRandom(3);
  const some = images.filter(() => random() < 0.3);
  const byAuthor = images.filter(
    ({ image: { placement } }) => "authorId" in placement && placement.authorId === "u1",
  );
  const gone = [...new Set([...some, ...byAuthor])];
  const kept = images.filter((image) => !gone.includes(image));
  for (let at = 0; at < some.length; at += 20) {
    await catalog.images.remove(some.slice(at, at + 20).map(({ image }) => image.picture.id));
  }
  await catalog.posts.remove({ guildId: "g1", authorId: "u1" });
  expect(found(folder, gone).length, "nearly all of it at once").toBeLessThan(gone.length * 0.1);
  await catalog.close();
  expect(found(folder, gone), "all of it when closed").toEqual([]);
  expect(found(folder, kept)).toHaveLength(kept.length * 9);

  const again = await openCatalog({ path });
  await again.files.removeRoot("/photos");
  await again.posts.eraseCaptions("g1");
  expect(await again.check()).toEqual([]);
  await again.close();
  const files = images.filter(({ image }) => image.placement.kind === "file");
  expect(found(folder, files)).toEqual([]);
  expect(found(folder, images)).not.toContain("caption");
  expect(found(folder, images)).toContain("thumbnail");
});

test("nor of what a face kept of a person and erased", async () => {
  const path = await temporaryPath();
  const folder = dirname(path);
  const kept = Array.from({ length: 200 }, (_, at) => ({
    name: `saved/${at}/${word()}`,
    value: word().repeat(1 + (at % 40)),
  }));
  const catalog = await openCatalog({ path });
  for (const { name, value } of kept) await catalog.state.set(name, value);
  const gone = kept.filter((_, at) => at % 3 === 0);
  await catalog.state.erase(gone.map(({ name }) => name));
  await catalog.close();
  const bytes = Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))));
  const isThere = ({ name, value }: (typeof kept)[number]) => bytes.includes(name) || bytes.includes(value);
  expect(gone.filter(isThere)).toEqual([]);
  expect(kept.filter(isThere)).toHaveLength(kept.length - gone.length);
});

test("a removal whose process was killed is finished by the next to close the catalog", async () => {
  const path = await temporaryPath();
  const images = Array.from({ length: COUNT }, (_, index) => marked(index));
  await (await filled(path, images)).close();
  const open = await openCatalog({ path });
  await open.images.remove(images.slice(0, 100).map(({ image }) => image.picture.id));
  // The files as they are after a process was killed.
  const left = await temporaryPath();
  for (const end of ["", "-wal"]) copyFileSync(`${path}${end}`, `${left}${end}`);
  const next = await openCatalog({ path: left });
  expect((await next.images.totals()).images).toBe(COUNT - 100);
  await next.close();
  expect(found(dirname(left), images.slice(0, 100))).toEqual([]);
  await open.close();
});

test("only words that were kept are worth rewriting the file", async () => {
  const path = await temporaryPath();
  const catalog = await openCatalog({ path });
  await catalog.images.put([newImage("cat", post("1", { caption: undefined })), newImage("dog", post("2"))]);
  const isDue = () => {
    const database = new Database(path, { readonly: true });
    const rows = database.prepare("SELECT removals FROM maintenance WHERE task = 'vacuum'").pluck().all();
    database.close();
    return rows.length > 0;
  };
  const { guildId, messageId } = post("1");
  await catalog.posts.setCaption(guildId, "nobody's", "edited");
  await catalog.posts.setCaption(guildId, messageId, "new words");
  await catalog.posts.setCaption(guildId, messageId, "new words");
  expect(isDue()).toBe(false);
  await catalog.posts.setCaption(guildId, messageId, "other words");
  expect(isDue()).toBe(true);
  await catalog.close();
});

test("no part of a removed word is left in the full-text indexes", async () => {
  const path = await temporaryPath();
  const catalog = await openCatalog({ path });
  const ids = await Promise.all(
    ["alpha", "bravo"].map(async (name) => {
      const image = newImage(name, file(`/photos/${name}.jpg`));
      await catalog.images.put([image]);
      return image.picture.id;
    }),
  );
  const [alpha = "", bravo = ""] = ids;
  await catalog.texts.put(bravo, ["zulu", "yankee"]);
  await catalog.texts.put(alpha, ["whiskey"]);
  await catalog.texts.put(alpha, ["uniform"]);
  await catalog.images.remove([bravo]);
  await catalog.close();
  const database = new Database(path);
  const termsOf = (index: string) => {
    database.exec(`CREATE VIRTUAL TABLE temp.${index}_terms USING fts5vocab (main, ${index}, row)`);
    return database.prepare(`SELECT term FROM temp.${index}_terms ORDER BY term`).pluck().all();
  };
  expect(termsOf("text_words")).toEqual(["alpha", "jpg", "photos", "uniform"]);
  const trigrams = termsOf("text_trigrams");
  expect(trigrams).toEqual(expect.arrayContaining(["alp", "for", "jpg"]));
  expect(
    trigrams.filter((term) => ["whi", "key", "zul", "yan", "kee", "bra", "avo"].includes(term as string)),
  ).toEqual([]);
  database.close();
});
