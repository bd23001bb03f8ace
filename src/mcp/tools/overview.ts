import * as z from "zod";
import {
  dayOf,
  describeNotRead,
  GlimpseError,
  imageDate,
  type MonthCount,
  pluralize,
  type TagSummary,
} from "../../core/index.ts";
import { applied, appliedFilters, appliedLine } from "../applied-filters.ts";
import { expectedOr } from "../error-text.ts";
import type { McpLibraryView } from "../library-port.ts";
import { failuresSeen } from "../library-report.ts";
import { picturesOf, subfolders } from "../subfolders.ts";
import { type Call, defineTool } from "../tool.ts";
import { DATA_NOTE, inQuotes, untrustedName } from "../untrusted-text.ts";

/** With more months than these, years are told. */
const MAX_MONTHS = 24;
const MAX_TAGS = 12;

const input = z.strictObject({
  folder: z.string().max(4096).optional(),
  since: z.string().max(40).optional(),
  until: z.string().max(40).optional(),
});

const output = z.object({
  pictures: z.number(),
  applied: applied.optional(),
  first: z.string().optional(),
  last: z.string().optional(),
  undated: z.number().optional(),
  /** Months ("2024-06"), or years where there are many. */
  times: z.array(z.object({ time: z.string(), pictures: z.number() })),
  folders: z.array(z.object({ folder: z.string(), pictures: z.number() })),
  discord: z.number().optional(),
  tags: z.array(z.object({ tag: z.string(), pictures: z.number() })),
  themes: z.array(
    z.object({ name: z.string().nullable(), pictures: z.number(), examples: z.array(z.string()) }),
  ),
  /** Of the folders, whatever the dates. */
  failed: z.number().optional(),
  failures: z.array(z.object({ path: z.string(), reason: z.string() })).optional(),
  job_id: z.string().optional(),
  notes: z.array(z.string()),
});

type Output = z.infer<typeof output>;

export const overview = defineTool({
  name: "overview",
  title: "Overview",
  description:
    "What is in here, in one call: counts by month, folders, tags, themes with example ids, dates, what could not be read.",
  readOnly: true,
  wantsNewFiles: true,
  input,
  output,
  run: async (args, call) => {
    const view = await call.service.access.narrow(call.library, call.view, args);
    const pictures = await picturesOf(view);
    const times = await view.months();
    const dated = times.reduce((sum, { images }) => sum + images, 0);
    const { failed, notRead, failures } = await unread(view, call);
    const { themes, jobId, problem } = await themesOf(view, pictures, call);
    const data: Output = {
      pictures,
      applied: appliedFilters(args, view.scope),
      ...(await span(view)),
      ...(dated < pictures && { undated: pictures - dated }),
      times: timesOf(times),
      folders: [...(await subfolders(call.library, view))],
      ...(view.scope.discord !== "none" && {
        discord: await picturesOf(call.library.within({ ...view.scope, files: "none" })),
      }),
      tags: tagsOf(await view.tags()),
      themes: [...themes],
      ...(failed > 0 && { failed, failures }),
      job_id: jobId,
      notes: [
        ...(problem === undefined ? [] : [problem]),
        ...(notRead === undefined ? [] : [notRead]),
        pictures === 0 ? "Nothing indexed here. library_status says what to do." : "Next: search_images.",
        DATA_NOTE,
      ],
    };
    return { data, blocks: [{ kind: "text", text: formatted(data) }] };
  },
});

/** Without a model there are none, and all the rest is told. */
async function themesOf(view: McpLibraryView, pictures: number, call: Call) {
  if (pictures === 0) return { themes: [] };
  try {
    const { jobs, syncWaitMs: ms, themes: kept } = call.service;
    const revision = await call.library.revision();
    const themes = await kept.of(view, { pictures, revision, jobs, wait: { ms, ...call } });
    if (!("state" in themes)) return { themes };
    const problem = `Themes are still being found: job {"id": "${themes.id}"}, then call again.`;
    return { themes: [], jobId: themes.id, problem };
  } catch (error) {
    if (!(error instanceof GlimpseError)) throw error;
    return { themes: [], problem: `Themes could not be found: ${expectedOr(error, "")}` };
  }
}

/** Days of the first and the last picture. */
async function span(view: McpLibraryView): Promise<Pick<Output, "first" | "last">> {
  const dayAt = async (sort: "oldest" | "newest") => {
    const [hit] = (await view.find({ terms: [], sort, limit: 1 })).hits;
    const date = hit && imageDate(hit);
    return date ? dayOf(date) : undefined;
  };
  return { first: await dayAt("oldest"), last: await dayAt("newest") };
}

function timesOf(months: readonly MonthCount[]): Output["times"] {
  const length = months.length > MAX_MONTHS ? "2024".length : "2024-06".length;
  const times = new Map<string, number>();
  for (const { month, images } of months) {
    const time = month.slice(0, length);
    times.set(time, (times.get(time) ?? 0) + images);
  }
  return [...times].map(([time, pictures]) => ({ time, pictures }));
}

const tagsOf = (tags: readonly TagSummary[]): Output["tags"] =>
  tags
    .map(({ tag, byPerson, byFile, byModel }) => ({
      tag: untrustedName(tag, 60),
      pictures: byPerson + byFile + byModel,
    }))
    .filter(({ pictures }) => pictures > 0)
    .sort((a, b) => b.pictures - a.pictures)
    .slice(0, MAX_TAGS);

async function unread(view: McpLibraryView, { service, library }: Call) {
  const { failed, roots } = await view.status();
  return {
    failed,
    notRead: describeNotRead(roots),
    failures: failed > 0 ? await failuresSeen(service, library, view) : [],
  };
}

function formatted({ pictures, first, last, undated, times, notes, ...found }: Output): string {
  const { applied: filters, folders, discord, tags, themes, failed, failures = [] } = found;
  const listed = <Item extends { readonly pictures: number }>(
    title: string,
    items: readonly Item[],
    name: (item: Item) => string,
  ) =>
    items.length === 0
      ? []
      : [`${title}: ${items.map((item) => `${name(item)} ${item.pictures}`).join(", ")}.`];
  const dates = first === undefined ? "" : `, ${first} to ${last}`;
  return [
    `${pluralize(pictures, "picture")}${dates}${undated === undefined ? "" : ` (${undated} without a date)`}.`,
    ...(filters ? [`Filters: ${appliedLine(filters)}.`] : []),
    ...listed("By time", times, ({ time }) => time),
    ...listed("Folders", folders, ({ folder }) => inQuotes(folder)),
    ...(discord ? [`Posted on Discord: ${discord}.`] : []),
    ...listed("Tags", tags, ({ tag }) => tag),
    ...themes.map(
      ({ name, pictures: of, examples }) =>
        `Theme ${name ?? "without a name"}: ${of}, such as ${examples.join(" ")}`,
    ),
    ...(failed ? [`${failed} could not be read.`] : []),
    ...failures.map(({ path, reason }) => `failed ${inQuotes(path)}: ${reason}`),
    ...notes,
  ].join("\n");
}
