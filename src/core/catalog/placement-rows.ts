import { calendarTime } from "../dates/calendar-time.ts";
import { dateInName } from "../dates/date-in-name.ts";
import { isPlausible } from "../dates/plausible-time.ts";
import type { ImageKey } from "../ports.ts";
import type { Companion, DiscordPlacement, FilePlacement, Placement } from "../types.ts";
import { COMPANIONS_OF_FILE, readCompanions } from "./companions.ts";
import type { Connection } from "./connection/connection.ts";
import { IS_AWAY } from "./mounts.ts";
import { rootOf } from "./root-rows.ts";

/** SQL: whether the file `f` was changed since and could not be read then: it holds the picture no more. */
const IS_LOST = `EXISTS (SELECT 1 FROM failures l WHERE l.origin = f.path
    AND (l.bytes <> f.bytes OR l.modified_at <> f.modified_at OR l.changed_at <> f.changed_at))`;

/** Columns of `files f JOIN roots r` and of `posts p` that make a placement. */
export const FILE_COLUMNS = `f.image, r.path AS root, f.path, f.bytes, f.modified_at AS modifiedAt, f.changed_at AS changedAt, f.named_at AS namedAt,
  (SELECT x.taken_at FROM facts x WHERE x.file = f.path) AS statedAt,
  (SELECT x.taken_by_clock FROM facts x WHERE x.file = f.path) AS byClock,
  r.state = 'online' AND NOT ${IS_AWAY} AS isReachable, ${IS_LOST} AS isLost, ${COMPANIONS_OF_FILE} AS companions`;
export const POST_COLUMNS = `p.image, p.guild AS guildId, p.channel AS channelId, p.parent AS parentId,
  p.message AS messageId, p.attachment AS attachmentId, p.author AS authorId, p.filename,
  p.posted_at AS postedAt, p.spoiler, p.age_restricted AS ageRestricted, p.caption`;

/** A file with the key of its image, as a library on a server reads it too. */
export interface PlacedFile
  extends Omit<
    FilePlacement,
    "kind" | "namedAt" | "statedAt" | "changedAt" | "online" | "isLost" | "companions"
  > {
  readonly image: ImageKey;
  /** Whether its root and disk are there. */
  readonly isReachable: boolean;
  readonly isLost: boolean;
  readonly changedAt: number | null;
  readonly namedAt: number | null;
  readonly statedAt: number | null;
  readonly byClock: number | boolean | null;
  readonly companions: readonly Companion[] | null;
}

/** A post with the key of its image, as a library on a server reads it too. */
export interface PlacedPost extends Omit<DiscordPlacement, "kind" | "parentId" | "caption"> {
  readonly image: ImageKey;
  readonly parentId: string | null;
  readonly caption: string | null;
}

/** SQLite has numbers for flags, and text for lists. */
export interface FileRow extends Omit<PlacedFile, "isReachable" | "isLost" | "companions"> {
  readonly isReachable: number;
  readonly isLost: number;
  readonly companions: string | null;
}

export interface PostRow extends Omit<PlacedPost, "spoiler" | "ageRestricted"> {
  readonly spoiler: number;
  readonly ageRestricted: number;
}

export const filePlacement = ({ isReachable, isLost, companions, ...file }: FileRow): FilePlacement =>
  filePlacementOf({
    ...file,
    isReachable: isReachable === 1,
    isLost: isLost === 1,
    companions: companions === null ? null : readCompanions(companions),
  });

export const discordPlacement = ({ spoiler, ageRestricted, ...post }: PostRow): DiscordPlacement =>
  discordPlacementOf({ ...post, spoiler: spoiler === 1, ageRestricted: ageRestricted === 1 });

export function filePlacementOf({
  image: _,
  changedAt,
  isReachable,
  isLost,
  namedAt,
  statedAt,
  byClock,
  companions,
  ...file
}: PlacedFile): FilePlacement {
  return {
    kind: "file",
    ...file,
    modifiedAt: calendarTime(file.modifiedAt),
    ...(changedAt !== null && { changedAt }),
    online: isReachable && !isLost,
    ...(isLost && { isLost }),
    ...(namedAt !== null && isPlausible(namedAt) && { namedAt }),
    ...stated(statedAt, byClock),
    ...(companions !== null && { companions }),
  };
}

/** What a sidecar says of when the picture was taken. */
const stated = (at: number | null, byClock: number | boolean | null): Pick<FilePlacement, "statedAt"> =>
  at === null || !isPlausible(at) ? {} : { statedAt: byClock ? { wallClock: at } : { instant: at } };

export function discordPlacementOf({ image: _, parentId, caption, ...post }: PlacedPost): DiscordPlacement {
  return {
    kind: "discord",
    ...post,
    postedAt: calendarTime(post.postedAt),
    ...(parentId !== null && { parentId }),
    ...(caption !== null && { caption }),
  };
}

/** Adds the placement or reassigns it from the image that had it, and deletes the failure recorded for it. */
export function writePlacement(db: Connection, image: ImageKey, placement: Placement): void {
  if (placement.kind === "file") writeFile(db, image, placement);
  else writePost(db, image, placement);
  db.statement("DELETE FROM failures WHERE origin = ?").run(failureOrigin(placement));
}

function failureOrigin(placement: Placement): string {
  if (placement.kind === "file") return placement.path;
  const { guildId, channelId, messageId, attachmentId } = placement;
  return `discord:${guildId}/${channelId}/${messageId}/${attachmentId}`;
}

function writeFile(db: Connection, image: ImageKey, file: FilePlacement): void {
  db.statement(
    `INSERT INTO files (path, image, root, bytes, modified_at, changed_at, named_at, date, is_clock)
    VALUES (@path, @image, @root, @bytes, @modifiedAt, @changedAt, @namedAt, ${DATE}, ${IS_CLOCK})
    ON CONFLICT (path) DO UPDATE SET image = excluded.image, root = excluded.root, bytes = excluded.bytes,
      modified_at = excluded.modified_at, changed_at = excluded.changed_at, named_at = excluded.named_at,
      date = excluded.date, is_clock = excluded.is_clock`,
  ).run({
    path: file.path,
    image,
    root: rootOf(db, file),
    bytes: file.bytes,
    changedAt: file.changedAt ?? null,
    ...dateParameters(file),
  });
}

/** The date of a file as `placementDate` has it, and whether a clock or an instant it is. */
const TAKEN = "(SELECT taken_at FROM images WHERE key = @image)";
const STATED = (column: string) => `(SELECT ${column} FROM facts WHERE file = @path AND image = @image)`;
const DATE = `coalesce(${TAKEN}, ${STATED("taken_at")}, @namedAt, @modifiedAt)`;
const IS_CLOCK = `CASE WHEN ${TAKEN} IS NULL AND ${STATED("taken_at")} IS NOT NULL THEN ${STATED("taken_by_clock")}
  ELSE coalesce(${TAKEN}, @namedAt) IS NOT NULL END`;

const dateParameters = ({ path, modifiedAt }: Pick<FilePlacement, "path" | "modifiedAt">) => ({
  namedAt: dateInName(path) ?? null,
  modifiedAt: calendarTime(modifiedAt),
});

/** After the capture time of its image became known. */
export function dateFile(
  db: Connection,
  image: ImageKey,
  file: Pick<FilePlacement, "path" | "modifiedAt">,
): void {
  db.statement(
    `UPDATE files SET named_at = @namedAt, date = ${DATE}, is_clock = ${IS_CLOCK} WHERE path = @path AND image = @image`,
  ).run({ path: file.path, image, ...dateParameters(file) });
}

function writePost(db: Connection, image: ImageKey, post: DiscordPlacement): void {
  db.statement(
    `INSERT INTO posts (image, guild, channel, parent, message, attachment, author, filename, posted_at,
      spoiler, age_restricted, caption)
    VALUES (@image, @guildId, @channelId, @parentId, @messageId, @attachmentId, @authorId, @filename, @postedAt,
      @spoiler, @ageRestricted, @caption)
    ON CONFLICT (message, attachment) DO UPDATE SET image = excluded.image, guild = excluded.guild,
      channel = excluded.channel, parent = excluded.parent, author = excluded.author, filename = excluded.filename,
      posted_at = excluded.posted_at, spoiler = excluded.spoiler, age_restricted = excluded.age_restricted,
      caption = excluded.caption`,
  ).run({
    ...post,
    postedAt: calendarTime(post.postedAt),
    image,
    parentId: post.parentId ?? null,
    caption: post.caption ?? null,
    spoiler: Number(post.spoiler),
    ageRestricted: Number(post.ageRestricted),
  });
}
