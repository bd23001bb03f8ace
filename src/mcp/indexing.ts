import { type AddReport, describeNotRead, describeNowLeftOut, pluralize } from "../core/index.ts";
import type { JobWork } from "./jobs.ts";
import type { McpLibrary } from "./library-port.ts";
import { quoted, quotedName } from "./untrusted-text.ts";

const MAX_SKIPPED = 5;
/** How the titles of its jobs begin. */
export const INDEXING = "Indexing";

/** A job that indexes folders. */
export function indexingJob(library: () => Promise<McpLibrary>, folders: readonly string[]): JobWork {
  return {
    title: `${INDEXING} ${folders.map((folder) => quotedName(folder)).join(", ")}`,
    key: JSON.stringify(["index", ...folders]),
    run: async (work) => ({ text: indexed(await (await library()).add(folders, work)) }),
  };
}

/** What a run of adding did, in sentences. */
export function indexed(report: AddReport): string {
  const { added, known, unchanged, removed, skipped, refused, offline, cancelled } = report;
  const parts = [`${pluralize(added, "picture")} added`, `${known} already known`, `${unchanged} unchanged`];
  if (removed > 0) parts.push(`${removed} gone from the folder`);
  const sentences = [`${cancelled ? "Stopped early; kept: " : ""}${parts.join(", ")}.`];
  if (skipped.length > 0) sentences.push(`${skipped.length} skipped: ${formatSkipped(skipped)}.`);
  if (refused.length > 0) sentences.push(`Not added: ${formatSkipped(refused)}.`);
  const notRead = describeNotRead([report]);
  if (notRead) sentences.push(`${notRead}.`);
  const now = describeNowLeftOut(report.nowLeftOut);
  if (now) sentences.push(`Of those gone, still there and left out now: ${now}.`);
  if (offline.length > 0)
    sentences.push(`Not reachable now: ${offline.map((one) => quotedName(one)).join(", ")}.`);
  return sentences.join(" ");
}

function formatSkipped(skipped: AddReport["skipped"]): string {
  const shown = skipped
    .slice(0, MAX_SKIPPED)
    .map(({ origin, reason }) => `${quotedName(origin)} (${quoted(reason)})`);
  return shown.join(", ") + (skipped.length > MAX_SKIPPED ? " …" : "");
}
