import { pathRange } from "../catalog/scope/path-range.ts";
import {
  dateParameters,
  hasImageFilter,
  isDated,
  isEverything,
  kindCondition,
  seesAllPlacements,
  tagIsSeen,
} from "../catalog/scope/scope-query.ts";
import { EARTH_KILOMETRES, latitudesNear } from "../distance.ts";
import { foldCase, foldLabel } from "../fold-case.ts";
import { SCREENSHOT_NAME } from "../screenshot-name.ts";
import type { DiscordScope, FactsFilter, PictureFilter, Scope } from "../types.ts";
import { idBytes } from "./image-keys.ts";
import { isBetween } from "./paths.ts";
import { all, type Values } from "./values.ts";

export { hasImageFilter, isEverything, seesAllPlacements };

/** Conditions in SQL, whose values are bound as each is asked for. */
export interface ScopeConditions {
  /** On a row `f` of files, and on a row `p` of posts. */
  file(): string;
  post(): string;
  /** On the image of this key: its filters, whatever its placements. */
  image(key: string): string;
  /** On the image of this key: that the scope shows it. */
  shows(key: string): string;
  /** On a row `t` of tags that files carry: one of those that the scope shows does. */
  carried(): string;
  /** On a row `x` of facts: the scope shows a file of the picture, and of sidecars that file. */
  facts(): string;
}

export function scopeConditions(scope: Scope, values: Values): ScopeConditions {
  const file = () => all([fileCondition(scope.files, values), fileDates(scope, values)]);
  const post = () => all([postCondition(scope.discord, values), postDates(scope, values)]);
  const carried = () =>
    seesAllPlacements(scope)
      ? "TRUE"
      : `EXISTS (SELECT 1 FROM carried_tags c JOIN files f ON f.id = c.file
        WHERE c.image = t.image AND c.tag = t.tag AND ${all([file()])})`;
  const facts = () => {
    const seen = file();
    return seen === "TRUE" || seen === "FALSE"
      ? seen
      : `EXISTS (SELECT 1 FROM files f WHERE f.image = x.image AND (x.file IS NULL OR f.id = x.file) AND (${seen}))`;
  };
  const image = (key: string) =>
    all([
      imageFilter(scope, values, { key, carried, file }),
      ...factsFilter(scope.facts ?? {}, values).map((condition) => {
        const byRow = `EXISTS (SELECT 1 FROM facts x WHERE x.image = ${key} AND ${condition} AND ${facts()})`;
        if (condition !== IS_SCREENSHOT) return byRow;
        const named = `f.path ~* ${values.bind(SCREENSHOT_NAME)}`;
        return `${byRow} OR EXISTS (SELECT 1 FROM files f WHERE f.image = ${key} AND ${named} AND (${file()}))`;
      }),
    ]);
  const shows = (key: string) => {
    if (seesAllPlacements(scope)) return image(key);
    // One of the two alone is planned as a join; beside OR each is looked for row by row.
    const placed = [
      scope.files !== "none" && `EXISTS (SELECT 1 FROM files f WHERE f.image = ${key} AND ${file()})`,
      scope.discord !== "none" && `EXISTS (SELECT 1 FROM posts p WHERE p.image = ${key} AND ${post()})`,
    ].filter(Boolean);
    return all([placed.join(" OR ") || "FALSE", image(key)]);
  };
  return { file, post, image, shows, carried, facts };
}

function fileCondition(files: Scope["files"], values: Values): string {
  if (files === "none") return "FALSE";
  if (files === "all") return "TRUE";
  const { below, exact } = filesBelow(files.folders, values);
  return `f.folder IN (${below}) OR f.id IN (${exact})`;
}

/** Queries of the ids of these folders with all below them, and of files of exactly these paths. */
export function filesBelow(folders: readonly string[], values: Values): { below: string; exact: string } {
  const ranges = folders.map(pathRange);
  const from = values.bind(ranges.map((range) => range.from));
  const to = values.bind(ranges.map((range) => range.to));
  const exact = values.bind(ranges.map((range) => range.exact));
  return {
    below: `SELECT o.id FROM unnest(${from}::text[], ${to}::text[]) AS r (low, high)
      JOIN folders o ON ${isBetween("o.path", "r.low", "r.high")}`,
    exact: `SELECT x.id FROM unnest(${exact}::text[]) AS e (path)
      JOIN files x ON digest_of(x.path) = digest_of(e.path)`,
  };
}

function postCondition(discord: Scope["discord"], values: Values): string {
  if (discord === "none") return "FALSE";
  if (discord === "all") return "TRUE";
  return all([
    inChannels(discord, values),
    discord.captionContains !== undefined && captionCondition(discord.captionContains, values),
  ]);
}

/** All of a scope of channels but words of captions: of a row `p` of posts, or of their vectors. */
export const inChannels = (discord: DiscordScope, values: Values): string =>
  all([
    `p.guild = ${values.bind(discord.guildId)} AND p.channel = ANY(${values.bind(discord.channelIds)}::text[])`,
    discord.authorId !== undefined && `p.author = ${values.bind(discord.authorId)}`,
    !discord.ageRestricted && "NOT p.age_restricted",
  ]);

/** Of a row `p` of posts: its caption has every word, whatever their case. */
export const captionCondition = (words: string, values: Values): string =>
  `p.folded_caption LIKE ALL(${values.bind(foldCase(words).split(/\s+/).map(containing))}::text[])`;

/** A pattern of LIKE for texts that contain this one. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

/** Dates of files are those of a clock or instants, row by row. */
export function fileDates(scope: Scope, values: Values): string {
  if (!isDated(scope)) return "TRUE";
  const { sinceClock, sinceInstant, untilClock, untilInstant } = dateParameters(scope);
  const bound = (clock: number | undefined, instant: number | undefined) =>
    `CASE WHEN f.is_clock THEN ${values.bind(clock)}::double precision ELSE ${values.bind(instant)}::double precision END`;
  return `f.date >= ${bound(sinceClock, sinceInstant)} AND f.date < ${bound(untilClock, untilInstant)}`;
}

export function postDates(scope: Scope, values: Values): string {
  if (!isDated(scope)) return "TRUE";
  const { sinceInstant, untilInstant } = dateParameters(scope);
  return `p.posted_at >= ${values.bind(sinceInstant)} AND p.posted_at < ${values.bind(untilInstant)}`;
}

function imageFilter(
  { tags = [], notTags = [], has = [], ids, picture }: Scope,
  values: Values,
  { key, carried, file }: { readonly key: string } & Record<"carried" | "file", () => string>,
): string {
  const carries = (names: readonly string[]) =>
    `EXISTS (SELECT 1 FROM tags t WHERE t.image = ${key} AND ${tagIsSeen(carried())}
      AND t.folded = ANY(${values.bind(names.map(foldLabel))}::text[]))`;
  return all([
    ...tags.map((tag) => carries([tag])),
    notTags.length > 0 && `NOT ${carries(notTags)}`,
    ids !== undefined &&
      `${key} IN (SELECT i.key FROM images i WHERE i.id = ANY(${values.bind(ids.flatMap((id) => idBytes(id) ?? []))}::bytea[]))`,
    ...has.map((kind) => {
      const beside = `EXISTS (SELECT 1 FROM files f JOIN companions c ON digest_of(c.file) = digest_of(f.path)
        WHERE f.image = ${key} AND c.kind = ${values.bind(kind)} AND (${file()}))`;
      const isRaw = `EXISTS (SELECT 1 FROM images w WHERE w.key = ${key} AND w.format = 'raw')`;
      return kind === "raw" ? `${beside} OR ${isRaw}` : beside;
    }),
    picture !== undefined &&
      `EXISTS (SELECT 1 FROM images w WHERE w.key = ${key} AND ${pictureCondition(picture, values)})`,
  ]);
}

const IS_SCREENSHOT = "x.screenshot";

/** On a row `x` of facts: each holds of any row of an image. */
const factsFilter = (
  { camera, places, near, rating, screenshots }: FactsFilter,
  values: Values,
): string[] => [
  ...(camera === undefined
    ? []
    : [`x.folded_camera LIKE ALL(${values.bind(foldCase(camera).split(/\s+/).map(containing))}::text[])`]),
  ...(places === undefined ? [] : [`x.place = ANY(${values.bind(places)}::integer[])`]),
  ...(near === undefined ? [] : [nearCondition(near, values)]),
  ...(rating === undefined
    ? []
    : [`x.rating BETWEEN ${values.bind(rating.from)}::integer AND ${values.bind(rating.to)}::integer`]),
  ...(screenshots ? [IS_SCREENSHOT] : []),
];

/** As distance.ts has it. */
function nearCondition(near: NonNullable<FactsFilter["near"]>, values: Values): string {
  const { south, north } = latitudesNear(near, near.kilometres);
  const number = (value: number) => `${values.bind(value)}::float8`;
  const latitude = number(near.latitude);
  return `x.latitude BETWEEN ${number(south)} AND ${number(north)}
    AND 2 * ${EARTH_KILOMETRES} * asin(least(1, sqrt(sin(radians(x.latitude - ${latitude}) / 2) ^ 2
      + cos(radians(x.latitude)) * cos(radians(${latitude})) * sin(radians(x.longitude - ${number(near.longitude)}) / 2) ^ 2)))
      <= ${number(near.kilometres)}`;
}

/** On a row `w` of images. */
const pictureCondition = (
  { minWidth, minHeight, orientation, formats, kinds }: PictureFilter,
  values: Values,
): string =>
  all([
    minWidth !== undefined && `w.width >= ${values.bind(minWidth)}`,
    minHeight !== undefined && `w.height >= ${values.bind(minHeight)}`,
    orientation !== undefined && ORIENTATIONS[orientation],
    formats !== undefined && `w.format = ANY(${values.bind(formats)}::text[])`,
    kinds !== undefined && kindCondition(kinds, "w"),
  ]);

const ORIENTATIONS = {
  landscape: "w.width > w.height",
  portrait: "w.width < w.height",
  square: "w.width = w.height",
};
