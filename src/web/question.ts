import * as z from "zod";
import {
  dateRange,
  type FindRequest,
  IMAGE_FORMATS,
  isInside,
  type LibraryView,
  type MediaKind,
  pictureFilters,
  type QueryTerm,
  type Scope,
  UsageError,
} from "../core/index.ts";
import type { Examples } from "./examples.ts";

const MAX_PAGE = 500;

const KINDS = ["image", "animation", "video"] as const satisfies MediaKind[];

const asList = (given: unknown) => (given === undefined ? [] : Array.isArray(given) ? given : [given]);

/** Repeatable in a query string. */
const several = z.preprocess(asList, z.array(z.string().max(4096)).max(50));
const one = z.string().max(10_000).optional();

/**
 * A question as the address bar and the server's address hold it. `and`, `not`, `like` and `unlike` end in `^0.5`
 * where they have a weight of their own.
 */
export const questionSchema = z.object({
  q: one,
  and: several,
  not: several,
  like: several,
  unlike: several,
  in: several,
  since: one,
  until: one,
  tag: several,
  nottag: several,
  has: z.preprocess(asList, z.array(z.enum(["raw", "video", "sidecar"])).max(3)),
  /** A picture of it. */
  theme: one,
  /** Of the map: see picture-groups.ts. */
  region: z.string().max(20_000).optional(),
  minwidth: z.coerce.number().int().min(1).max(1_000_000).optional(),
  minheight: z.coerce.number().int().min(1).max(1_000_000).optional(),
  orientation: z.enum(["landscape", "portrait", "square"]).optional(),
  format: z.preprocess(asList, z.array(z.enum(IMAGE_FORMATS)).max(50)),
  kind: z.preprocess(asList, z.array(z.enum(KINDS)).max(3)),
  camera: one,
  place: several,
  near: z.string().max(100).optional(),
  rating: z.string().max(10).optional(),
  screenshots: z.literal("1").optional(),
  sort: z.enum(["relevance", "newest", "oldest"]).optional(),
  min: z.coerce.number().min(-1).max(1).optional(),
  copies: z.literal("1").optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(60),
});

export type Question = z.infer<typeof questionSchema>;

/** @throws UsageError for a date, weight or example that cannot be understood */
export function requestOf(question: Question, examples: Examples): FindRequest {
  const terms = termsOf(question, examples);
  return {
    terms,
    limit: question.limit,
    cursor: question.cursor,
    sort: question.sort ?? (terms.length > 0 ? "relevance" : "newest"),
    minScore: terms.length > 0 ? question.min : undefined,
    collapse: question.copies === undefined,
  };
}

function termsOf({ q, and, not, like, unlike }: Question, examples: Examples): QueryTerm[] {
  const text = (typed: string, sign: number): QueryTerm => {
    const { value, weight } = weighted(typed);
    return { text: value, weight: sign * weight };
  };
  const image = (typed: string, sign: number): QueryTerm => {
    const { value, weight } = weighted(typed);
    return { image: examples.byName(value) ?? { id: value }, weight: sign * weight };
  };
  return [
    ...(q?.trim() ? [{ text: q }] : []),
    ...and.map((typed) => text(typed, 1)),
    ...like.map((typed) => image(typed, 1)),
    ...not.map((typed) => text(typed, -1)),
    ...unlike.map((typed) => image(typed, -1)),
  ];
}

/** The part of what may be seen that the filters leave. @throws UsageError, NotFoundError for an unknown tag */
export async function narrowed(view: LibraryView, question: Question): Promise<Scope> {
  const { since, until, tag, nottag, has } = question;
  await view.requireTags([...tag, ...nottag]);
  await view.requireCamera(question.camera || undefined);
  return {
    ...view.scope,
    ...foldersIn(view.scope, question.in),
    ...(await dateRange({ since: since || undefined, until: until || undefined })),
    ...(tag.length > 0 && { tags: tag }),
    ...(nottag.length > 0 && { notTags: nottag }),
    ...(has.length > 0 && { has }),
    ...(await filtersOf(question)),
  };
}

const filtersOf = ({ camera, place, near, rating, screenshots, ...question }: Question) =>
  pictureFilters({
    camera: camera || undefined,
    places: place.filter((name) => name !== ""),
    near: near || undefined,
    rating: rating || undefined,
    screenshots: screenshots !== undefined,
    orientation: question.orientation,
    minWidth: question.minwidth,
    minHeight: question.minheight,
    formats: question.format,
    kinds: question.kind,
  });

function foldersIn({ files }: Scope, folders: readonly string[]): Partial<Scope> {
  if (folders.length === 0) return {};
  const allowed = typeof files === "object" ? files.folders : undefined;
  const outside = allowed && folders.find((folder) => !allowed.some((one) => isInside(folder, one)));
  if (outside !== undefined) throw new UsageError("This folder is not among those that are shown here.");
  return { files: { folders }, discord: "none" };
}

const MAX_WEIGHT = 100;

function weighted(typed: string): { value: string; weight: number } {
  const at = typed.lastIndexOf("^");
  const weight = at < 0 ? Number.NaN : Number(typed.slice(at + 1));
  if (!(weight > 0 && weight <= MAX_WEIGHT)) return { value: typed, weight: 1 };
  return { value: typed.slice(0, at), weight };
}
