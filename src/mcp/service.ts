import PQueue from "p-queue";
import { Access, type AccessOptions } from "./access.ts";
import { DuplicatePages } from "./duplicate-pages.ts";
import { ExportFolder } from "./export-folder.ts";
import { Jobs } from "./jobs.ts";
import type { McpLibrary } from "./library-port.ts";
import { NewFiles } from "./new-files.ts";
import { KeptThemes } from "./themes.ts";

/** Concurrent tool calls of all sessions; the rest are queued. */
const MAX_CALLS = 16;

export interface ServiceOptions extends AccessOptions {
  /** Product version. */
  readonly version: string;
  readonly allowIndex: boolean;
  /** Default: false. */
  readonly allowMarks?: boolean | undefined;
  /** Whether clients may tag pictures and note what a user said of answers and pairs. Default: false. */
  readonly allowTags?: boolean | undefined;
  /** How old the last look through a folder is before a question has it looked through again. Absent: never. */
  readonly rescanMs?: number | undefined;
  /** Where copies of pictures may be put; absent: nowhere. */
  readonly exportFolder?: string | undefined;
  /** The built gallery, which hosts with MCP Apps show. */
  readonly galleryFile: string;
  /** How long a call waits for long work before it answers with a job's id. Default 5000. */
  readonly syncWaitMs?: number | undefined;
  /** After this a call fails with a message, before the client's own time-out of a minute. Default 50,000. */
  readonly timeLimitMs?: number | undefined;
  /** Opens the library; called when it is first used, so that a client's start does not wait for it. */
  readonly openLibrary: () => Promise<McpLibrary & { close(): Promise<void> }>;
  /** For the operator; never reaches a client. */
  readonly log: (line: string) => void;
}

/** What all sessions of one server process share. */
export class Service {
  readonly version: string;
  readonly allowIndex: boolean;
  readonly allowMarks: boolean;
  readonly allowTags: boolean;
  readonly exportFolder: ExportFolder | undefined;
  readonly galleryFile: string;
  readonly syncWaitMs: number;
  readonly timeLimitMs: number;
  readonly log: (line: string) => void;
  readonly access: Access;
  readonly jobs = new Jobs();
  readonly queue = new PQueue({ concurrency: MAX_CALLS });
  readonly duplicatePages = new DuplicatePages();
  readonly themes = new KeptThemes();
  readonly newFiles: NewFiles;
  readonly #open: ServiceOptions["openLibrary"];
  #library: ReturnType<ServiceOptions["openLibrary"]> | undefined;

  constructor(options: ServiceOptions) {
    this.version = options.version;
    this.allowIndex = options.allowIndex;
    this.allowMarks = options.allowMarks ?? false;
    this.allowTags = options.allowTags ?? false;
    this.exportFolder =
      options.exportFolder === undefined ? undefined : new ExportFolder(options.exportFolder);
    this.galleryFile = options.galleryFile;
    this.syncWaitMs = options.syncWaitMs ?? 5000;
    this.timeLimitMs = options.timeLimitMs ?? 50_000;
    this.log = options.log;
    this.access = new Access(options);
    this.newFiles = new NewFiles({ jobs: this.jobs, everyMs: options.rescanMs, log: this.log });
    this.#open = options.openLibrary;
  }

  /** Opened once; a failed attempt is tried again at the next call. */
  library(): Promise<McpLibrary> {
    this.#library ??= this.#open().catch((error: unknown) => {
      this.#library = undefined;
      throw error;
    });
    return this.#library;
  }

  async close(): Promise<void> {
    await this.jobs.close();
    const library = await this.#library?.catch(() => undefined);
    await library?.close();
  }
}
