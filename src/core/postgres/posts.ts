import { discordPlacementOf, type PlacedPost } from "../catalog/placement-rows.ts";
import { foldCase } from "../fold-case.ts";
import type { GuildChannel, ImageKey, PostedAt, PostStore } from "../ports.ts";
import type { DiscordSelector, ImageId } from "../types.ts";
import type { Connection, Session } from "./connection.ts";
import { erase, scheduleVacuum, untilNoneLeft } from "./erase.ts";
import { hexOf } from "./image-keys.ts";
import { IS_OUTDATED } from "./images.ts";
import { isBetween } from "./paths.ts";
import { POST_COLUMNS } from "./placements.ts";
import { namePosts } from "./texts.ts";
import { all, Values } from "./values.ts";

const CAPTIONS_AT_ONCE = 1000;

/** Null while nothing is embedded in it. */
const ACTIVE_SPACE = "(SELECT s.id FROM active_model a JOIN spaces s ON s.name = a.space)";

/**
 * Of a post `p`: its image has an embedding of the active model, made by the decoder of today. Nothing is fetched
 * again for a JPEG: it can be known to come out otherwise only once it is fetched, and then hardly differs.
 */
const IS_EMBEDDED = `EXISTS (SELECT 1 FROM vectors v WHERE v.image = p.image AND v.space = ${ACTIVE_SPACE})
  AND NOT EXISTS (SELECT 1 FROM images WHERE key = p.image AND ${IS_OUTDATED} AND format <> 'jpeg')`;

export function postStore(db: Connection): PostStore {
  return {
    remove: (selector) =>
      erase(
        db,
        "person",
        untilNoneLeft((session, limit) => removeSome(session, selector, limit)),
      ),
    placements: async (selector) => {
      const values = new Values();
      const rows = await db.rows<PlacedPost & { id: ImageId }>(
        `SELECT ${hexOf("i.id")} AS id, ${POST_COLUMNS} FROM posts p JOIN images i ON i.key = p.image
        WHERE ${selection(selector, values)} ORDER BY p.posted_at, p.id`,
        values.list,
      );
      return rows.map(({ id, ...row }) => ({ id, placement: discordPlacementOf(row) }));
    },
    imagesOf: async (selector) => {
      const values = new Values();
      const rows = await db.rows<{ image: ImageKey }>(
        `SELECT DISTINCT p.image FROM posts p WHERE ${selection(selector, values)}`,
        values.list,
      );
      return rows.map(({ image }) => image);
    },
    knownAttachments: (attachmentIds) => knownAttachments(db, attachmentIds),
    failedAttachments: (attachmentIds) => failedAttachments(db, attachmentIds),
    unembedded: async (guildId) => {
      const missing = await db.rows<PostedAt>(
        `SELECT channel AS "channelId", message AS "messageId", attachment AS "attachmentId" FROM posts p
        WHERE guild = $1 AND EXISTS (SELECT 1 FROM active_model) AND NOT (${IS_EMBEDDED}) ORDER BY p.id`,
        [guildId],
      );
      const failed = await failedAttachments(
        db,
        missing.map(({ attachmentId }) => attachmentId),
      );
      return missing.filter(({ attachmentId }) => !failed.has(attachmentId));
    },
    guilds: () =>
      db.rows<{ guildId: string; channels: number; images: number }>(
        `SELECT guild AS "guildId", images, (SELECT count(*) FROM places p WHERE p.guild = g.guild) AS channels
        FROM guilds g ORDER BY guild COLLATE "C"`,
      ),
    channels: async (guildId) => {
      const rows = await db.rows<Omit<GuildChannel, "parentId"> & { parentId: string | null }>(
        `SELECT channel AS "channelId", parent AS "parentId", images, newest FROM places
        WHERE guild = $1 ORDER BY channel COLLATE "C"`,
        [guildId],
      );
      return rows.map(({ parentId, ...channel }) => ({ ...channel, ...(parentId !== null && { parentId }) }));
    },
    channelsOf: (images, guildId) => channelsOf(db, images, guildId),
    setCaption: (guildId, messageId, caption) =>
      db.write(async (session) => {
        await session.run(
          "UPDATE work SET caption = $3 WHERE guild = $1 AND message = $2 AND caption IS DISTINCT FROM $3",
          [guildId, messageId, caption ?? null],
        );
        const rows = await session.rows<{ id: number }>(
          `UPDATE posts SET caption = $3, folded_caption = $4
          WHERE message = $2 AND guild = $1 AND caption IS DISTINCT FROM $3 RETURNING id`,
          [guildId, messageId, caption ?? null, caption === undefined ? null : foldCase(caption)],
        );
        await namePosts(
          session,
          rows.map(({ id }) => id),
        );
        if (rows.length > 0) await scheduleVacuum(session);
      }),
    eraseCaptions: async (guildId) => {
      while ((await db.write((session) => eraseSomeCaptions(session, guildId))) === CAPTIONS_AT_ONCE);
    },
  };
}

async function eraseSomeCaptions(session: Session, guildId: string): Promise<number> {
  await session.run("UPDATE work SET caption = NULL WHERE guild = $1 AND caption IS NOT NULL", [guildId]);
  const rows = await session.rows<{ id: number }>(
    `UPDATE posts SET caption = NULL, folded_caption = NULL WHERE id IN (
      SELECT id FROM posts WHERE guild = $1 AND caption IS NOT NULL ORDER BY id LIMIT ${CAPTIONS_AT_ONCE}) RETURNING id`,
    [guildId],
  );
  await session.run("DELETE FROM texts WHERE source = 'caption' AND post = ANY($1::bigint[])", [
    rows.map(({ id }) => id),
  ]);
  if (rows.length > 0) await scheduleVacuum(session);
  return rows.length;
}

async function removeSome(session: Session, selector: DiscordSelector, limit: number): Promise<number> {
  await removeFailures(session, selector);
  // First, so that no worker places any of it after the posts were looked through.
  const waiting = new Values();
  await session.run(
    `DELETE FROM work p WHERE p.guild IS NOT NULL AND ${selection(selector, waiting)}`,
    waiting.list,
  );
  const values = new Values();
  return session.run(
    `DELETE FROM posts WHERE id IN (SELECT p.id FROM posts p WHERE ${selection(selector, values)}
      ORDER BY p.id LIMIT ${values.bind(limit)})`,
    values.list,
  );
}

/** Placed and embedded, or failed: failures of posts are only stored when they are permanent for the decoder. */
async function knownAttachments(db: Connection, attachmentIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.rows<{ attachment: string }>(
    `SELECT attachment FROM posts p WHERE attachment = ANY($1::text[])
      AND (NOT EXISTS (SELECT 1 FROM active_model) OR (${IS_EMBEDDED}))
    UNION ${FAILED_ATTACHMENTS}`,
    [attachmentIds],
  );
  return new Set(rows.map(({ attachment }) => attachment));
}

const FAILED_ATTACHMENTS = `SELECT attachment FROM failures WHERE attachment = ANY($1::text[]) AND NOT ${IS_OUTDATED}`;

async function failedAttachments(db: Connection, attachmentIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.rows<{ attachment: string }>(FAILED_ATTACHMENTS, [attachmentIds]);
  return new Set(rows.map(({ attachment }) => attachment));
}

/** From one channel to the next along the index, however often an image was posted in each. */
async function channelsOf(db: Connection, images: readonly ImageKey[], guildId: string): Promise<string[]> {
  const rows = await db.rows<{ channel: string }>(
    `WITH RECURSIVE found (image, channel) AS (
      SELECT w.image, (SELECT min(channel) FROM posts WHERE image = w.image AND guild = $2)
      FROM unnest($1::bigint[]) AS w (image)
      UNION ALL
      SELECT image, (SELECT min(channel) FROM posts WHERE image = found.image AND guild = $2
        AND channel > found.channel) FROM found WHERE channel IS NOT NULL
    ) SELECT DISTINCT channel FROM found WHERE channel IS NOT NULL`,
    [images, guildId],
  );
  return rows.map(({ channel }) => channel);
}

/** A condition on a row `p` of posts. */
function selection(selector: DiscordSelector, values: Values): string {
  const { guildId, channelId, authorId, postedBefore, messageIds, attachmentIds } = selector;
  return all([
    `p.guild = ${values.bind(guildId)}`,
    channelId !== undefined && `p.channel = ${values.bind(channelId)}`,
    authorId !== undefined && `p.author = ${values.bind(authorId)}`,
    postedBefore !== undefined && `p.posted_at < ${values.bind(postedBefore)}`,
    messageIds && `p.message = ANY(${values.bind(messageIds)}::text[])`,
    attachmentIds && `p.attachment = ANY(${values.bind(attachmentIds)}::text[])`,
  ]);
}

/** A failure knows its place and time but not its author; a removal by author leaves failures alone. */
async function removeFailures(session: Session, selector: DiscordSelector): Promise<void> {
  const { guildId, channelId, messageIds, attachmentIds, authorId, postedBefore } = selector;
  if (authorId !== undefined) return;
  const values = new Values();
  const prefix = `discord:${guildId}/${channelId === undefined ? "" : `${channelId}/`}`;
  const [from, to] = [values.bind(prefix), values.bind(`${prefix}\u{10ffff}`)].map(
    (value) => `${value}::text`,
  );
  await session.run(
    `DELETE FROM failures WHERE ${all([
      `root IS NULL AND ${isBetween("origin", from ?? "", to ?? "")}`,
      messageIds && `message = ANY(${values.bind(messageIds)}::text[])`,
      attachmentIds && `attachment = ANY(${values.bind(attachmentIds)}::text[])`,
      postedBefore !== undefined && `modified_at < ${values.bind(postedBefore)}`,
    ])}`,
    values.list,
  );
}
