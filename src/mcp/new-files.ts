import { hostname } from "node:os";
import { isInside, type LongWork, type Progress, pluralize } from "../core/index.ts";
import { INDEXING, indexed } from "./indexing.ts";
import type { Job, Jobs } from "./jobs.ts";
import type { McpLibrary, McpLibraryView } from "./library-port.ts";

/** How long a question waits for the look, so that what it finds is in the answer where there is little to look through. */
const WAIT_MS = 1000;
/** Looking takes at most one part in so many of the time. */
const SHARE = 20;

export interface NewFilesOptions {
  readonly jobs: Jobs;
  /** How old the last look through a folder is before a question has it looked through again; undefined: never. */
  readonly everyMs: number | undefined;
  readonly log: (line: string) => void;
}

interface Waiting {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

interface Question extends Waiting {
  readonly library: McpLibrary;
  readonly view: McpLibraryView;
}

/** Notices what was put into the library's folders, changed or deleted there while the server runs. */
export class NewFiles {
  readonly #options: NewFilesOptions;
  /** Of each folder, when the last look began and how long it took. */
  readonly #looks = new Map<string, { readonly at: number; ms: number }>();
  #failure = "";

  constructor(options: NewFilesOptions) {
    this.#options = options;
  }

  /** Has folders looked through again where that is due. @returns what the assistant should know of it, as sentences */
  async notes({ library, view, ...waiting }: Question): Promise<readonly string[]> {
    const folders = await this.#due(library, view);
    const running = this.#running();
    if (folders.length === 0) return running ? [stillLooking(running)] : [];
    const job = await this.#look(library, folders, waiting);
    if (job.state === "running") return [stillLooking(job)];
    if (job.state === "failed") this.#logOnce(String(job.error));
    return job.outcome?.text ? [job.outcome.text] : [];
  }

  #running(): Job | undefined {
    const isLooking = ({ title }: Job) => title === TITLE || title.startsWith(INDEXING);
    return this.#options.jobs.all().find((job) => job.state === "running" && isLooking(job));
  }

  #look(library: McpLibrary, folders: readonly string[], waiting: Waiting) {
    const at = Date.now();
    for (const folder of folders) this.#looks.set(folder, { at, ms: 0 });
    const work = {
      title: TITLE,
      key: "new files",
      run: async (long: LongWork) => {
        const report = await library.add(folders, { ...long, onlyAdded: true });
        for (const folder of folders) this.#looks.set(folder, { at, ms: Date.now() - at });
        const { added, known, removed } = report;
        const isNews = added + known + removed > 0;
        return { text: isNews ? `New since the last look at the folders: ${indexed(report)}` : "" };
      },
    };
    return this.#options.jobs.run(work, { ms: WAIT_MS, ...waiting });
  }

  /** Of the folders that this machine added and that this server may see, those whose last look is too old. */
  async #due(library: McpLibrary, { scope: { files } }: McpLibraryView): Promise<readonly string[]> {
    const { everyMs } = this.#options;
    if (everyMs === undefined || files === "none" || this.#running()) return [];
    const due = [];
    for (const { path, host, state, lastScanAt } of await library.roots()) {
      if (host !== hostname() || state !== "online") continue;
      for (const folder of files === "all" ? [path] : partsOf(path, files.folders)) {
        const look = this.#looks.get(folder);
        const last = Math.max(look?.at ?? 0, lastScanAt ?? 0);
        if (Date.now() - last >= Math.max(everyMs, SHARE * (look?.ms ?? 0))) due.push(folder);
      }
    }
    return due;
  }

  #logOnce(failure: string): void {
    if (failure !== this.#failure) this.#options.log(`cannot look for new files: ${failure}`);
    this.#failure = failure;
  }
}

const TITLE = "Looking for new files";

const stillLooking = ({ id, progress }: Job) =>
  `The folders are being looked through for new files${progress?.done ? ` (${pluralize(progress.done, "file")} so far)` : ""}, which are found in a while: job {"id": "${id}"}.`;

/** What of a root lies in these folders. */
const partsOf = (root: string, folders: readonly string[]) =>
  folders.some((folder) => isInside(root, folder))
    ? [root]
    : folders.filter((folder) => isInside(folder, root));
