import { plausibleSpan } from "../../dates/plausible-time.ts";
import { foldLabel } from "../../fold-case.ts";
import { FILM_FORMATS } from "../../media-kind.ts";
import type { CompanionKind, DateBound, DiscordScope, MediaKind, PictureFilter, Scope } from "../../types.ts";
import { factsAreSeen, factsOfImage, factsParameters } from "./facts-query.ts";
import { pathRange } from "./path-range.ts";

/** Conditions in SQL with their named parameters, all values bound. */
export interface ScopeQuery {
  /** On a row `f` of files, and on a row `p` of posts. */
  readonly file: string;
  readonly post: string;
  /** On a row `i` of images. */
  readonly image: string;
  /** On a row `t` of tags that files carry: one of those that the scope shows does. */
  readonly carried: string;
  /** On a row `x` of facts: see facts-query.ts. */
  readonly facts: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Whether it shows every placement, apart from its filters on the image. */
export function seesAllPlacements(scope: Scope): boolean {
  return scope.files === "all" && scope.discord === "all" && !isDated(scope);
}

export function isEverything(scope: Scope): boolean {
  return seesAllPlacements(scope) && !hasImageFilter(scope);
}

/** Whether it asks anything of the image itself, whatever its placements. */
export const hasImageFilter = ({ tags, notTags, has, ids, picture, facts }: Scope): boolean =>
  Boolean(tags?.length || notTags?.length || has?.length) ||
  [ids, picture, facts].some((filter) => filter !== undefined);

export function scopeQuery(scope: Scope): ScopeQuery {
  return {
    post: all([postCondition(scope.discord), postDates(scope)]),
    file: filesInScope(scope),
    image: imageCondition(scope),
    carried: carriedCondition(scope),
    facts: factsAreSeen(filesInScope(scope)),
    parameters: parameters(scope),
  };
}

const filesInScope = (scope: Scope) => all([fileCondition(scope.files), fileDates(scope)]);

function fileCondition(files: Scope["files"]): string {
  if (files === "none") return "FALSE";
  if (files === "all") return "TRUE";
  return `EXISTS (SELECT 1 FROM json_each(@folders) r WHERE f.path = r.value ->> 'exact'
    OR (f.path >= r.value ->> 'from' AND f.path < r.value ->> 'to'))`;
}

function postCondition(discord: Scope["discord"]): string {
  if (discord === "none") return "FALSE";
  if (discord === "all") return "TRUE";
  return all([
    // The plus: a seek for each pair of an image and a channel would be many more than the image has posts.
    "p.guild = @guild AND +p.channel IN (SELECT value FROM json_each(@channels))",
    discord.authorId === undefined ? "TRUE" : "p.author = @author",
    discord.captionContains === undefined ? "TRUE" : "has_words(p.caption, @caption)",
    discord.ageRestricted ? "TRUE" : "p.age_restricted = 0",
  ]);
}

export const isDated = ({ since, until }: Scope): boolean => since !== undefined || until !== undefined;

/** Dates of files are those of a clock or instants, row by row. */
export const fileDates = (scope: Scope): string =>
  isDated(scope)
    ? `f.date >= CASE WHEN f.is_clock THEN @sinceClock ELSE @sinceInstant END
      AND f.date < CASE WHEN f.is_clock THEN @untilClock ELSE @untilInstant END`
    : "TRUE";

export const postDates = (scope: Scope): string =>
  isDated(scope) ? "p.posted_at >= @sinceInstant AND p.posted_at < @untilInstant" : "TRUE";

/** Neither a wrong clock's nor a made-up time is a date, so one bound alone leaves those out too. */
export function dateParameters(scope: Scope) {
  if (!isDated(scope)) return {};
  const plausible = plausibleSpan();
  const since = narrower(Math.max, plausible.since, scope.since);
  const until = narrower(Math.min, plausible.until, scope.until);
  return {
    sinceClock: since.wallClock,
    sinceInstant: since.instant,
    untilClock: until.wallClock,
    untilInstant: until.instant,
  };
}

const narrower = (of: (a: number, b: number) => number, a: DateBound, b: DateBound = a): DateBound => ({
  wallClock: of(a.wallClock, b.wallClock),
  instant: of(a.instant, b.instant),
});

/** Along the index that has the files of each tag of an image in order: a picture may stand in very many. */
function carriedCondition(scope: Scope): string {
  if (seesAllPlacements(scope)) return "TRUE";
  if (scope.files === "none") return "FALSE";
  const dated = isDated(scope) ? `JOIN files f ON f.path = c.file AND ${fileDates(scope)}` : "";
  const ofTag = `carried_tags c ${dated} WHERE c.image = t.image AND c.tag = t.tag`;
  if (scope.files === "all") return `EXISTS (SELECT 1 FROM ${ofTag})`;
  const within = (files: string) =>
    `EXISTS (SELECT 1 FROM json_each(@folders) r CROSS JOIN ${ofTag} AND ${files})`;
  return `(${within("c.file = r.value ->> 'exact'")}
    OR ${within("c.file >= r.value ->> 'from' AND c.file < r.value ->> 'to'")})`;
}

/** On a row `t` of tags: who sees these placements sees it. Where they do not see the file, the model may give it too. */
export const tagIsSeen = (carried: string): string =>
  carried === "TRUE"
    ? "t.source <> 'rejected'"
    : `t.source <> 'rejected' AND (t.source <> 'file' OR t.model_score IS NOT NULL OR ${carried})`;

/** Looked up image by image: listing all images first is slow for a tag that most of them have. */
function imageCondition(scope: Scope): string {
  const { tags, notTags, has = [], ids, picture, facts } = scope;
  const isSeen = tagIsSeen(carriedCondition(scope));
  const carried = (names: string) =>
    `SELECT count(DISTINCT folded(t.tag)) FROM tags t WHERE t.image = i.key AND ${isSeen}
        AND folded(t.tag) IN (SELECT value FROM json_each(@${names}))`;
  return all([
    tags?.length ? `(${carried("tags")}) = @tagCount` : "TRUE",
    notTags?.length ? `(${carried("notTags")}) = 0` : "TRUE",
    ids === undefined ? "TRUE" : "i.id IN (SELECT unhex(value) FROM json_each(@ids))",
    picture === undefined ? "TRUE" : pictureCondition(picture),
    ...has.map((kind) => hasCompanion(scope, kind)),
    ...(facts === undefined ? [] : factsOfImage(facts, filesInScope(scope))),
  ]);
}

/** On a row `i` of images: beside a file that the scope shows. The kind is one of three words of this program. */
const hasCompanion = (scope: Scope, kind: CompanionKind): string =>
  `EXISTS (SELECT 1 FROM files f JOIN companions c ON c.file = f.path WHERE f.image = i.key AND c.kind = '${kind}'
    AND ${all([fileCondition(scope.files), fileDates(scope)])})${kind === "raw" ? " OR i.format = 'raw'" : ""}`;

/** On a row `i` of images. */
export const pictureCondition = ({
  minWidth,
  minHeight,
  orientation,
  formats,
  kinds,
}: PictureFilter): string =>
  all([
    minWidth === undefined ? "TRUE" : "i.width >= @minWidth",
    minHeight === undefined ? "TRUE" : "i.height >= @minHeight",
    orientation === undefined ? "TRUE" : ORIENTATIONS[orientation],
    formats === undefined ? "TRUE" : "i.format IN (SELECT value FROM json_each(@formats))",
    kinds === undefined ? "TRUE" : kindCondition(kinds, "i"),
  ]);

const FILMS = `(${FILM_FORMATS.map((format) => `'${format}'`).join(", ")})`;

/** SQL: whether the row of images that goes by this name is of one of these kinds (see `mediaKind`). */
export function kindCondition(kinds: readonly MediaKind[], row: string): string {
  const isKind = {
    image: `${row}.duration_ms IS NULL AND ${row}.format NOT IN ${FILMS}`,
    animation: `${row}.duration_ms IS NOT NULL AND ${row}.format NOT IN ${FILMS}`,
    video: `${row}.format IN ${FILMS}`,
  };
  return `(${kinds.map((kind) => isKind[kind]).join(" OR ") || "FALSE"})`;
}

const ORIENTATIONS = {
  landscape: "i.width > i.height",
  portrait: "i.width < i.height",
  square: "i.width = i.height",
};

export const pictureParameters = ({ minWidth, minHeight, formats }: PictureFilter = {}) => ({
  ...(minWidth !== undefined && { minWidth }),
  ...(minHeight !== undefined && { minHeight }),
  ...(formats !== undefined && { formats: JSON.stringify(formats) }),
});

function parameters(scope: Scope): Record<string, unknown> {
  const { files, discord, tags, notTags, ids } = scope;
  return {
    ...(typeof files === "object" && { folders: JSON.stringify(files.folders.map(pathRange)) }),
    ...(typeof discord === "object" && discordParameters(discord)),
    ...dateParameters(scope),
    ...(tags?.length && { tags: JSON.stringify(foldedOnce(tags)), tagCount: foldedOnce(tags).length }),
    ...(notTags?.length && { notTags: JSON.stringify(foldedOnce(notTags)) }),
    ...(ids !== undefined && { ids: JSON.stringify(ids) }),
    ...pictureParameters(scope.picture),
    ...factsParameters(scope.facts),
  };
}

const foldedOnce = (tags: readonly string[]) => [...new Set(tags.map(foldLabel))];

const discordParameters = ({ guildId, channelIds, authorId, captionContains }: DiscordScope) => ({
  guild: guildId,
  channels: JSON.stringify(channelIds),
  ...(authorId !== undefined && { author: authorId }),
  ...(captionContains !== undefined && { caption: captionContains }),
});

/** Conditions that hold together. */
export const all = (conditions: readonly string[]) => {
  const real = conditions.filter((condition) => condition !== "TRUE");
  return real.length === 0 ? "TRUE" : real.map((condition) => `(${condition})`).join(" AND ");
};
