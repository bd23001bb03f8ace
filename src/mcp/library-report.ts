import * as z from "zod";
import {
  describeNotRead,
  describeOlderModels,
  isInside,
  isoInstant,
  type LibraryStatus,
  pluralize,
  sumOfKinds,
  sumOfLeftOut,
} from "../core/index.ts";
import { realPaths } from "../shared/visible-folders.ts";
import type { McpLibrary, McpLibraryView } from "./library-port.ts";
import type { Service } from "./service.ts";
import { DATA_NOTE, inQuotes, quotedName, untrusted, untrustedName } from "./untrusted-text.ts";

const MAX_FAILURES = 5;
const MAX_FOLDERS = 30;

export const libraryReportSchema = z.object({
  images: z.number(),
  unembedded: z.number(),
  failed: z.number(),
  model: z.string(),
  index: z.string(),
  folders: z.array(
    z.object({ path: z.string(), state: z.string(), images: z.number(), indexed: z.string().nullable() }),
  ),
  not_read: z.object({
    kinds: z.record(z.string(), z.number()),
    left_out: z.record(z.string(), z.object({ pictures: z.number(), folders: z.number() })),
  }),
  failures: z.array(z.object({ path: z.string(), reason: z.string() })),
  jobs: z.array(z.object({ id: z.string(), title: z.string(), state: z.string() })),
  indexing_allowed: z.boolean(),
  discord_included: z.boolean(),
  notes: z.array(z.string()),
});

export type LibraryReport = z.infer<typeof libraryReportSchema>;

/** The library as far as this server may see it. */
export async function libraryReport(
  service: Service,
  library: McpLibrary,
  view: McpLibraryView,
): Promise<LibraryReport> {
  const status = await view.status();
  const running = service.jobs.all();
  return {
    images: status.images,
    unembedded: status.unembedded,
    failed: status.failed,
    model: status.model,
    index: status.index.note ? `${status.index.kind}: ${status.index.note}` : status.index.kind,
    folders: status.roots.slice(0, MAX_FOLDERS).map(({ path, state, images, lastScanAt }) => ({
      path: untrustedName(path, 400),
      state,
      images,
      indexed: lastScanAt === null ? null : isoInstant(lastScanAt),
    })),
    not_read: {
      kinds: sumOfKinds(status.roots.map(({ otherKinds }) => otherKinds)),
      left_out: sumOfLeftOut(status.roots.map(({ leftOut }) => leftOut)),
    },
    failures: await failuresSeen(service, library, view),
    jobs: running.map(({ id, title, state }) => ({ id, title, state })),
    indexing_allowed: service.allowIndex,
    discord_included: service.access.includesDiscord,
    notes: [...(await restrictionNotes(service, status)), ...nextSteps(service, status), DATA_NOTE],
  };
}

/** Some of the files of a view that could not be read. */
export async function failuresSeen(
  service: Service,
  library: McpLibrary,
  { scope }: McpLibraryView,
): Promise<LibraryReport["failures"]> {
  const folders =
    typeof scope.files === "object" ? scope.files.folders : await service.access.folders(library);
  const seen = [...folders, ...(await realPaths(folders))];
  const isSeen = (origin: string) =>
    origin.startsWith("discord:")
      ? scope.discord !== "none"
      : seen.some((folder) => isInside(origin, folder));
  const failures = await library.failures(MAX_FAILURES, isSeen);
  return failures.map(({ origin, reason }) => ({
    path: untrustedName(origin, 400),
    reason: untrusted(reason, 200),
  }));
}

/** Folders the operator named that nobody has indexed yet. */
async function restrictionNotes(
  { access, allowIndex }: Service,
  { roots }: LibraryStatus,
): Promise<string[]> {
  const real = await realPaths(roots.map(({ path }) => path));
  const missing = [];
  for (const folder of access.restriction) {
    const names = [folder, ...(await realPaths([folder]))];
    const known = [...roots.map(({ path }) => path), ...real].some((root) =>
      names.some((name) => isInside(name, root) || isInside(root, name)),
    );
    if (!known) missing.push(folder);
  }
  const how = allowIndex ? "Index it with index_folder." : "The operator can add it: `glimpse add FOLDER`.";
  return missing.map((folder) => `${quotedName(folder)} is allowed but not in the library yet. ${how}`);
}

function nextSteps({ allowIndex }: Service, status: LibraryStatus): string[] {
  const { images, unembedded, roots } = status;
  const steps = [];
  const offline = roots.filter(({ state }) => state === "offline").length;
  if (offline > 0)
    steps.push(`${pluralize(offline, "folder")} cannot be reached now; pictures there are still found.`);
  if (unembedded > 0)
    steps.push(`${pluralize(unembedded, "picture")} without a vector yet: run \`glimpse add\`.`);
  steps.push(...describeOlderModels(status).map((sentence) => untrusted(sentence, 500)));
  if (images > 0) steps.push("Next: search_images.");
  else steps.push(allowIndex ? "Nothing indexed yet. Next: index_folder." : emptyAndReadOnly);
  return steps;
}

const emptyAndReadOnly =
  "Nothing indexed yet, and this server may not index: the user runs `glimpse add FOLDER`, or starts it with --allow-index.";

export function formatReport(report: LibraryReport): string {
  const { images, failed, model, index, folders, not_read, failures, jobs, notes } = report;
  const notRead = describeNotRead([{ otherKinds: not_read.kinds, leftOut: not_read.left_out }]);
  return [
    `${pluralize(images, "picture")}, ${failed} failed. Model ${model}, ${index} index.`,
    `Indexing ${report.indexing_allowed ? "allowed" : "off"}; Discord pictures ${report.discord_included ? "included" : "left out"}.`,
    ...folders.map(
      ({ path, state, images: count, indexed }) =>
        `folder ${inQuotes(path)}: ${pluralize(count, "picture")}, ${state}, indexed ${indexed ?? "never"}`,
    ),
    ...(notRead ? [notRead] : []),
    ...failures.map(({ path, reason }) => `failed ${inQuotes(path)}: ${reason}`),
    ...jobs.map(({ id, title, state }) => `job ${id}: ${title} (${state})`),
    ...notes,
  ].join("\n");
}
