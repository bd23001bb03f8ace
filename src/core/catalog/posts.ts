import { setImmediate as nextTurn } from "node:timers/promises";
import type { GuildChannel, ImageKey, PostedAt, PostStore } from "../ports.ts";
import { sortInSlices } from "../sort-in-slices.ts";
import type { DiscordPlacement, DiscordSelector, ImageId } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection/connection.ts";
import { erase, eraseInPlace, untilNoneLeft } from "./erase.ts";
import { IS_OUTDATED } from "./outdated-images.ts";
import { discordPlacement, POST_COLUMNS, type PostRow } from "./placement-rows.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";

/** Each lies apart, and so does its image. */
const POSTS_AT_ONCE = 96;

const POSTS_PER_STEP = 1024;

/** Null while nothing is embedded in it. */
const ACTIVE_SPACE = "(SELECT s.id FROM active_model a JOIN spaces s ON s.name = a.space)";

export function postStore(db: Connection): PostStore {
  return {
    remove: (selector) =>
      erase(
        db,
        "user",
        untilNoneLeft((limit) => removeSome(db, selector, limit)),
      ),
    placements: (selector) => discordPlacements(db, selector),
    imagesOf: (selector) => imagesOf(db, selector),
    knownAttachments: (attachmentIds) => db.read(() => knownAttachments(db, attachmentIds)),
    failedAttachments: (attachmentIds) => db.read(() => failedAttachments(db, attachmentIds)),
    unembedded: (guildId) => unembeddedPosts(db, guildId),
    guilds: () =>
      db.read(() =>
        db
          .statement<{ guildId: string; channels: number; images: number }>(
            `SELECT guild AS guildId, images, (SELECT count(*) FROM places p WHERE p.guild = g.guild) AS channels
            FROM guilds g ORDER BY guild`,
          )
          .all(),
      ),
    channels: (guildId) => db.read(() => guildChannels(db, guildId)),
    channelsOf: (images, guildId) => channelsOf(db, images, guildId),
    setCaption: (guildId, messageId, caption) =>
      eraseInPlace(db, () => setCaption(db, { guildId, messageId, caption: caption ?? null })),
    eraseCaptions: (guildId) =>
      eraseInPlace(
        db,
        () =>
          db.statement("UPDATE posts SET caption = NULL WHERE guild = ? AND caption IS NOT NULL").run(guildId)
            .changes,
      ),
  };
}

/** @returns how many posts had another caption before. */
function setCaption(
  db: Connection,
  post: { guildId: string; messageId: string; caption: string | null },
): number {
  const which = "message = @messageId AND guild = @guildId AND caption IS NOT @caption";
  const had = db
    .statement<number>(`SELECT count(*) FROM posts WHERE ${which} AND caption IS NOT NULL`)
    .pluck()
    .get(post);
  db.statement(`UPDATE posts SET caption = @caption WHERE ${which}`).run(post);
  return had ?? 0;
}

function removeSome(db: Connection, selector: DiscordSelector, limit: number): number {
  const { where, parameters } = selection(selector);
  removeFailures(db, selector);
  return db.statement(`DELETE FROM posts AS p WHERE ${where} LIMIT @limit`).run({ ...parameters, limit })
    .changes;
}

async function imagesOf(db: Connection, selector: DiscordSelector): Promise<ImageKey[]> {
  const images = new Set<ImageKey>();
  const reading = { columns: ["p.image"], yielder: new YieldController() };
  for await (const keys of slices<ImageKey>(db, selected(selector), reading))
    for (const key of keys) images.add(key);
  return [...images];
}

async function discordPlacements(
  db: Connection,
  selector: DiscordSelector,
): Promise<{ id: ImageId; placement: DiscordPlacement }[]> {
  const yielder = new YieldController();
  const found: FoundPost[] = [];
  for await (const posts of slices<number>(db, selected(selector), { columns: ["p.id"], yielder })) {
    for (let start = 0; start < posts.length; start += POSTS_AT_ONCE) {
      const some = posts.slice(start, start + POSTS_AT_ONCE);
      found.push(...(await db.read(() => readPosts(db, some))));
      await yielder.yieldIfDue();
    }
  }
  const byTime = (a: FoundPost, b: FoundPost) =>
    a.placement.postedAt - b.placement.postedAt || a.post - b.post;
  return (await sortInSlices(found, byTime, yielder)).map(({ id, placement }) => ({ id, placement }));
}

interface FoundPost {
  readonly id: ImageId;
  readonly post: number;
  readonly placement: DiscordPlacement;
}

function readPosts(db: Connection, posts: readonly number[]): FoundPost[] {
  return db
    .statement<PostRow & { id: ImageId; post: number }>(
      `SELECT lower(hex(i.id)) AS id, p.id AS post, ${POST_COLUMNS} FROM posts p JOIN images i ON i.key = p.image
      WHERE p.id IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(posts))
    .map(({ id, post, ...row }) => ({ id, post, placement: discordPlacement(row) }));
}

/** Along the index that leads to the fewest posts. */
function selected(selector: DiscordSelector): RowRange {
  const { where, parameters } = selection(selector);
  const along = (prefix: string, ...order: string[]) => ({
    from: "posts p",
    prefix,
    order,
    where,
    parameters,
  });
  if (selector.attachmentIds)
    return along("p.attachment IN (SELECT value FROM json_each(@attachmentIds))", "p.id");
  if (selector.messageIds)
    return along(
      "p.message IN (SELECT value FROM json_each(@messageIds))",
      "p.message",
      "p.attachment",
      "p.id",
    );
  if (selector.authorId !== undefined) return along("p.guild = @guildId AND p.author = @authorId", "p.id");
  const inChannel = ["p.posted_at", "p.author", "p.age_restricted", "p.image", "p.id"];
  return selector.channelId === undefined
    ? along("p.guild = @guildId", "p.channel", ...inChannel)
    : along("p.guild = @guildId AND p.channel = @channelId", ...inChannel);
}

/**
 * Of a post `p`: its image has an embedding of the active model, made by the decoder of today. Nothing is fetched again for a
 * JPEG: it can be known to come out otherwise only once it is fetched, and then hardly differs.
 */
const IS_EMBEDDED = `EXISTS (SELECT 1 FROM embeddings e WHERE e.image = p.image AND e.space = ${ACTIVE_SPACE})
  AND NOT EXISTS (SELECT 1 FROM images WHERE key = p.image AND ${IS_OUTDATED} AND format <> 'jpeg')`;

/** Placed and embedded, or failed: failures of posts are only stored when they are permanent for the decoder. */
function knownAttachments(db: Connection, attachmentIds: readonly string[]): Set<string> {
  return new Set(
    db
      .statement<string>(
        `SELECT attachment FROM posts p WHERE attachment IN (SELECT value FROM json_each(@ids))
          AND (NOT EXISTS (SELECT 1 FROM active_model)
            OR (${IS_EMBEDDED}))
        UNION ${FAILED_ATTACHMENTS}`,
      )
      .pluck()
      .all({ ids: JSON.stringify(attachmentIds) }),
  );
}

const FAILED_ATTACHMENTS = `SELECT attachment FROM failures
  WHERE attachment IN (SELECT value FROM json_each(@ids)) AND NOT ${IS_OUTDATED}`;

const failedAttachments = (db: Connection, attachmentIds: readonly string[]): Set<string> =>
  new Set(
    db
      .statement<string>(FAILED_ATTACHMENTS)
      .pluck()
      .all({ ids: JSON.stringify(attachmentIds) }),
  );

/** In steps, since it looks at every post of the library. */
async function unembeddedPosts(db: Connection, guildId: string): Promise<PostedAt[]> {
  const missing: PostedAt[] = [];
  for (let after = 0; ; ) {
    const step = await db.read(() => unembeddedAmong(db, guildId, after));
    if (step.last === null) return missing;
    missing.push(...step.missing);
    after = step.last;
    await nextTurn();
  }
}

/** Among the next posts after this row; `last` is null after the last one. */
function unembeddedAmong(
  db: Connection,
  guildId: string,
  after: number,
): { last: number | null; missing: PostedAt[] } {
  const step = "(SELECT * FROM posts WHERE id > @after ORDER BY id LIMIT @limit)";
  const parameters = { after, limit: POSTS_PER_STEP };
  const last = db.statement<number | null>(`SELECT max(id) FROM ${step}`).pluck().get(parameters) ?? null;
  const missing = db
    .statement<PostedAt>(
      `SELECT channel AS channelId, message AS messageId, attachment AS attachmentId FROM ${step} p
      WHERE guild = @guildId AND EXISTS (SELECT 1 FROM active_model)
        AND NOT (${IS_EMBEDDED})`,
    )
    .all({ ...parameters, guildId });
  const failed = failedAttachments(
    db,
    missing.map(({ attachmentId }) => attachmentId),
  );
  return { last, missing: missing.filter(({ attachmentId }) => !failed.has(attachmentId)) };
}

function guildChannels(db: Connection, guildId: string): GuildChannel[] {
  return db
    .statement<Omit<GuildChannel, "parentId"> & { parentId: string | null }>(
      `SELECT channel AS channelId, parent AS parentId, images, newest
      FROM places WHERE guild = ? ORDER BY channel`,
    )
    .all(guildId)
    .map(({ parentId, ...channel }) => ({ ...channel, ...(parentId !== null && { parentId }) }));
}

async function channelsOf(db: Connection, images: readonly ImageKey[], guildId: string): Promise<string[]> {
  const yielder = new YieldController();
  const found = new Set<string>();
  for (const image of images) {
    for (const channel of await db.read(() => channelsOfImage(db, image, guildId))) found.add(channel);
    await yielder.yieldIfDue();
  }
  return [...found];
}

/** From one channel to the next along the index, however often the image was posted in each. */
const channelsOfImage = (db: Connection, image: ImageKey, guildId: string): string[] =>
  db
    .statement<string>(
      `WITH RECURSIVE found (channel) AS (
        SELECT min(channel) FROM posts WHERE image = @image AND guild = @guildId
        UNION ALL
        SELECT (SELECT min(channel) FROM posts WHERE image = @image AND guild = @guildId AND channel > found.channel)
        FROM found WHERE channel IS NOT NULL
      ) SELECT channel FROM found WHERE channel IS NOT NULL`,
    )
    .pluck()
    .all({ image, guildId });

function selection(selector: DiscordSelector): { where: string; parameters: Record<string, unknown> } {
  const { messageIds, attachmentIds } = selector;
  const conditions = [
    "p.guild = @guildId",
    selector.channelId !== undefined && "p.channel = @channelId",
    selector.authorId !== undefined && "p.author = @authorId",
    selector.postedBefore !== undefined && "p.posted_at < @postedBefore",
    messageIds && "p.message IN (SELECT value FROM json_each(@messageIds))",
    attachmentIds && "p.attachment IN (SELECT value FROM json_each(@attachmentIds))",
  ];
  const { guildId, channelId, authorId, postedBefore } = selector;
  return {
    where: conditions.filter(Boolean).join(" AND "),
    parameters: {
      guildId,
      ...(channelId !== undefined && { channelId }),
      ...(authorId !== undefined && { authorId }),
      ...(postedBefore !== undefined && { postedBefore }),
      ...(messageIds && { messageIds: JSON.stringify(messageIds) }),
      ...(attachmentIds && { attachmentIds: JSON.stringify(attachmentIds) }),
    },
  };
}

/** A failure knows its place and time but not its author; a removal by author leaves failures alone. */
function removeFailures(db: Connection, selector: DiscordSelector): void {
  const { guildId, channelId, messageIds, attachmentIds, authorId, postedBefore } = selector;
  if (authorId !== undefined) return;
  // The unary pluses keep SQLite from scanning all failures for one message.
  const origin = messageIds || attachmentIds ? "+origin" : "origin";
  const conditions = [
    `+root IS NULL AND ${origin} >= @prefix AND ${origin} < @prefix || char(1114111)`,
    messageIds && "message IN (SELECT value FROM json_each(@messageIds))",
    attachmentIds && "attachment IN (SELECT value FROM json_each(@attachmentIds))",
    postedBefore !== undefined && "modified_at < @postedBefore",
  ];
  db.statement(`DELETE FROM failures WHERE ${conditions.filter(Boolean).join(" AND ")}`).run({
    ...selection(selector).parameters,
    prefix: `discord:${guildId}/${channelId === undefined ? "" : `${channelId}/`}`,
  });
}
