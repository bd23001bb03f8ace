import { plausibleSpan } from "../../dates/plausible-time.ts";
import type { DiscordScope, Scope } from "../../types.ts";
import { pathRange } from "./path-range.ts";
import type { RowRange } from "./row-ranges.ts";
import { all, dateParameters, fileDates, isDated, postDates } from "./scope-query.ts";

/** Captions lie apart, and are folded and compared one by one. */
const CAPTIONS_AT_ONCE = 128;

export interface PlacementRange extends RowRange {
  readonly image: string;
  readonly date: string;
  /** Whether dates are compared as they stand; 0 where the reader's clock converts them: see `orderOf`. */
  readonly isClock: string;
  /** Whether rows are ordered by date. */
  readonly dated: boolean;
}

/** Every placement that the scope shows, along the indexes that lead to them. */
export function placementRanges(scope: Scope): PlacementRange[] {
  return [...fileRanges(scope), ...postRanges(scope)];
}

/** The same as ranges that are each ordered by date; undefined where no index provides that. */
export function datedRanges(scope: Scope): PlacementRange[] | undefined {
  const ranges = datedWherePossible(scope);
  return ranges.every(({ dated }) => dated) ? ranges : undefined;
}

const datedWherePossible = (scope: Scope): PlacementRange[] =>
  placementRanges(scope).flatMap((range) =>
    range.from === FILES.from && scope.files === "all"
      ? [filesByDate(scope, "Clock"), filesByDate(scope, "Instant")]
      : range.from === POSTS.from && scope.discord === "all"
        ? postsByDate(scope)
        : range,
  );

/** What has no date that can be true, of a scope without dates. */
export function undatedRanges(scope: Scope): PlacementRange[] {
  const plausible = { ...scope, ...plausibleSpan() };
  return datedWherePossible(scope).flatMap((range): PlacementRange[] => {
    const undated = { ...range, parameters: { ...range.parameters, ...dateParameters(plausible) } };
    const [column] = range.order;
    if (range.dated)
      return [
        { ...undated, upper: `${column} < @sinceInstant` },
        { ...undated, lower: `${column} >= @untilInstant` },
      ];
    const dates = range.from === FILES.from ? fileDates(plausible) : postDates(plausible);
    return [{ ...undated, where: all([range.where ?? "TRUE", `NOT (${dates})`]) }];
  });
}

const FILES = {
  from: "files f",
  image: "f.image",
  date: "f.date",
  isClock: "f.is_clock",
};
const POSTS = { from: "posts p", image: "p.image", date: "p.posted_at" };

/** Where the scope has no files, posts are compared as instants. */
const postsAreClocks = ({ files }: Scope) => ({ isClock: files === "none" ? "1" : "0" });

function fileRanges(scope: Scope): PlacementRange[] {
  const { files } = scope;
  if (files === "none") return [];
  const where = fileDates(scope);
  const parameters = dateParameters(scope);
  if (files === "all") {
    const order = ["f.image", "f.date", "f.is_clock", "f.path"];
    return [{ ...FILES, dated: false, prefix: "TRUE", order, where, parameters }];
  }
  return folderRanges(files.folders).map((range) => ({
    ...range,
    where,
    parameters: { ...range.parameters, ...parameters },
  }));
}

/** The folders or files of these paths, and everything below them. */
export function folderRanges(paths: readonly string[]): PlacementRange[] {
  return paths.map(pathRange).flatMap((range) => {
    const below = { ...FILES, dated: false, order: ["f.path"], parameters: { ...range } };
    return [
      { ...below, prefix: "f.path = @exact" },
      { ...below, prefix: "TRUE", lower: "f.path >= @from", upper: "f.path < @to" },
    ];
  });
}

function postRanges(scope: Scope): PlacementRange[] {
  const { discord } = scope;
  if (discord === "none") return [];
  if (discord === "all") {
    const order = ["p.image", "p.guild", "p.channel", "p.posted_at", "p.id"];
    const [where, parameters] = [postDates(scope), dateParameters(scope)];
    return [{ ...POSTS, ...postsAreClocks(scope), dated: false, prefix: "TRUE", order, where, parameters }];
  }
  const inOne =
    discord.captionContains === undefined ? channelRange(scope, discord) : captionRange(scope, discord);
  return [...new Set(discord.channelIds)].map((channel) => ({
    ...inOne,
    parameters: { ...inOne.parameters, channel },
  }));
}

/** Of any one channel, the parameter `channel`. */
function channelRange(scope: Scope, discord: DiscordScope): PlacementRange {
  return {
    ...POSTS,
    ...postsAreClocks(scope),
    dated: true,
    prefix: "p.guild = @guild AND p.channel = @channel",
    ...datesBound(scope, "p.posted_at", "Instant"),
    order: ["p.posted_at", "p.author", "p.age_restricted", "p.image", "p.id"],
    where: all([
      discord.authorId === undefined ? "TRUE" : "p.author = @author",
      discord.ageRestricted ? "TRUE" : "p.age_restricted = 0",
    ]),
    parameters: { ...dateParameters(scope), ...postParameters(discord) },
  };
}

function captionRange(scope: Scope, discord: DiscordScope): PlacementRange {
  const { where, ...range } = channelRange(scope, discord);
  return {
    ...range,
    dated: false,
    prefix: `${range.prefix} AND p.caption IS NOT NULL`,
    lower: undefined,
    upper: undefined,
    order: ["p.id"],
    where: all([where ?? "TRUE", postDates(scope), "has_words(p.caption, @caption)"]),
    rows: CAPTIONS_AT_ONCE,
  };
}

function filesByDate(scope: Scope, kind: "Clock" | "Instant"): PlacementRange {
  const order = ["f.date", "f.image", "f.path"];
  return {
    ...FILES,
    dated: true,
    prefix: kind === "Clock" ? "f.is_clock = 1" : "f.is_clock = 0",
    ...datesBound(scope, "f.date", kind),
    order,
    parameters: dateParameters(scope),
  };
}

function postsByDate(scope: Scope): PlacementRange {
  const order = ["p.posted_at", "p.image", "p.id"];
  return {
    ...POSTS,
    ...postsAreClocks(scope),
    dated: true,
    prefix: "TRUE",
    ...datesBound(scope, "p.posted_at", "Instant"),
    order,
    parameters: dateParameters(scope),
  };
}

const postParameters = ({ guildId, authorId, captionContains }: DiscordScope) => ({
  guild: guildId,
  ...(authorId !== undefined && { author: authorId }),
  ...(captionContains !== undefined && { caption: captionContains }),
});

const datesBound = (scope: Scope, column: string, kind: "Clock" | "Instant") => ({
  lower: isDated(scope) ? `${column} >= @since${kind}` : undefined,
  upper: isDated(scope) ? `${column} < @until${kind}` : undefined,
});
