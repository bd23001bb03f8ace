import { createHash } from "node:crypto";
import * as z from "zod";
import {
  type DuplicateGroup,
  describeNotCompared,
  type ImageRecord,
  type LongWork,
  NotFoundError,
  pluralize,
  UsageError,
} from "../../core/index.ts";
import { formatBytes, shortId } from "../../shared/format.ts";
import type { DuplicatePage } from "../duplicate-pages.ts";
import type { Job } from "../jobs.ts";
import type { McpLibraryView } from "../library-port.ts";
import { pathOf } from "../picture-facts.ts";
import { type Answer, type Call, defineTool } from "../tool.ts";
import { DATA_NOTE, inQuotes, quoted, untrusted } from "../untrusted-text.ts";

const MAX_MEMBERS = 10;
const MAX_PATHS = 5;
const MAX_EXAMPLES = 50;

const input = z.strictObject({
  folder: z.string().max(4096).optional(),
  ids: z.array(z.string().max(400)).min(1).max(MAX_EXAMPLES).optional().describe("These and their copies"),
  kind: z
    .enum(["exact", "same", "variant", "similar"])
    .optional()
    .describe(
      "exact: same bytes. same (default): also resized or edited. variant: also of one template. similar: also of one scene",
    ),
  limit: z.int().min(1).max(20).optional().describe("Groups; default 10"),
  cursor: z.string().max(200).optional(),
});

const picture = z.object({ id: z.string(), paths: z.array(z.string()), size: z.string(), bytes: z.number() });

const output = z.object({
  total: z.number().nullable(),
  reclaimable_bytes: z.number(),
  groups: z.array(
    z.object({
      keeper: picture,
      why: z.string(),
      members: z.array(picture.extend({ kind: z.string(), reason: z.string() })),
      more_members: z.number().optional(),
      reclaimable_bytes: z.number(),
    }),
  ),
  next_cursor: z.string().nullable(),
  job_id: z.string().optional(),
  note: z.string(),
});

type Input = z.infer<typeof input>;
type Output = z.infer<typeof output>;

export const findDuplicates = defineTool({
  name: "find_duplicates",
  title: "Find duplicates",
  description:
    "Groups of pictures that are the same or alike, each with the one to keep and reasons. Deletes nothing. " +
    "A long search answers with a job_id for job.",
  readOnly: true,
  wantsNewFiles: true,
  inGallery: "shown",
  input,
  output,
  run: async (args, call) => {
    const { duplicatePages } = call.service;
    const key = searchKey(args);
    // Before anything else: a folder that is not there is an error, even if the search is cached.
    const narrowed = await call.service.access.narrow(call.library, call.view, { folder: args.folder });
    const ids = args.ids && (await Promise.all(args.ids.map((id) => idWithin(narrowed, id, call))));
    const view = ids ? await withCopies(ids, narrowed, call) : narrowed;
    const notCompared =
      args.kind === "exact" ? undefined : describeNotCompared(await view.missingEmbeddings());
    const answer = (cursor: string) =>
      pageAnswer(duplicatePages.page(cursor, key, args.limit ?? 10), notCompared);
    if (args.cursor !== undefined) return answer(args.cursor);
    const revision = await call.library.revision();
    const cached = duplicatePages.find(key, revision);
    if (cached !== undefined) return answer(cached);
    const job = await search({ kind: args.kind, view, key, revision }, call);
    if (job.state === "running") return runningAnswer(job);
    if (job.outcome?.cursor === undefined) throw job.error;
    return answer(job.outcome.cursor);
  },
});

const searchKey = ({ folder, ids, kind }: Input) =>
  createHash("sha256")
    .update(JSON.stringify([folder, ids, kind]))
    .digest("base64url");

/** @throws UsageError for a picture that is elsewhere than in the folder that was named */
async function idWithin(narrowed: McpLibraryView, named: string, { service, library, view }: Call) {
  const { id } = await service.access.image(library, view, named);
  const inFolder = await narrowed.image(id).catch((error: unknown) => {
    if (!(error instanceof NotFoundError)) throw error;
  });
  if (inFolder) return id;
  throw new UsageError(
    `${quoted(named, 80)} is in another folder. Leave "folder" out to compare it with all.`,
  );
}

/** What is seen of these pictures and of those that are the same. */
async function withCopies(ids: readonly string[], view: McpLibraryView, { library, signal }: Call) {
  const seen = new Set(ids);
  for (const id of ids) for (const copy of await view.findSamePicture(id, signal)) seen.add(copy.id);
  return library.within({ ...view.scope, ids: [...seen] });
}

interface Search {
  readonly kind: Input["kind"];
  readonly view: McpLibraryView;
  readonly key: string;
  readonly revision: string;
}

async function search({ kind, view, key, revision }: Search, call: Call): Promise<Job> {
  const { service } = call;
  const work = {
    title: "Searching for duplicates",
    key: `duplicates:${key}`,
    run: async (long: LongWork) => {
      const groups = await view.duplicates({ kind, ...long });
      const cursor = service.duplicatePages.add(key, revision, groups);
      return {
        text: `${pluralize(groups.length, "group")} found. Call find_duplicates with the same arguments and this cursor.`,
        cursor,
      };
    },
  };
  return service.jobs.run(work, { ms: service.syncWaitMs, ...call });
}

function runningAnswer(job: Job): Answer<Output> {
  const note = `Still searching. Follow with job {"id": "${job.id}"}; its result has the cursor for the groups.`;
  return {
    data: { total: null, reclaimable_bytes: 0, groups: [], next_cursor: null, job_id: job.id, note },
    blocks: [{ kind: "text", text: note }],
  };
}

function pageAnswer(page: DuplicatePage, notCompared: string | undefined): Answer<Output> {
  const data: Output = {
    total: page.total,
    reclaimable_bytes: page.reclaimableBytes,
    groups: page.groups.map(groupData),
    next_cursor: page.nextCursor,
    note: notCompared === undefined ? DATA_NOTE : `${notCompared} ${DATA_NOTE}`,
  };
  return { data, blocks: [{ kind: "text", text: formatText(data, page.first) }] };
}

function groupData({ keeper, why, members, reclaimableBytes }: DuplicateGroup) {
  const shown = members.slice(0, MAX_MEMBERS);
  return {
    keeper: pictureData(keeper, keeper.placements.slice(0, 1)),
    why: untrusted(why, 300),
    members: shown.map(({ image, kind, reason }) => ({
      // The keeper appears again when its bytes lie in several places: those are the copies.
      ...pictureData(image, image.id === keeper.id ? image.placements.slice(1) : image.placements),
      kind,
      reason: untrusted(reason, 100),
    })),
    ...(members.length > shown.length && { more_members: members.length - shown.length }),
    reclaimable_bytes: reclaimableBytes,
  };
}

function pictureData(image: ImageRecord, placements: ImageRecord["placements"]) {
  return {
    id: shortId(image.id),
    paths: placements.slice(0, MAX_PATHS).map(pathOf),
    size: `${image.width}x${image.height}`,
    bytes: image.bytes,
  };
}

function formatText({ total, reclaimable_bytes, groups, next_cursor, note }: Output, first: number): string {
  if (total === 0)
    return `No duplicates of this kind. A looser kind finds more: exact < same < variant < similar. ${note}`;
  const lines = [
    `${pluralize(total ?? 0, "group")}, ${formatBytes(reclaimable_bytes)} could be freed by keeping only the keepers.`,
  ];
  groups.forEach((group, at) => {
    lines.push(
      `${first + at}. keep ${line(group.keeper)}  (${group.why}; frees ${formatBytes(group.reclaimable_bytes)})`,
    );
    for (const member of group.members) lines.push(`   ${member.kind}  ${line(member)}  ${member.reason}`);
    if (group.more_members !== undefined) lines.push(`   and ${group.more_members} more`);
  });
  lines.push(note);
  if (next_cursor !== null) lines.push(`More: same arguments with cursor "${next_cursor}".`);
  lines.push("To compare: view_images with the ids of a group. Glimpse never deletes files; ask the user.");
  return lines.join("\n");
}

const line = ({ id, paths, size, bytes }: z.infer<typeof picture>) =>
  `${id}  ${paths.map(inQuotes).join(" ")}  ${size}  ${formatBytes(bytes)}`;
