import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { ChangeToken, ImageKey } from "../ports.ts";
import { chunksOf, digestChunks } from "./chunk-digests.ts";
import { type ByteRange, GraphFile } from "./graph-file.ts";
import { writeManifest } from "./index-file.ts";
import type { Manifest } from "./manifest.ts";

/** Images whose vectors are erased: these, or all but these. */
export type Removed = { readonly keys: readonly ImageKey[] } | { readonly allBut: ReadonlySet<ImageKey> };

/**
 * Overwrites vectors in the graph that the manifest names, in place, and updates its digests. An erased node stays in
 * the graph with its links and is never a match, since the catalog no longer has its embedding. An interrupted erasure
 * leaves a file that does not match its digests: it is not read, and the next attempt deletes it.
 * @returns false when the file does not match the manifest, or cannot be written
 */
export async function eraseFromGraph(
  folder: string,
  manifest: Manifest,
  removed: Removed,
  erasedSeq: ChangeToken,
): Promise<boolean> {
  try {
    const sums = await withWritableFile(join(folder, manifest.graph.name), (file) =>
      eraseAndDigest(file, manifest, removed),
    );
    if (!sums) return false;
    await writeManifest(folder, { ...manifest, erasedSeq, graph: { ...manifest.graph, sums } });
    return true;
  } catch {
    return false;
  }
}

/** The same in a graph that no manifest names yet. @throws Error */
export async function eraseFromFile(path: string, count: number, removed: Removed): Promise<void> {
  await withWritableFile(path, async (file) => {
    const ranges = await vectorRanges(file, count, removed);
    if (!ranges) throw new Error("hnswlib wrote a file of an unknown layout");
    await overwrite(file, ranges);
  });
}

/** The digests of the file after the erasure; undefined when it did not match them before. */
async function eraseAndDigest(
  file: FileHandle,
  { count, graph }: Manifest,
  removed: Removed,
): Promise<string[] | undefined> {
  const ranges = await vectorRanges(file, count, removed);
  if (!ranges) return undefined;
  const chunks = chunksOf(ranges);
  const before = await digestChunks(file, chunks);
  if (before.some((digest, at) => digest !== graph.sums[chunks[at] ?? -1])) return undefined;
  await overwrite(file, ranges);
  const after = await digestChunks(file, chunks);
  return graph.sums.map((digest, chunk) => after[chunks.indexOf(chunk)] ?? digest);
}

async function vectorRanges(
  file: FileHandle,
  count: number,
  removed: Removed,
): Promise<ByteRange[] | undefined> {
  const graph = await GraphFile.open(file, { count });
  return "keys" in removed ? graph?.vectorsOf(removed.keys) : graph?.vectorsExcept(removed.allBut);
}

async function overwrite(file: FileHandle, ranges: readonly ByteRange[]): Promise<void> {
  for (const { start, length } of ranges) await file.write(Buffer.alloc(length), 0, length, start);
  if (ranges.length > 0) await file.sync();
}

async function withWritableFile<Result>(
  path: string,
  change: (file: FileHandle) => Promise<Result>,
): Promise<Result> {
  const file = await open(path, "r+");
  try {
    return await change(file);
  } finally {
    await file.close();
  }
}
