import * as z from "zod";
import {
  type FindAnswer,
  type Fit,
  type Hit,
  placeNotes,
  pluralize,
  type QueryTerm,
  UsageError,
  type WordsFound,
} from "../../core/index.ts";
import { clockTime } from "../../shared/format.ts";
import { splitWeight } from "../../shared/split-weight.ts";
import { placeOf } from "../access.ts";
import { applied, appliedFilters, appliedLine } from "../applied-filters.ts";
import { factsLine, factsOf, type PictureFacts, pictureFacts } from "../picture-facts.ts";
import { below, sharedFolder } from "../shared-folder.ts";
import { type Call, defineTool } from "../tool.ts";
import { DATA_NOTE, inQuotes, quoted, untrusted } from "../untrusted-text.ts";

const MAX_UNMATCHED = 10;

const examples = z.array(z.string().max(100)).max(20);

const input = z.strictObject({
  query: z.string().max(1000).optional().describe("What it shows, or words in it: name:scan, look:red"),
  like: z.string().max(4096).optional().describe("Like this: id or path"),
  not: z.string().max(1000).optional(),
  ids: examples.optional().describe("id:weight"),
  not_ids: examples.optional(),
  text: z.string().max(200).optional().describe("Required words"),
  sort: z.enum(["relevance", "newest", "oldest"]).optional(),
  folder: z.string().max(4096).optional(),
  since: z.string().max(40).optional().describe("2024-06"),
  until: z.string().max(40).optional().describe("Inclusive"),
  tags: z.array(z.string().max(100)).max(20).optional().describe("All of them"),
  kind: z.enum(["image", "animation", "video"]).optional(),
  has: z.enum(["raw", "video"]).optional(),
  camera: z.string().max(100).optional(),
  place: z.string().max(100).optional().describe("City, country, 38.7,-9.1:9km"),
  rating: z.string().max(9).optional().describe("4.."),
  screenshots: z.boolean().optional(),
  orientation: z.enum(["landscape", "portrait", "square"]).optional(),
  min_width: z.int().min(1).optional(),
  format: z.string().max(9).optional(),
  limit: z.int().min(1).max(50).optional(),
  cursor: z.string().max(200).optional(),
});

/** Of the image, what the score is for. */
const part = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("frame"), atMs: z.number() }),
  z.object({ kind: z.literal("page"), page: z.number() }),
  z.object({
    kind: z.literal("tile"),
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
  }),
]);

const fitWord = z.enum(["good", "weak", "none"]);

const output = z.object({
  query: z.string(),
  /** Of the whole answer; "none" means that the library most likely has no such picture. */
  fit: fitWord.optional(),
  searched: z.number(),
  /** The filters as they were understood. */
  applied: applied.optional(),
  /** Words that stand nowhere although they had to, or although others of the query do. */
  unmatched: z.array(z.string()).optional(),
  /** Where all of the files are; the paths of the hits go on from there. */
  folder: z.string().optional(),
  /** Best first. */
  hits: z.array(
    pictureFacts.omit({ size: true }).extend({
      score: z.number().optional(),
      fit: fitWord.optional(),
      /** The example picture itself, turned, framed, cropped or made smaller. */
      same_picture: z.boolean().optional(),
      /**
       * Words of the query found in the picture, its name, caption or tags; of each line in `found` that was read in the
       * picture, in that order, its box: x, y, width and height in fractions of the picture, degrees clockwise.
       */
      words: z
        .object({
          matched: z.number(),
          of: z.number(),
          found: z.array(z.string()),
          boxes: z.array(z.array(z.number())).optional(),
        })
        .optional(),
      /** Absent for the whole picture. */
      part: part.optional(),
      alike: z.number().optional(),
    }),
  ),
  next_cursor: z.string().nullable(),
  notes: z.array(z.string()),
});

type Input = z.infer<typeof input>;
type Output = z.infer<typeof output>;

export const searchImages = defineTool({
  name: "search_images",
  title: "Search images",
  description:
    "Finds pictures by what they show: words, example pictures, or both; filters alone list the newest. " +
    'Scores compare within one answer only. fit "none": most likely not there. view_images shows.',
  readOnly: true,
  wantsNewFiles: true,
  input,
  output,
  run: async (args, call) => {
    const { library, service, view } = call;
    const terms = await termsOf(args, call);
    const narrowed = await service.access.narrow(library, view, args);
    const answer = await narrowed.find({
      terms,
      // The example may lie outside the folder or time that is searched.
      exampleScope: view.scope,
      limit: args.limit ?? 10,
      sort: args.sort ?? (terms.length === 0 ? "newest" : "relevance"),
      cursor: args.cursor,
      signal: call.signal,
    });
    const first = answer.hits[0]?.rank ?? 1;
    const said = [...(await placeNotes(placeOf(args.place).places ?? [])), ...answer.notes];
    const notes = [...said.map((note) => untrusted(note, 300)), ...hints(answer, args)];
    const hits = answer.hits.map((hit) => hitFacts(hit, terms.length > 0));
    const folder = sharedFolder(hits);
    const data: Output = {
      query: untrusted(answer.query, 300),
      ...(answer.match && { fit: fitOf(answer.match) }),
      searched: answer.searched,
      applied: appliedFilters(args, narrowed.scope),
      ...(answer.unmatched && {
        unmatched: answer.unmatched.slice(0, MAX_UNMATCHED).map((word) => untrusted(word, 60)),
      }),
      folder,
      hits: folder === undefined ? hits : hits.map((hit) => ({ ...hit, path: below(hit.path, folder) })),
      next_cursor: answer.nextCursor,
      notes: [...notes, DATA_NOTE],
    };
    return { data, blocks: [{ kind: "text", text: formatText(data, { sort: args.sort, first }) }] };
  },
});

async function termsOf(args: Input, call: Call): Promise<QueryTerm[]> {
  const { query, like, ids = [], not, not_ids = [], text } = args;
  const terms: QueryTerm[] = [];
  const required = text === undefined ? "" : `text:"${text.replaceAll('"', " ")}"`;
  const words = [query?.trim(), required].filter(Boolean).join(" ");
  if (words !== "") terms.push({ text: words });
  if (like !== undefined) terms.push({ image: await pictureOf(like, call) });
  for (const id of ids) terms.push(await exampleOf(id, 1, call));
  const away = [...(not?.trim() ? [{ text: not, weight: -1 }] : [])];
  if (terms.length === 0 && (away.length > 0 || not_ids.length > 0))
    throw new UsageError('"not" and "not_ids" only push away. Give query, like or ids with them.');
  for (const id of not_ids) terms.push(await exampleOf(id, -1, call));
  return [...terms, ...away];
}

const pictureOf = (like: string, { service, library, view }: Call) =>
  service.access.picture(library, view, like);

/** "3f2a9c01b2c3" or, counting half, "3f2a9c01b2c3:0.5". */
async function exampleOf(written: string, sign: 1 | -1, call: Call): Promise<QueryTerm> {
  // What follows the colon of a moment, "3f2a9c01b2c3@1:02", is no weight.
  if (/@\d{1,3}:\d{2}(?:\.\d+)?$/.test(written))
    return { image: await pictureOf(written, call), weight: sign };
  try {
    const { value, weight } = splitWeight(written);
    return { image: await pictureOf(value, call), weight: sign * weight };
  } catch (error) {
    // A file's very name may end like a weight.
    const image = await pictureOf(written, call).catch(() => Promise.reject(error));
    return { image, weight: sign };
  }
}

const hitFacts = (hit: Hit, isRanked: boolean) => ({
  // Of what was found by its words alone there is no cosine.
  ...(isRanked && hit.score !== 0 && { score: rounded(hit.score) }),
  ...(hit.fit && { fit: fitOf(hit.fit) }),
  ...(hit.isCopy && { same_picture: true }),
  ...(hit.words && {
    words: {
      matched: hit.words.matched,
      of: hit.words.of,
      found: hit.words.places.map(foundPlace),
      ...boxesOf(hit.words.places),
    },
  }),
  ...(hit.part.kind !== "whole" && { part: hit.part }),
  ...(hit.alike.length > 0 && { alike: hit.alike.length }),
  ...withoutSize(factsOf(hit)),
});

/** A file's name needs no words of its own: its path is there. */
const foundPlace = ({ source, line }: WordsFound["places"][number]) =>
  source === "name" ? source : `${source}: ${untrusted(line, 120)}`;

/** view_images tells it; here it would be a seventh of each line. */
const withoutSize = ({ size: _, ...facts }: PictureFacts) => facts;

const MARKS = { good: "", weak: "  weak", none: "  unlikely" } as const;

/** As `classify_images` says it. */
const fitOf = (fit: Fit): z.infer<typeof fitWord> => (fit === "nothing" ? "none" : fit);

function boxesOf(places: WordsFound["places"]): { boxes?: number[][] } {
  const boxes = places.flatMap(({ box, angle = 0 }) =>
    box ? [[box.x, box.y, box.width, box.height, angle].map(rounded)] : [],
  );
  return boxes.length > 0 ? { boxes } : {};
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

const MOMENTS = "id@1:02 names that moment of a video, for view_images, like and ids.";

/** Why an answer is empty, and what would not be; how its moments are named. */
function hints(answer: FindAnswer, args: Input): string[] {
  if (answer.hits.length > 0) return answer.hits.some(({ part }) => part.kind === "frame") ? [MOMENTS] : [];
  if (args.cursor !== undefined) return ["No more pictures."];
  if (answer.searched > 0) return answer.notes.length > 0 ? [] : ["No picture has what was asked for."];
  if (args.tags?.length) return ["No picture has these tags and passes the other filters. Drop one of them."];
  if ([args.camera, args.place, args.rating, args.screenshots].some((filter) => filter !== undefined))
    return ["No picture's file says this and passes the other filters. Drop one of them."];
  if ([args.orientation, args.min_width, args.format].some((filter) => filter !== undefined))
    return ["No picture is of this shape and format and passes the other filters. Drop one of them."];
  const filtered = args.folder !== undefined || args.since !== undefined || args.until !== undefined;
  if (args.kind !== undefined) return [`Nothing here is of the kind ${args.kind}.`];
  if (filtered)
    return ["No picture is from this folder and time. Drop a filter; library_status lists folders."];
  return ["Nothing is indexed yet. library_status says what to do."];
}

const atTime = ({ part }: Output["hits"][number]) =>
  part?.kind === "frame" ? `  at ${clockTime(part.atMs)}` : "";

function partsLine({ words, same_picture }: Output["hits"][number]): string {
  if (same_picture) return "  the same picture";
  if (words === undefined) return "";
  const found = words.found.map((place) => quoted(place, 150)).join(", ");
  const boxes = words.boxes?.map((box) => `[${box.join(" ")}]`).join(" ");
  return `  words ${words.matched} of ${words.of}: ${found}${boxes ? ` at ${boxes}` : ""}`;
}

interface Listing {
  readonly sort: Input["sort"];
  /** Rank of the first hit. */
  readonly first: number;
}

function formatText(
  { query, fit, searched, applied, unmatched, folder, hits, next_cursor, notes }: Output,
  { sort, first }: Listing,
): string {
  const best = fit === "none" ? "No good match; nearest" : fit === "weak" ? "Weak matches" : "Best matches";
  const listed = sort === "oldest" ? "Oldest pictures" : "Newest pictures";
  const heading = query === "" ? listed : `${best} for ${quoted(query, 300)}`;
  const lines = [`${heading}; ${pluralize(searched, "picture")} considered.`];
  if (applied) lines.push(`Filters: ${appliedLine(applied)}.`);
  if (folder !== undefined) lines.push(`All in ${inQuotes(folder)}:`);
  for (const [at, hit] of hits.entries()) {
    const alike = hit.alike === undefined ? "" : `  +${hit.alike} alike`;
    // Of an answer without good hits its heading says it of all.
    const mark = fit === "good" ? MARKS[hit.fit ?? "good"] : "";
    lines.push(
      `${first + at}. ${hit.score === undefined ? "" : `${hit.score.toFixed(3)} `}${factsLine(hit)}${atTime(hit)}${mark}${alike}${partsLine(hit)}`,
    );
  }
  if (unmatched?.length)
    lines.push(`In the words of no picture: ${unmatched.map((word) => quoted(word)).join(", ")}.`);
  lines.push(...notes);
  if (next_cursor !== null) lines.push(`More: same arguments with cursor "${next_cursor}".`);
  return lines.join("\n");
}
