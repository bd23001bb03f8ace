import type {
  DiscordPlacement,
  Embedding,
  EmbeddingSpace,
  FilePlacement,
  ImageId,
  WorkerStatus,
  WorkStatus,
} from "../types.ts";
import type { EmbeddedPart } from "./embedder.ts";
import type { Failure, Root } from "./files.ts";
import type { CatalogImage, NewImage } from "./images.ts";
import type { Reading } from "./readings.ts";

/**
 * From where originals are read: `host.<name>`, `volume.<name>` or `discord`; followed by `~text` for reading text, and by
 * `~` and a space for embedding in it. Those workers take a job that can.
 */
export type Route = string;

/** A shared folder by its name, and where one host has it. */
export interface Volume {
  readonly volume: string;
  readonly host: string;
  /** Absolute, on that host. */
  readonly path: string;
}

/** What a worker is asked to do. */
export type Task =
  | { readonly kind: "file"; readonly placement: FilePlacement }
  | { readonly kind: "post"; readonly placement: DiscordPlacement }
  /** To read the text in it. */
  | { readonly kind: "text"; readonly image: CatalogImage }
  /** To embed it by a model that the library is to be switched to. */
  | {
      readonly kind: "vector";
      readonly image: CatalogImage;
      readonly model: string;
      readonly space: EmbeddingSpace;
    };

export interface Job {
  readonly id: number;
  readonly route: Route;
  /** Whoever had it before died: nothing else is to be done meanwhile that would die with this one. */
  readonly isAlone: boolean;
  readonly task: Task;
}

/** What came of a job, to be stored. */
export type Outcome =
  | { readonly image: NewImage }
  | { readonly known: ImageId; readonly placement: FilePlacement | DiscordPlacement }
  | { readonly failure: Failure }
  | { readonly reading: Reading }
  | {
      readonly space: EmbeddingSpace;
      readonly id: ImageId;
      readonly embedding: Embedding;
      readonly parts?: readonly EmbeddedPart[] | undefined;
    };

export interface FinishedJob {
  readonly job: Job;
  /** Absent where nothing is to be stored. */
  readonly outcome?: Outcome | undefined;
}

/** What a worker tells of itself; it counts as alive for a while after each time. */
export type WorkerState = Omit<WorkerStatus, "id" | "host" | "pid" | "uptime" | "active">;

/**
 * Work that is shared among processes of many machines. Every job is given to one worker at a time; what it came to is
 * stored in one step with its end, so it counts once, whatever becomes of its worker. A job whose worker has died, or
 * is silent for too long, is given to another, and no longer together with others: it may be what killed the first.
 */
export interface WorkQueue {
  volumes(): Promise<Volume[]>;
  /** Where this host has the volume; undefined: it has not. */
  putVolume(volume: string, path: string | undefined): Promise<void>;
  /** From where the files of a root are read. */
  routeOf(root: Pick<Root, "path" | "host">): Promise<Route>;
  /** The routes for which a worker is alive. */
  servedRoutes(): Promise<Set<Route>>;

  /** Files that wait already are taken as they are now. @returns how many did not wait before */
  enqueueFiles(route: Route, files: readonly FilePlacement[]): Promise<number>;
  /** This file, or what lies in this folder, is not to be added any more. @returns how many waited */
  withdrawFiles(path: string): Promise<number>;
  enqueuePosts(posts: readonly DiscordPlacement[]): Promise<void>;
  withdrawPost(messageId: string, attachmentId: string): Promise<void>;
  /** Which of these attachments still wait. */
  waitingAttachments(attachmentIds: readonly string[]): Promise<Set<string>>;
  /** Images whose text waits to be read, where one of the routes leads to an original, at most `limit`. @returns how many */
  enqueueTexts(routes: readonly Route[], limit: number): Promise<number>;

  /** Images without an embedding in this space, where one of the routes leads to an original. @returns how many wait now */
  enqueueVectors(wanted: WantedModel, routes: readonly Route[]): Promise<number>;
  /** How many still wait. */
  waitingVectors(space: EmbeddingSpace): Promise<number>;
  withdrawVectors(space: EmbeddingSpace): Promise<void>;
  /** By which models workers are asked to embed. */
  wantedModels(): Promise<WantedModel[]>;
  /** What is asked of images and no worker does: this process may do it, and it may be enqueued again. */
  withdrawImages(served: ReadonlySet<Route>): Promise<void>;

  /** Says that this worker lives, and gives out again what workers held that are dead. */
  attend(state: WorkerState): Promise<void>;
  /** Jobs for this worker, at most `limit`; one alone where it may be harmful. */
  take(routes: readonly Route[], limit: number): Promise<Job[]>;
  /** Stores what came of jobs, together with their end. @returns those that are no longer this worker's: nothing is stored of them */
  finish(finished: readonly FinishedJob[]): Promise<FinishedJob[]>;
  /** Gives jobs back: to be tried again later, which is given up after some times; or once the disk of their original is there. */
  giveBack(jobs: readonly Job[], how: "later" | "once it is there"): Promise<void>;
  /** What this worker still holds is free for others. */
  leave(): Promise<void>;

  status(): Promise<WorkStatus>;
}

export interface WantedModel {
  readonly model: string;
  readonly space: EmbeddingSpace;
}
