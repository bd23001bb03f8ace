import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { ImageKey } from "../ports.ts";
import { chunksOf, digestChunks } from "./chunk-digests.ts";
import { type ByteRange, GraphFile } from "./graph-file.ts";
import { type Manifest, writeManifest } from "./index-file.ts";

/** Images whose sketches must go: these, or all but these. */
export type Removed = { readonly keys: readonly ImageKey[] } | { readonly allBut: ReadonlySet<ImageKey> };

/**
 * Overwrites sketches in the graph that the manifest names, in place, and brings its digests up to date. A node
 * without a sketch stays in the graph with its links, and is never an answer, since its vector is gone. Cut short, it
 * leaves a file that does not fit its digests: nobody reads it, and it is deleted when this is tried again.
 * @returns false when the file is not what the manifest says, or the disk does not let it be changed.
 */
export async function eraseFromGraph(
  folder: string,
  manifest: Manifest,
  removed: Removed,
  erasedSeq: number,
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

/** The digests of the file after the erasure; undefined when it did not fit them before. */
async function eraseAndDigest(
  file: FileHandle,
  { count, graph }: Manifest,
  removed: Removed,
): Promise<string[] | undefined> {
  const ranges = await vectorRanges(file, count, removed);
  if (!ranges) return undefined;
  const pieces = chunksOf(ranges);
  const before = await digestChunks(file, pieces);
  if (before.some((sum, at) => sum !== graph.sums[pieces[at] ?? -1])) return undefined;
  await overwrite(file, ranges);
  const after = await digestChunks(file, pieces);
  return graph.sums.map((sum, piece) => after[pieces.indexOf(piece)] ?? sum);
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
