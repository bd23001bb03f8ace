import type { DiscordScope, Scope } from "../types.ts";
import { pathRange } from "./path-range.ts";
import { all, dateParameters, fileDates, postDates } from "./scope-query.ts";
import type { Stretch } from "./stretches.ts";

/** Captions are folded and compared one by one. */
const CAPTIONS_AT_ONCE = 256;

export interface PlacementStretch extends Stretch {
  /** An image's key, and the placement's date on the scale on which those of the scope are compared: see `orderOf`. */
  readonly image: string;
  readonly date: string;
  /** Whether it lies in the order of dates, or of the instants from which the reader's clock makes them. */
  readonly dated: boolean;
  readonly instant?: string | undefined;
}

/** Every placement that the scope shows, along the indexes that lead to them. */
export function placementStretches(scope: Scope): PlacementStretch[] {
  return [...fileStretches(scope), ...postStretches(scope)];
}

/** The same in stretches that each lie in the order of dates; undefined where no index has that. */
export function datedStretches(scope: Scope): PlacementStretch[] | undefined {
  const stretches = placementStretches(scope).flatMap((stretch) =>
    stretch.from === FILES.from && scope.files === "all"
      ? [filesByDate(scope, "Clock"), filesByDate(scope, "Instant")]
      : stretch.from === POSTS.from && scope.discord === "all"
        ? postsByDate(scope)
        : stretch,
  );
  return stretches.every(({ dated }) => dated) ? stretches : undefined;
}

const FILES = {
  from: "files f",
  image: "f.image",
  date: "CASE WHEN f.is_clock THEN f.date ELSE readers_clock(f.date) END",
};
const POSTS = { from: "posts p", image: "p.image" };

/** Where no file is in sight, posts are compared as the instants that they are. */
const postsDate = ({ files }: Scope) =>
  files === "none" ? { date: "p.posted_at" } : { date: "readers_clock(p.posted_at)", instant: "p.posted_at" };

function fileStretches(scope: Scope): PlacementStretch[] {
  const { files } = scope;
  if (files === "none") return [];
  const where = fileDates(scope);
  const parameters = dateParameters(scope);
  if (files === "all") {
    const order = ["f.image", "f.date", "f.is_clock", "f.path"];
    return [{ ...FILES, dated: false, range: "TRUE", order, where, parameters }];
  }
  return folderStretches(files.folders).map((stretch) => ({
    ...stretch,
    where,
    parameters: { ...stretch.parameters, ...parameters },
  }));
}

/** The folders or files of these paths, and all that lies below them. */
export function folderStretches(paths: readonly string[]): PlacementStretch[] {
  return paths.map(pathRange).flatMap((range) => {
    const below = { ...FILES, dated: false, order: ["f.path"], parameters: { ...range } };
    return [
      { ...below, range: "f.path = @exact" },
      { ...below, range: "TRUE", lower: "f.path >= @from", upper: "f.path < @to" },
    ];
  });
}

function postStretches(scope: Scope): PlacementStretch[] {
  const { discord } = scope;
  if (discord === "none") return [];
  if (discord === "all") {
    const order = ["p.image", "p.guild", "p.channel", "p.posted_at", "p.id"];
    const [where, parameters] = [postDates(scope), dateParameters(scope)];
    return [{ ...POSTS, ...postsDate(scope), dated: false, range: "TRUE", order, where, parameters }];
  }
  const inChannel = discord.captionContains === undefined ? channelStretch : captionStretch;
  return [...new Set(discord.channelIds)].map((channel) => inChannel(scope, discord, channel));
}

function channelStretch(scope: Scope, discord: DiscordScope, channel: string): PlacementStretch {
  return {
    ...POSTS,
    ...postsDate(scope),
    dated: true,
    range: "p.guild = @guild AND p.channel = @channel",
    ...datesBound(scope, "p.posted_at", "Instant"),
    order: ["p.posted_at", "p.author", "p.age_restricted", "p.image", "p.id"],
    where: all([
      discord.authorId === undefined ? "TRUE" : "p.author = @author",
      discord.ageRestricted ? "TRUE" : "p.age_restricted = 0",
    ]),
    parameters: { ...dateParameters(scope), ...postParameters(discord), channel },
  };
}

function captionStretch(scope: Scope, discord: DiscordScope, channel: string): PlacementStretch {
  const { where, ...stretch } = channelStretch(scope, discord, channel);
  return {
    ...stretch,
    dated: false,
    range: `${stretch.range} AND p.caption IS NOT NULL`,
    lower: undefined,
    upper: undefined,
    order: ["p.id"],
    where: all([where ?? "TRUE", postDates(scope), "has_words(p.caption, @caption)"]),
    rows: CAPTIONS_AT_ONCE,
  };
}

function filesByDate(scope: Scope, kind: "Clock" | "Instant"): PlacementStretch {
  const order = ["f.date", "f.image", "f.path"];
  return {
    ...FILES,
    dated: true,
    instant: kind === "Instant" ? "f.date" : undefined,
    range: kind === "Clock" ? "f.is_clock = 1" : "f.is_clock = 0",
    ...datesBound(scope, "f.date", kind),
    order,
    parameters: dateParameters(scope),
  };
}

function postsByDate(scope: Scope): PlacementStretch {
  const order = ["p.posted_at", "p.image", "p.id"];
  return {
    ...POSTS,
    ...postsDate(scope),
    dated: true,
    range: "TRUE",
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

const datesBound = ({ since, until }: Scope, column: string, kind: "Clock" | "Instant") => ({
  lower: since === undefined ? undefined : `${column} >= @since${kind}`,
  upper: until === undefined ? undefined : `${column} < @until${kind}`,
});
