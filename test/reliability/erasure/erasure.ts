import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Library } from "../../../src/core/library.ts";
import type { Embedding } from "../../../src/core/types.ts";
import { PcaProjection } from "../../../src/core/vector-index/pca-projection.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { post } from "../../support/new-image.ts";
import { openTestLibrary } from "../../support/test-library.ts";
import { openIndex } from "../crash/workloads.ts";

/** Bytes that one picture leaves in the library's files, by kind. */
type Traces = Record<string, Buffer>;

interface Kept {
  /** Of a file. */
  readonly path: string;
  /** Of a post. */
  readonly author: string;
  readonly embedding: Embedding;
  readonly traces: Traces;
}

const PROJECTION = "projection";
const NEXT = "next@11111111";
const NEXT_DIMENSIONS = 96;

export interface ErasureReport {
  readonly pictures: number;
  readonly removed: number;
  /** Byte strings searched for. */
  readonly needles: number;
  /** Found before the removals, which shows that the scan works. */
  readonly before: number;
  /** Found right after them, while the library is open. */
  readonly whileOpen: number;
  /** Found after it was closed, one sentence each. */
  readonly left: readonly string[];
  /** Of pictures that were kept, but are no longer found. */
  readonly lost: number;
}

const AUTHORS = 5;

/** Files and posts of several people in a library with a graph file and two models; some are removed in each possible way. */
export async function erasure(home: string, pictures: number): Promise<ErasureReport> {
  const [directory, folder] = [join(home, "library"), join(home, "pictures")];
  mkdirSync(folder, { recursive: true });
  // Thumbnails and fingerprints of many sizes, as distinct as those of real pictures.
  const embedder = new FakeEmbedder({ facts: (bytes) => factsOf(bytes) });
  const next = new FakeEmbedder({ space: NEXT, facts: factsOf, dimensions: NEXT_DIMENSIONS });
  const opened = await openTestLibrary(directory, { embedder, models: { next } });
  const posts = await addPosts(opened.library, pictures / 2);
  const files = await addFiles(opened.library, folder, pictures / 2);
  await opened.library.tags.setVocabulary({ tags: [{ tag: "snow" }] });
  const index = openIndex(opened.catalog, embedder, directory);
  await index.ready();
  await index.close();
  const all = [...posts, ...files];
  noteProjections(directory, all);
  // From here on, the vectors and graph above belong to a previous model: erasure must cover every space.
  await opened.library.useModel("next", { evenIfIncomplete: true });
  for (const { path, traces } of files) {
    const { embedding } = await next.embedPicture({ path });
    traces.nextVector = floats(embedding.slice(40, 48));
  }
  const needles = numberOf(all);
  const before = found(directory, all).length;

  const gone = await remove(opened.library, posts, files);
  const removed = all.filter((one) => gone.has(one));
  const kept = all.filter((one) => !gone.has(one));
  const whileOpen = found(directory, removed).length;
  await opened.library.close();
  const left = found(directory, removed);
  return {
    pictures: all.length,
    removed: removed.length,
    needles,
    before,
    whileOpen,
    left,
    lost: numberOf(kept) - found(directory, kept).length,
  };
}

const numberOf = (some: readonly Kept[]) =>
  some.reduce((sum, { traces }) => sum + Object.keys(traces).length, 0);

function factsOf(bytes: Uint8Array) {
  const noise = (salt: string, length: number) => {
    const parts = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
      createHash("sha256").update(bytes).update(`${salt}${i}`).digest(),
    );
    return Buffer.concat(parts).subarray(0, length);
  };
  return {
    thumbnail: noise("thumbnail", 400 + ((bytes[bytes.length - 1] ?? 0) % 40) * 300),
    fingerprint: noise("hash", 40),
  };
}

const word = () => randomBytes(9).toString("hex");

async function addPosts(library: Library, count: number): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (let n = 0; n < count; n++) {
    const [content, filename, caption, attachment] = [`snow ${word()}`, word(), word(), word()];
    const author = `user${n % AUTHORS}`;
    const bytes = Buffer.from(content);
    await library.addPosted(bytes, post(attachment, { filename, caption, authorId: author, postedAt: n }));
    const names = {
      filename: Buffer.from(filename),
      caption: Buffer.from(caption),
      attachment: Buffer.from(attachment),
    };
    const { embedding, traces } = await tracesOf(bytes);
    kept.push({ path: "", author, embedding, traces: { ...traces, ...names } });
  }
  return kept;
}

async function addFiles(library: Library, folder: string, count: number): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (let n = 0; n < count; n++) {
    const [content, name] = [`beach ${word()}`, word()];
    const path = join(folder, `${name}.jpg`);
    writeFileSync(path, content);
    const { embedding, traces } = await tracesOf(Buffer.from(content));
    kept.push({ path, author: "", embedding, traces: { ...traces, path: Buffer.from(name) } });
  }
  await library.add([folder]);
  for (const { traces } of kept.slice(0, count / 2)) {
    const tag = word();
    await library.tags.put(traces.id?.toString("hex") ?? "", tag);
    traces.tag = Buffer.from(tag);
  }
  return kept;
}

async function tracesOf(bytes: Buffer): Promise<{ embedding: Embedding; traces: Traces }> {
  const { picture, embedding } = await new FakeEmbedder({ facts: factsOf }).embedPicture({ bytes });
  return {
    embedding,
    traces: {
      id: Buffer.from(picture.id, "hex"),
      thumbnail: Buffer.from(picture.thumbnail).subarray(-32),
      hash: Buffer.from(picture.fingerprint),
      vector: floats(embedding.slice(40, 48)),
    },
  };
}

const floats = (values: Float32Array) => Buffer.from(Float32Array.from(values).buffer);

/** What the graph file stores of each vector. */
function noteProjections(directory: string, all: readonly Kept[]): void {
  const folder = join(directory, "index");
  const axes = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) =>
    name.endsWith(".axes"),
  );
  if (axes === undefined) return;
  const bytes = readFileSync(join(folder, axes));
  const projection = new PcaProjection(128, new Float32Array(Uint8Array.from(bytes).buffer));
  for (const { embedding, traces } of all)
    traces[PROJECTION] = floats(Float32Array.from(projection.project(embedding)).slice(8, 16));
}

/** One of five authors, some pictures by id, and half of the folder by its paths. */
async function remove(library: Library, posts: readonly Kept[], files: readonly Kept[]): Promise<Set<Kept>> {
  const byAuthor = posts.filter(({ author }) => author === "user1");
  const byId = posts.filter(({ author }, n) => author !== "user1" && n % 7 === 0);
  const byPath = files.filter((_, n) => n % 2 === 0);
  await library.remove({ discord: { guildId: "g1", authorId: "user1" } });
  await library.remove({ ids: byId.map(({ traces }) => traces.id?.toString("hex") ?? "") });
  await library.remove({ paths: byPath.map(({ path }) => path) });
  return new Set([...byAuthor, ...byId, ...byPath]);
}

function found(directory: string, some: readonly Kept[]): string[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const contents = files.map(({ parentPath, name }) => ({
    name,
    bytes: readFileSync(join(parentPath, name)),
  }));
  return some.flatMap(({ traces }) =>
    Object.entries(traces).flatMap(([what, needle]) => {
      const place = contents.find(({ bytes }) => bytes.includes(needle));
      return place ? [`${what} of a picture in ${place.name}`] : [];
    }),
  );
}
