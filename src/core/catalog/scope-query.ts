import type { DiscordScope, Scope } from "../types.ts";
import { pathRange } from "./path-range.ts";

/** SQL over placements and images with its named parameters, all values bound. */
export interface ScopeQuery {
  /** Rows (image, date), one for each visible placement. */
  readonly placements: string;
  /** Conditions on a row `f` of files, and on a row `p` of posts. */
  readonly file: string;
  readonly post: string;
  /** Condition on an image's key in a column `image`. */
  readonly image: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export function isEverything(scope: Scope): boolean {
  return (
    scope.files === "all" &&
    scope.discord === "all" &&
    scope.since === undefined &&
    scope.until === undefined &&
    !scope.tags?.length &&
    !scope.notTags?.length &&
    scope.ids === undefined
  );
}

export function scopeQuery(scope: Scope): ScopeQuery {
  const post = all([postCondition(scope.discord), dateCondition(scope, "p.posted_at")]);
  const file = all([fileCondition(scope.files), dateCondition(scope, "f.date")]);
  const fileDates = dateCondition(scope, "f.date");
  return {
    placements: `${filePlacements(scope.files, fileDates)}
      UNION ALL SELECT p.image AS image, p.posted_at AS date FROM posts p WHERE ${post}`,
    file,
    post,
    image: imageCondition(scope),
    parameters: parameters(scope),
  };
}

/** From the folders to their files along the path's own order, instead of asking every file for its folder. */
function filePlacements(files: Scope["files"], dates: string): string {
  if (files === "none") return "SELECT NULL AS image, NULL AS date WHERE FALSE";
  if (files === "all") return `SELECT f.image AS image, f.date AS date FROM files f WHERE ${dates}`;
  return `SELECT f.image AS image, f.date AS date FROM json_each(@folders) r CROSS JOIN files f
      WHERE f.path >= r.value ->> 'from' AND f.path < r.value ->> 'to' AND ${dates}
    UNION ALL SELECT f.image, f.date FROM json_each(@folders) r CROSS JOIN files f
      WHERE f.path = r.value ->> 'exact' AND ${dates}`;
}

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
    "p.guild = @guild AND p.channel IN (SELECT value FROM json_each(@channels))",
    discord.authorId === undefined ? "TRUE" : "p.author = @author",
    discord.captionContains === undefined ? "TRUE" : "has_words(p.caption, @caption)",
    discord.ageRestricted ? "TRUE" : "p.age_restricted = 0",
  ]);
}

function dateCondition({ since, until }: Scope, column: string): string {
  return all([
    since === undefined ? "TRUE" : `${column} >= @since`,
    until === undefined ? "TRUE" : `${column} < @until`,
  ]);
}

function imageCondition({ tags, notTags, ids }: Scope): string {
  return all([
    tags?.length
      ? `image IN (SELECT t.image FROM tags t WHERE t.said_by <> 'withdrawn'
          AND t.tag IN (SELECT value FROM json_each(@tags)) GROUP BY t.image HAVING count(*) = @tagCount)`
      : "TRUE",
    notTags?.length
      ? `image NOT IN (SELECT t.image FROM tags t WHERE t.said_by <> 'withdrawn'
          AND t.tag IN (SELECT value FROM json_each(@notTags)))`
      : "TRUE",
    ids === undefined
      ? "TRUE"
      : "image IN (SELECT i.key FROM images i WHERE i.id IN (SELECT unhex(value) FROM json_each(@ids)))",
  ]);
}

function parameters(scope: Scope): Record<string, unknown> {
  const { files, discord, since, until, tags, notTags, ids } = scope;
  return {
    ...(typeof files === "object" && { folders: JSON.stringify(files.folders.map(pathRange)) }),
    ...(typeof discord === "object" && discordParameters(discord)),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(tags?.length && { tags: JSON.stringify([...new Set(tags)]), tagCount: new Set(tags).size }),
    ...(notTags?.length && { notTags: JSON.stringify(notTags) }),
    ...(ids !== undefined && { ids: JSON.stringify(ids) }),
  };
}

const discordParameters = ({ guildId, channelIds, authorId, captionContains }: DiscordScope) => ({
  guild: guildId,
  channels: JSON.stringify(channelIds),
  ...(authorId !== undefined && { author: authorId }),
  ...(captionContains !== undefined && { caption: captionContains }),
});

const all = (conditions: readonly string[]) => {
  const real = conditions.filter((condition) => condition !== "TRUE");
  return real.length === 0 ? "TRUE" : real.map((condition) => `(${condition})`).join(" AND ");
};
