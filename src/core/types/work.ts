/** What a worker did until it ended. */
export interface WorkReport {
  /** Jobs whose result is stored. */
  readonly done: number;
  /** Pictures among them that cannot be used; `status` lists them. */
  readonly failed: number;
}

/** A process that takes work, somewhere. */
export interface WorkerStatus extends WorkReport {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Seconds since it started. */
  readonly uptime: number;
  /** Jobs that it holds now. */
  readonly active: number;
  /** Pictures in flight. */
  readonly concurrency: number;
  /** From where it can read originals: `host.<name>`, `volume.<name>`, `discord`, and what else it does with them. */
  readonly routes: readonly string[];
  /** Jobs a second, lately. */
  readonly perSecond: number;
  /** What keeps it from some of the work, in a sentence. */
  readonly note: string | null;
}

export interface WorkStatus {
  readonly workers: readonly WorkerStatus[];
  /** Jobs that nobody has: new files and posts, text to be read, images to be embedded by another model. */
  readonly waiting: {
    readonly file: number;
    readonly post: number;
    readonly text: number;
    readonly vector: number;
  };
  readonly active: number;
  /** Tried too often; `glimpse add` tries again. Files among them are in the list of failures. */
  readonly givenUp: number;
  /** Seconds that the oldest job has waited; null where there is none. */
  readonly oldest: number | null;
}
