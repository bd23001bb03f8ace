import { calendarTime } from "../calendar-time.ts";
import type { ImageKey } from "../ports.ts";
import type { DiscordPlacement, FilePlacement, Placement } from "../types.ts";
import type { Connection } from "./connection.ts";
import { IS_AWAY } from "./mounts.ts";
import { rootOf } from "./root-rows.ts";

/** Columns of `files f JOIN roots r` and of `posts p` that make a placement. */
export const FILE_COLUMNS = `f.image, r.path AS root, f.path, f.bytes, f.modified_at AS modifiedAt,
  r.state = 'online' AND NOT ${IS_AWAY} AS online`;
export const POST_COLUMNS = `p.image, p.guild AS guildId, p.channel AS channelId, p.parent AS parentId,
  p.message AS messageId, p.attachment AS attachmentId, p.author AS authorId, p.filename,
  p.posted_at AS postedAt, p.spoiler, p.age_restricted AS ageRestricted, p.caption`;

export interface FileRow extends Omit<FilePlacement, "kind" | "online"> {
  readonly image: ImageKey;
  readonly online: number;
}

export interface PostRow
  extends Omit<DiscordPlacement, "kind" | "parentId" | "caption" | "spoiler" | "ageRestricted"> {
  readonly image: ImageKey;
  readonly parentId: string | null;
  readonly caption: string | null;
  readonly spoiler: number;
  readonly ageRestricted: number;
}

export function filePlacement({ image: _, online, ...file }: FileRow): FilePlacement {
  return { kind: "file", ...file, modifiedAt: calendarTime(file.modifiedAt), online: online === 1 };
}

export function discordPlacement({ image: _, parentId, caption, ...post }: PostRow): DiscordPlacement {
  return {
    kind: "discord",
    ...post,
    postedAt: calendarTime(post.postedAt),
    spoiler: post.spoiler === 1,
    ageRestricted: post.ageRestricted === 1,
    ...(parentId !== null && { parentId }),
    ...(caption !== null && { caption }),
  };
}

/** Adds the placement or takes it over from whatever image was there, and drops the failure noted for it. */
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
    `INSERT INTO files (path, image, root, bytes, modified_at, date)
    VALUES (@path, @image, @root, @bytes, @modifiedAt,
      coalesce((SELECT taken_at FROM images WHERE key = @image), @modifiedAt))
    ON CONFLICT (path) DO UPDATE SET image = excluded.image, root = excluded.root, bytes = excluded.bytes,
      modified_at = excluded.modified_at, date = excluded.date`,
  ).run({
    path: file.path,
    image,
    root: rootOf(db, file),
    bytes: file.bytes,
    modifiedAt: calendarTime(file.modifiedAt),
  });
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
