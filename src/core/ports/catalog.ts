import type { LongWork, MaintenanceReport } from "../types.ts";
import type { EmbeddingStore } from "./embeddings.ts";
import type { FactsStore } from "./facts.ts";
import type { FileStore } from "./files.ts";
import type { ImageStore } from "./images.ts";
import type { MapStore } from "./maps.ts";
import type { MarkStore } from "./marks.ts";
import type { ComparisonStore, VerdictStore } from "./pairs.ts";
import type { PostStore } from "./posts.ts";
import type { ReadingStore } from "./readings.ts";
import type { TagStore } from "./tags.ts";
import type { TextSearch } from "./text-search.ts";

/**
 * The source of truth about every image. Each method that writes is one atomic, durable step (a large removal is
 * several, and calling it again finishes one that was interrupted); long reads are done in slices, so that no other
 * work is blocked, and may or may not include concurrent writes. Several processes may share one catalog.
 */
export interface Catalog {
  readonly images: ImageStore;
  readonly files: FileStore;
  readonly posts: PostStore;
  readonly embeddings: EmbeddingStore;
  readonly tags: TagStore;
  readonly texts: TextSearch;
  readonly readings: ReadingStore;
  readonly verdicts: VerdictStore;
  readonly marks: MarkStore;
  readonly maps: MapStore;
  readonly comparisons: ComparisonStore;
  readonly facts: FactsStore;
  readonly state: StateStore;
  readonly leases: LeaseStore;
  /** Problems found, each a sentence; empty when sound. */
  check(): Promise<string[]>;
  /** Rids the database's files of what was erased, if anything was since it was last done, or `force` is set. Takes long. */
  maintain(work?: LongWork & { readonly force?: boolean | undefined }): Promise<MaintenanceReport>;
  close(): Promise<void>;
}

/** Small durable values by name: Discord backfill cursors, high-water marks, the tag vocabulary's version. */
export interface StateStore {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string | undefined): Promise<void>;
  list(prefix: string): Promise<Map<string, string>>;
  /** Those that say something of a person: no trace of them stays in the library's files. */
  erase(names: readonly string[]): Promise<void>;
}

export interface Lease {
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

export interface LeaseStore {
  /** One holder at a time across processes; expires when its holder dies. Undefined when another process holds it. */
  acquire(name: string, ttlMs: number): Promise<Lease | undefined>;
}
