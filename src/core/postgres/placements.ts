import { calendarTime } from "../dates/calendar-time.ts";
import { dateInName } from "../dates/date-in-name.ts";
import { foldCase } from "../fold-case.ts";
import type { ImageKey } from "../ports.ts";
import type { DiscordPlacement, FilePlacement, Placement } from "../types.ts";
import { COMPANIONS_OF_FILE } from "./companions.ts";
import type { Session } from "./connection.ts";
import { folderOf } from "./paths.ts";
import { putRoots } from "./roots.ts";
import { nameFiles, namePosts } from "./texts.ts";

/** SQL: whether the file `f` lies on a disk that is mounted inside its root and away. */
const IS_AWAY = `EXISTS (SELECT 1 FROM mounts m WHERE m.away AND (starts_with(f.path, m.path || '/') OR starts_with(f.path, m.path || E'\\\\')))`;

/** SQL: whether the file `f` was changed since and could not be read then: it holds the picture no more. */
const IS_LOST = `EXISTS (SELECT 1 FROM failures l WHERE digest_of(l.origin) = digest_of(f.path)
    AND (l.bytes <> f.bytes OR l.modified_at <> f.modified_at OR l.changed_at <> f.changed_at))`;

/** Columns of `files f JOIN roots r` and of `posts p` that make a placement. */
export const FILE_COLUMNS = `f.image, r.path AS root, f.path, f.bytes, f.modified_at AS "modifiedAt", f.changed_at AS "changedAt",
  f.named_at AS "namedAt",
  (SELECT x.taken_at FROM facts x WHERE x.file = f.id) AS "statedAt",
  (SELECT x.taken_by_clock FROM facts x WHERE x.file = f.id) AS "byClock",
  (r.state = 'online' AND NOT ${IS_AWAY}) AS "isReachable", ${IS_LOST} AS "isLost", ${COMPANIONS_OF_FILE} AS companions`;
export const POST_COLUMNS = `p.image, p.guild AS "guildId", p.channel AS "channelId", p.parent AS "parentId",
  p.message AS "messageId", p.attachment AS "attachmentId", p.author AS "authorId", p.filename,
  p.posted_at AS "postedAt", p.spoiler, p.age_restricted AS "ageRestricted", p.caption`;

export interface Placed<SomePlacement extends Placement = Placement> {
  readonly image: ImageKey;
  readonly placement: SomePlacement;
}

/** Of an image `i`, what a sidecar `x` says and the name of a file: whether the date is what a clock showed. */
const IS_CLOCK = (file: string) =>
  `CASE WHEN i.taken_at IS NULL AND x.taken_at IS NOT NULL THEN x.taken_by_clock
    ELSE coalesce(i.taken_at, ${file}.named_at) IS NOT NULL END`;

/** Adds placements or reassigns them from the images that had them, and deletes the failures recorded for them. */
export async function writePlacements(session: Session, placed: readonly Placed[]): Promise<void> {
  const files = new Map<string, Placed<FilePlacement>>();
  const posts = new Map<string, Placed<DiscordPlacement>>();
  for (const { image, placement } of placed) {
    if (placement.kind === "file") files.set(placement.path, { image, placement });
    else posts.set(`${placement.messageId}/${placement.attachmentId}`, { image, placement });
  }
  // Of two images at one place in one step, the first may be left without any.
  if (files.size + posts.size < placed.length)
    await session.run("INSERT INTO orphan_candidates (image) SELECT * FROM unnest($1::bigint[])", [
      placed.map(({ image }) => image),
    ]);
  if (files.size > 0) await writeFiles(session, [...files.values()].sort(byPath));
  if (posts.size > 0) await writePosts(session, [...posts.values()].sort(byAttachment));
  await session.run(
    "DELETE FROM failures WHERE digest_of(origin) IN (SELECT digest_of(o) FROM unnest($1::text[]) o)",
    [placed.map(({ placement }) => failureOrigin(placement))],
  );
  // What waits for a worker is done by now.
  if (files.size > 0)
    await session.run(
      `DELETE FROM work w WHERE w.path IS NOT NULL AND digest_of(w.path) IN (SELECT digest_of(p) FROM unnest($1::text[]) p)`,
      [[...files.keys()]],
    );
  if (posts.size > 0)
    await session.run(
      `DELETE FROM work w USING unnest($1::text[], $2::text[]) AS n (message, attachment)
      WHERE w.message IS NOT NULL AND w.message = n.message AND w.attachment = n.attachment`,
      [
        [...posts.values()].map(({ placement }) => placement.messageId),
        [...posts.values()].map(({ placement }) => placement.attachmentId),
      ],
    );
}

// In one order, so that two writers of the same rows wait for each other and not both.
const byPath = (a: Placed<FilePlacement>, b: Placed<FilePlacement>) =>
  a.placement.path < b.placement.path ? -1 : 1;
const attachmentOf = ({ placement: { messageId, attachmentId } }: Placed<DiscordPlacement>) =>
  `${messageId}/${attachmentId}`;
const byAttachment = (a: Placed<DiscordPlacement>, b: Placed<DiscordPlacement>) =>
  attachmentOf(a) < attachmentOf(b) ? -1 : 1;

function failureOrigin(placement: Placement): string {
  if (placement.kind === "file") return placement.path;
  const { guildId, channelId, messageId, attachmentId } = placement;
  return `discord:${guildId}/${channelId}/${messageId}/${attachmentId}`;
}

async function writeFiles(session: Session, placed: readonly Placed<FilePlacement>[]): Promise<void> {
  const files = placed.map(({ placement }) => placement);
  const roots = await putRoots(session, files);
  const folders = await putFolders(
    session,
    files.map(({ path }) => path),
  );
  const rows = await session.rows<{ id: number; path: string }>(
    `INSERT INTO files (path, image, root, folder, bytes, modified_at, changed_at, named_at, date, is_clock)
      SELECT n.path, n.image, n.root, n.folder, n.bytes, n.modified_at, n.changed_at, n.named_at,
        coalesce(i.taken_at, x.taken_at, n.named_at, n.modified_at), ${IS_CLOCK("n")}
      FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::bigint[], $5::bigint[], $6::float8[], $7::float8[],
          $8::float8[]) AS n (path, image, root, folder, bytes, modified_at, changed_at, named_at)
        JOIN images i ON i.key = n.image
        LEFT JOIN (files o JOIN facts x ON x.file = o.id) ON digest_of(o.path) = digest_of(n.path) AND x.image = n.image
    ON CONFLICT (digest_of(path)) DO UPDATE SET image = excluded.image, root = excluded.root,
      folder = excluded.folder, bytes = excluded.bytes, modified_at = excluded.modified_at,
      changed_at = excluded.changed_at, named_at = excluded.named_at, date = excluded.date,
      is_clock = excluded.is_clock
    RETURNING id, path`,
    [
      files.map(({ path }) => path),
      placed.map(({ image }) => image),
      files.map(({ root }) => roots.get(root)),
      files.map(({ path }) => folders.get(folderOf(path))),
      files.map(({ bytes }) => bytes),
      files.map(({ modifiedAt }) => calendarTime(modifiedAt)),
      files.map(({ changedAt }) => changedAt ?? null),
      files.map(({ path }) => dateInName(path) ?? null),
    ],
  );
  await nameFiles(
    session,
    rows.map(({ id }) => id),
  );
}

/** The numbers of the folders that these files are in, by path. */
export async function putFolders(session: Session, files: readonly string[]): Promise<Map<string, number>> {
  const paths = [...new Set(files.map(folderOf))].sort();
  await session.run(
    "INSERT INTO folders (path) SELECT * FROM unnest($1::text[]) ON CONFLICT (digest_of(path)) DO NOTHING",
    [paths],
  );
  // Kept for as long as this transaction lasts: another may be erasing them for being empty.
  const rows = await session.rows<{ id: number; path: string }>(
    `SELECT o.id, o.path FROM folders o WHERE digest_of(o.path) IN (SELECT digest_of(n) FROM unnest($1::text[]) n)
    ORDER BY o.id FOR KEY SHARE`,
    [paths],
  );
  return new Map(rows.map(({ id, path }) => [path, id]));
}

/** What `posts` and `work` both have of a post, and the values `$2` to `$12` that it is written by. */
export const POST_FIELDS =
  "guild, channel, parent, message, attachment, author, filename, posted_at, spoiler, age_restricted, caption";
export const POST_ARRAYS = `$2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
  $9::float8[], $10::boolean[], $11::boolean[], $12::text[]`;
export const postArrays = (posts: readonly DiscordPlacement[]): unknown[][] => [
  posts.map(({ guildId }) => guildId),
  posts.map(({ channelId }) => channelId),
  posts.map(({ parentId }) => parentId ?? null),
  posts.map(({ messageId }) => messageId),
  posts.map(({ attachmentId }) => attachmentId),
  posts.map(({ authorId }) => authorId),
  posts.map(({ filename }) => filename),
  posts.map(({ postedAt }) => postedAt),
  posts.map(({ spoiler }) => spoiler),
  posts.map(({ ageRestricted }) => ageRestricted),
  posts.map(({ caption }) => caption ?? null),
];

async function writePosts(session: Session, placed: readonly Placed<DiscordPlacement>[]): Promise<void> {
  const posts = placed.map(({ placement }) => placement);
  const rows = await session.rows<{ id: number }>(
    `INSERT INTO posts (image, ${POST_FIELDS}, folded_caption)
      SELECT * FROM unnest($1::bigint[], ${POST_ARRAYS}, $13::text[])
    ON CONFLICT (message, attachment) DO UPDATE SET image = excluded.image, guild = excluded.guild,
      channel = excluded.channel, parent = excluded.parent, author = excluded.author, filename = excluded.filename,
      posted_at = excluded.posted_at, spoiler = excluded.spoiler, age_restricted = excluded.age_restricted,
      caption = excluded.caption, folded_caption = excluded.folded_caption
    RETURNING id`,
    [
      placed.map(({ image }) => image),
      ...postArrays(posts.map((post) => ({ ...post, postedAt: calendarTime(post.postedAt) }))),
      posts.map(({ caption }) => (caption === undefined ? null : foldCase(caption))),
    ],
  );
  await namePosts(
    session,
    rows.map(({ id }) => id),
  );
}

/** After the capture times of their images became known, or others. */
export async function dateFiles(session: Session, images: readonly ImageKey[]): Promise<void> {
  await session.run(
    `UPDATE files f SET date = coalesce(i.taken_at, x.taken_at, n.named_at, n.modified_at), is_clock = ${IS_CLOCK("n")}
    FROM images i JOIN files n ON n.image = i.key LEFT JOIN facts x ON x.file = n.id
    WHERE n.id = f.id AND i.key = ANY($1::bigint[])`,
    [images],
  );
}
