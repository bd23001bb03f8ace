import { createHash } from "node:crypto";
import { type FileHandle, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChangeToken } from "../ports.ts";
import type { EmbeddingSpace } from "../types.ts";
import { digestFile } from "./chunk-digests.ts";
import { Graph } from "./graph.ts";
import type { HnswLibrary } from "./hnsw-library.ts";
import type { IndexedFile, Manifest } from "./manifest.ts";
import { PcaProjection } from "./pca-projection.ts";

const MANIFEST = "manifest.json";

export interface StoredGraph {
  readonly graph: Graph;
  /** The state of the embeddings that it was built from. */
  readonly token: ChangeToken;
}

/** The manifest in this folder; undefined when there is none, it is damaged, or it is of another kind of index. */
export async function readManifest(
  folder: string,
  expected?: { readonly space: EmbeddingSpace; readonly dimensions: number },
): Promise<Manifest | undefined> {
  try {
    const [body = "", digest, ...more] = (await readFile(join(folder, MANIFEST), "utf8")).split("\n");
    if (digest !== sha256(body) || more.join("\n") !== "") return undefined;
    // Most libraries have no index file, and no query waits for the validator to load.
    const { manifestSchema } = await import("./manifest.ts");
    const manifest = manifestSchema.parse(JSON.parse(body));
    const { space, dimensions } = expected ?? manifest;
    return manifest.space === space && manifest.dimensions === dimensions ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the files that the manifest names; undefined when any byte differs from what was written. */
export async function readGraph(
  library: HnswLibrary,
  folder: string,
  manifest: Manifest,
): Promise<StoredGraph | undefined> {
  try {
    for (const file of [manifest.axes, manifest.graph]) {
      if (!(await isIntact(folder, file))) return undefined;
    }
    const projection = new PcaProjection(
      manifest.dimensions,
      await readFloats(join(folder, manifest.axes.name)),
    );
    const graph = await Graph.read(library, projection, join(folder, manifest.graph.name));
    return graph.size === manifest.count ? { graph, token: manifest.seq } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes these two files of the folder its index: durable first, then named by the manifest, then alone.
 * @throws Error with the manifest as it was before
 */
export async function commitGraph(
  folder: string,
  facts: Omit<Manifest, "format" | "graph" | "axes">,
  files: { readonly graph: string; readonly axes: string },
): Promise<void> {
  const manifest: Manifest = {
    format: 2,
    ...facts,
    graph: await describeFile(folder, files.graph),
    axes: await describeFile(folder, files.axes),
  };
  await writeManifest(folder, manifest);
  // The index is complete: what cannot be removed, such as a file that Windows holds open, is left to the next one.
  await removeOrphans(folder, manifest).catch(() => {});
}

/** Atomic and durable. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const body = JSON.stringify(manifest);
  const text = `${body}\n${sha256(body)}\n`;
  const temporary = join(folder, `${MANIFEST}.${process.pid}.tmp`);
  try {
    await writeFile(temporary, text);
    await syncFile(temporary);
    await rename(temporary, join(folder, MANIFEST));
  } catch (error) {
    await removeFiles([temporary]);
    throw error;
  }
  await syncFile(folder, "r").catch(() => {}); // Windows cannot open a folder
}

/** Files that cannot be removed are ignored. */
export async function removeFiles(paths: readonly string[]): Promise<void> {
  await Promise.allSettled(paths.map((path) => rm(path, { force: true })));
}

/** Only the holder of the lease writes here: what the manifest does not name is left over from interrupted builds. */
export async function removeOrphans(folder: string, manifest: Manifest): Promise<void> {
  await removeFiles(await orphanFiles(folder, manifest));
}

/** Paths of the files in the folder that do not belong to its index. */
export async function orphanFiles(folder: string, { graph, axes }: Manifest): Promise<string[]> {
  const named = [MANIFEST, graph.name, axes.name];
  const others = (await readdir(folder)).filter((name) => !named.includes(name));
  return others.map((name) => join(folder, name));
}

async function describeFile(folder: string, name: string): Promise<IndexedFile> {
  const path = join(folder, name);
  await syncFile(path);
  return withFile(path, async (file) => ({
    name,
    bytes: (await file.stat()).size,
    sums: await digestFile(file),
  }));
}

function isIntact(folder: string, { name, bytes, sums }: IndexedFile): Promise<boolean> {
  return withFile(join(folder, name), async (file) => {
    if ((await file.stat()).size !== bytes) return false;
    const now = await digestFile(file);
    return now.length === sums.length && now.every((sum, chunk) => sum === sums[chunk]);
  });
}

async function withFile<Result>(path: string, read: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await open(path, "r");
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

async function readFloats(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** Windows syncs a file only through a handle that may write. */
async function syncFile(path: string, flags: "r" | "r+" = "r+"): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
