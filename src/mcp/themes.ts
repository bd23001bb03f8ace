import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { type Cluster, type LongWork, pluralize } from "../core/index.ts";
import { shortId } from "../shared/format.ts";
import type { Job, Jobs, WaitOptions } from "./jobs.ts";
import type { McpLibraryView } from "./library-port.ts";
import { untrusted } from "./untrusted-text.ts";

const MAX_THEMES = 12;
const EXAMPLES = 3;
const MAX_KEPT = 32;

/** Pictures that look alike, as an assistant hears of them. */
export interface Theme {
  readonly name: string | null;
  readonly pictures: number;
  /** Ids of typical ones. */
  readonly examples: string[];
}

interface ThemesRequest {
  readonly pictures: number;
  /** Of the library, before its themes are found. */
  readonly revision: string;
  readonly jobs: Jobs;
  readonly wait: WaitOptions;
}

/** Themes by what was seen of the library, in which revision. */
export class KeptThemes {
  readonly #kept = new LRUCache<string, readonly Theme[]>({ max: MAX_KEPT });

  /** @returns the themes, or the job that finds them when that takes longer than a call waits */
  async of(
    view: McpLibraryView,
    { pictures, revision, jobs, wait }: ThemesRequest,
  ): Promise<readonly Theme[] | Job> {
    const key = keyOf(view, revision);
    const kept = this.#kept.get(key);
    if (kept) return kept;
    // One per so many that each theme has some pictures.
    const count = Math.max(1, Math.min(MAX_THEMES, Math.round(Math.sqrt(pictures / 2))));
    const work = {
      title: "Finding themes",
      key: `themes:${key}`,
      run: async (long: LongWork) => {
        const themes = (await view.clusters({ count, ...long })).map(themeOf);
        this.#kept.set(key, themes);
        return {
          text: `${pluralize(themes.length, "theme")} found. Call overview again with the same arguments.`,
        };
      },
    };
    const job = await jobs.run(work, wait);
    if (job.state === "failed") throw job.error;
    return this.#kept.get(key) ?? job;
  }
}

const keyOf = ({ scope }: McpLibraryView, revision: string) =>
  createHash("sha256")
    .update(JSON.stringify([scope, revision]))
    .digest("base64url");

const themeOf = ({ name, size, representatives }: Cluster): Theme => ({
  name: name === null ? null : untrusted(name, 60),
  pictures: size,
  examples: representatives.slice(0, EXAMPLES).map(({ id }) => shortId(id)),
});
