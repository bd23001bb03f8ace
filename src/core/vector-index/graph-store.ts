import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ChildProcessOptions } from "../child-process.ts";
import type { ChangeToken, ImageKey } from "../ports.ts";
import type { Embedding, EmbeddingSpace } from "../types.ts";
import { buildGraph } from "./build-graph.ts";
import { allChangesSince } from "./change-sequence.ts";
import { eraseFromFile } from "./erase-from-graph.ts";
import type { HnswLibrary } from "./hnsw-library.ts";
import { commitGraph, readGraph, readManifest, removeFiles, type StoredGraph } from "./index-file.ts";
import { withLease } from "./lease.ts";
import type { Manifest } from "./manifest.ts";
import { type RemovalSource, removedSince, withFolderLease } from "./purge-erased.ts";

const BUILD_LEASE_MS = 60_000;

/** What a graph is built from: the embeddings in this state, or with some later changes. */
export interface BuildSource {
  readonly token: ChangeToken;
  readonly keys: readonly ImageKey[];
  readonly vector: (key: ImageKey) => Embedding | undefined;
  readonly sampleQueries: readonly Embedding[];
}

/** `foreign`: of another catalog, or of a state of this one that is too long past. */
type Examination =
  | { readonly state: "absent" | "damaged" | "foreign" }
  /** Images that changed since it was built. */
  | { readonly state: "sound"; readonly changes: number };

/** The index file of one space: reads it, and rebuilds it for all processes that share the library. */
export class GraphStore {
  readonly #catalog: RemovalSource;
  readonly #library: HnswLibrary;
  readonly #space: EmbeddingSpace;
  readonly #dimensions: number;
  readonly #folder: string;
  readonly #childProcess: ChildProcessOptions | undefined;

  constructor(dependencies: {
    catalog: RemovalSource;
    library: HnswLibrary;
    space: EmbeddingSpace;
    dimensions: number;
    /** Holds one folder for each space. */
    directory: string;
    /** Of the process that builds. */
    childProcess?: ChildProcessOptions | undefined;
  }) {
    this.#catalog = dependencies.catalog;
    this.#library = dependencies.library;
    this.#space = dependencies.space;
    this.#dimensions = dependencies.dimensions;
    this.#folder = join(dependencies.directory, folderName(dependencies.space));
    this.#childProcess = dependencies.childProcess;
  }

  /** The graph of the file, `unless` it was built from this state; undefined also when absent or damaged. */
  async read({
    unless,
  }: {
    readonly unless?: ChangeToken | undefined;
  } = {}): Promise<StoredGraph | undefined> {
    const manifest = await this.#manifest();
    if (!manifest || manifest.seq === unless) return undefined;
    const stored = await readGraph(this.#library, this.#folder, manifest);
    // What does not fit its digests may just have been erased from, or replaced, by another process.
    const isStill = JSON.stringify(await this.#manifest()) === JSON.stringify(manifest);
    return stored || isStill ? stored : this.read({ unless });
  }

  /** Reads every byte of the file. */
  async diagnose(): Promise<Examination> {
    if (!existsSync(this.#folder)) return { state: "absent" };
    const stored = await this.read();
    if (!stored) return { state: "damaged" };
    const changes = await allChangesSince(this.#catalog, this.#space, stored.token);
    return changes ? { state: "sound", changes: changes.length } : { state: "foreign" };
  }

  /**
   * Builds and stores a graph; a build that fails or is aborted leaves nothing behind.
   * @returns false when another process is building one.
   */
  async build(source: (signal: AbortSignal) => Promise<BuildSource>, signal: AbortSignal): Promise<boolean> {
    const lease = { name: `vector-index:${this.#space}`, ttlMs: BUILD_LEASE_MS };
    const built = await withLease(this.#catalog, lease, async (leaseLost) => {
      const until = AbortSignal.any([signal, leaseLost]);
      await this.#build(await source(until), until);
      return true;
    });
    return built ?? false;
  }

  #manifest(): Promise<Manifest | undefined> {
    return readManifest(this.#folder, { space: this.#space, dimensions: this.#dimensions });
  }

  async #build({ token, ...source }: BuildSource, signal: AbortSignal): Promise<void> {
    const stem = join(this.#folder, `${process.pid}-${Date.now()}`);
    await buildGraph({
      dimensions: this.#dimensions,
      ...source,
      graphPath: `${stem}.hnsw`,
      componentsPath: `${stem}.axes`,
      childProcess: this.#childProcess,
      signal,
      // Nothing is on disk before this, so that a removal of pictures only waits for the write.
      onBuilt: (write) =>
        withFolderLease(this.#catalog, this.#folder, (leaseLost) =>
          this.#store({ token, stem, write, leaseLost }),
        ),
    });
  }

  async #store({
    token,
    stem,
    write,
    leaseLost,
  }: {
    token: ChangeToken;
    stem: string;
    write: () => Promise<number>;
    leaseLost: AbortSignal;
  }): Promise<void> {
    const paths = [`${stem}.hnsw`, `${stem}.axes`] as const;
    const [graph, axes] = [basename(paths[0]), basename(paths[1])];
    try {
      await mkdir(this.#folder, { recursive: true });
      const count = await write();
      const erasedSeq = await this.#catalog.embeddings.changeToken(this.#space);
      await eraseFromFile(paths[0], count, await removedSince(this.#catalog, this.#space, token));
      const facts = { space: this.#space, dimensions: this.#dimensions, seq: token, erasedSeq, count };
      // Without the lease, a removal since then did not wait for this graph.
      leaseLost.throwIfAborted();
      await commitGraph(this.#folder, facts, { graph, axes });
    } catch (error) {
      await removeFiles(paths);
      throw error;
    }
  }
}

/** The name of a space may hold characters that a file name may not. */
function folderName(space: EmbeddingSpace): string {
  return createHash("sha256").update(space).digest("hex").slice(0, 16);
}
