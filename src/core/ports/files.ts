import type {
  Companion,
  CompanionCounts,
  FilePlacement,
  FilesByKind,
  ImageId,
  LeftOut,
  RemoveReport,
  SkipCode,
  Timestamp,
} from "../types.ts";
import type { Totals } from "./images.ts";

export interface Root {
  readonly path: string;
  /** The host that the path belongs to: elsewhere the root is neither scanned nor offline. */
  readonly host: string;
  readonly kind: "folder" | "file";
  readonly state: "online" | "offline";
  readonly addedAt: Timestamp;
  readonly lastScanAt: Timestamp | null;
}

/** A folder inside a root in which a disk is mounted, or was when it was last there. */
export interface Mount {
  readonly path: string;
  readonly device: string;
  /** Its files are kept, marked as not online. */
  readonly away: boolean;
}

/** What the last scan knew of a file, whether it became an image or failed. */
export interface KnownFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: Timestamp;
  /** Absent when an earlier release read it. */
  readonly changedAt?: Timestamp | undefined;
  /** Absent for a file that failed. */
  readonly id?: ImageId | undefined;
  /** Why it failed, for a file that did. */
  readonly code?: SkipCode | undefined;
  /** Of a file that did not fail; absent for none. */
  readonly companions?: readonly FoundCompanion[] | undefined;
}

/** A file beside a picture, as a scan found it. */
export interface FoundCompanion extends Companion {
  /** Differs whenever a sidecar was written again; other kinds have none, nor have those that an earlier release found. */
  readonly stamp?: string | undefined;
}

/** Files that belong to a file of a picture. */
export interface CompanionsOf {
  readonly path: string;
  /** In order of path. */
  readonly companions: readonly FoundCompanion[];
}

export interface Failure {
  /** Absolute path, or `discord:<guild>/<channel>/<message>/<attachment>`. */
  readonly origin: string;
  /** The root it lies in, for files. */
  readonly root?: string | undefined;
  readonly bytes: number;
  readonly modifiedAt: Timestamp;
  /** For files, where a scan saw it: see `FilePlacement`. */
  readonly changedAt?: Timestamp | undefined;
  readonly code: SkipCode;
  readonly reason: string;
  readonly at: Timestamp;
}

/** Files, the roots they lie in, and the files that failed. */
export interface FileStore {
  roots(): Promise<Root[]>;
  /** Whether a path is a root or lies in one. */
  isAdded(path: string): Promise<boolean>;
  putRoot(path: string, kind: Root["kind"]): Promise<void>;
  /** Offline: the placements stay, marked. Online: they are marked reachable again, the root is of this host, and the scan time is set. */
  setRootState(path: string, state: Root["state"]): Promise<void>;
  /** Erases the root, its placements and failures, and images left without a placement. */
  removeRoot(path: string): Promise<RemoveReport>;
  mounts(root: string): Promise<Mount[]>;
  /** Replaces what is known of the disks mounted inside the root. */
  putMounts(root: string, mounts: readonly Mount[]): Promise<void>;
  /** Files of kinds that are not read, as the last whole scan of the root counted them. */
  otherKinds(root: string): Promise<FilesByKind>;
  putOtherKinds(root: string, files: FilesByKind): Promise<void>;
  /** What the last whole scan of the root left out. */
  leftOut(root: string): Promise<LeftOut>;
  putLeftOut(root: string, leftOut: LeftOut): Promise<void>;
  /**
   * What belongs to these files, in place of what was known; nothing is stored for files without an image. What sidecars say
   * of them is to be read again, and words where some were read before.
   */
  putCompanions(files: readonly CompanionsOf[]): Promise<void>;
  companionCounts(): Promise<CompanionCounts>;
  /** The file that this one is a companion of. */
  ofCompanion(path: string): Promise<string | undefined>;
  /** Records when these files last changed, their pictures being the same as before. */
  putChangeTimes(files: readonly { readonly path: string; readonly changedAt: Timestamp }[]): Promise<void>;
  /**
   * What is known of this path and of all below it: files of images, and files that failed. In batches, by path in the
   * order of its UTF-8 bytes, each once.
   */
  known(path: string): AsyncIterable<readonly KnownFile[]>;
  placement(path: string): Promise<{ id: ImageId; placement: FilePlacement } | undefined>;
  /**
   * Erases file placements, and images left without a placement. Verdicts on such an image stay (a file that a
   * scan misses may come back) unless a person requested it: `forGood`.
   */
  remove(
    paths: readonly string[],
    options?: { readonly forGood?: boolean | undefined },
  ): Promise<RemoveReport>;
  /** Of file placements and failures at this path or below it. */
  countsBelow(path: string): Promise<Totals>;
  putFailures(failures: readonly Failure[]): Promise<void>;
  clearFailures(origins: readonly string[]): Promise<void>;
  failures(limit?: number, isWanted?: (origin: string) => boolean): Promise<Failure[]>;
}
