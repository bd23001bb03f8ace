import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Catalog, ImageKey, Lease } from "../ports.ts";
import type { Embedding, EmbeddingSpace } from "../types.ts";
import { buildGraph } from "./build-graph.ts";
import type { HnswLibrary } from "./hnsw-library.ts";
import { commitGraph, readGraph, readManifest, removeFiles, type StoredGraph } from "./index-file.ts";

const LEASE_MS = 60_000;

/** What a graph is built from: the vectors as they were at this step of the change sequence, or later. */
export interface BuildSource {
  readonly seq: number;
  readonly keys: readonly ImageKey[];
  readonly vector: (key: ImageKey) => Embedding | undefined;
  readonly probes: readonly Embedding[];
}

/** The index file of one space: reads it, and builds it anew for all processes that share the library. */
export class GraphKeeper {
  readonly #catalog: Pick<Catalog, "lease">;
  readonly #library: HnswLibrary;
  readonly #space: EmbeddingSpace;
  readonly #dimensions: number;
  readonly #folder: string;

  constructor(parts: {
    catalog: Pick<Catalog, "lease">;
    library: HnswLibrary;
    space: EmbeddingSpace;
    dimensions: number;
    /** Holds one folder for each space. */
    directory: string;
  }) {
    this.#catalog = parts.catalog;
    this.#library = parts.library;
    this.#space = parts.space;
    this.#dimensions = parts.dimensions;
    this.#folder = join(parts.directory, folderName(parts.space));
  }

  /** The graph of the file when it is newer than this step; undefined when absent, no newer, or damaged. */
  async read(newerThan: number): Promise<StoredGraph | undefined> {
    const manifest = await readManifest(this.#folder, { space: this.#space, dimensions: this.#dimensions });
    if (!manifest || manifest.seq <= newerThan) return undefined;
    return readGraph(this.#library, this.#folder, manifest);
  }

  /** What the file is worth, every byte of it read: the step of the change sequence that a sound one holds. */
  async examine(): Promise<number | "absent" | "damaged"> {
    if (!existsSync(this.#folder)) return "absent";
    return (await this.read(-1))?.seq ?? "damaged";
  }

  /**
   * Builds and stores a graph; one that fails or is given up leaves nothing behind.
   * @returns false when another process is at it.
   */
  async build(source: (signal: AbortSignal) => Promise<BuildSource>, signal: AbortSignal): Promise<boolean> {
    const lease = await this.#catalog.lease(`vector-index:${this.#space}`, LEASE_MS);
    if (!lease) return false;
    const lost = new AbortController();
    const renewal = keepRenewed(lease, () => lost.abort(new Error("The lease on the index file was lost.")));
    try {
      const until = AbortSignal.any([signal, lost.signal]);
      await this.#build(await source(until), until);
      return true;
    } finally {
      clearInterval(renewal);
      await lease.release();
    }
  }

  /** Deletes the file, with all it knows of images that were removed. */
  async erase(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #build({ seq, ...source }: BuildSource, signal: AbortSignal): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const name = `${seq}-${process.pid}-${Date.now()}`;
    const files = { graph: `${name}.hnsw`, axes: `${name}.axes` };
    const [graphPath, axesPath] = [join(this.#folder, files.graph), join(this.#folder, files.axes)];
    const facts = { space: this.#space, dimensions: this.#dimensions, seq };
    try {
      const count = await buildGraph({
        dimensions: this.#dimensions,
        ...source,
        graphPath,
        axesPath,
        signal,
      });
      await commitGraph(this.#folder, { ...facts, count }, files);
    } catch (error) {
      await removeFiles([graphPath, axesPath]);
      throw error;
    }
  }
}

function keepRenewed(lease: Lease, lost: () => void): NodeJS.Timeout {
  const renew = () => {
    lease.renew().then((held) => held || lost(), lost);
  };
  return setInterval(renew, LEASE_MS / 3).unref();
}

/** The name of a space may hold characters that a file name may not. */
function folderName(space: EmbeddingSpace): string {
  return createHash("sha256").update(space).digest("hex").slice(0, 16);
}
