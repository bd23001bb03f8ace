import { setImmediate as nextTurn } from "node:timers/promises";
import type { Catalog, GuildChannel, PostedAt } from "../ports.ts";
import type { DiscordPlacement, DiscordSelector, ImageId } from "../types.ts";
import type { Connection } from "./connection.ts";
import { erase, forgetting, untilNoneLeft } from "./erase.ts";
import { discordPlacement, POST_COLUMNS, type PostRow } from "./placement-rows.ts";

const POSTS_PER_STEP = 2048;

/** Null while nothing is embedded in it. */
const ACTIVE_SPACE = "(SELECT s.id FROM active_model a JOIN spaces s ON s.name = a.space)";

export function posts(db: Connection) {
  return {
    removeDiscord: (selector) =>
      erase(
        db,
        "person",
        untilNoneLeft((limit) => removeSome(db, selector, limit)),
      ),
    discordPlacements: (selector) => db.read(() => discordPlacements(db, selector)),
    knownAttachments: (attachmentIds) => db.read(() => knownAttachments(db, attachmentIds)),
    unembeddedPosts: (guildId) => unembeddedPosts(db, guildId),
    guildChannels: (guildId) => db.read(() => guildChannels(db, guildId)),
    setCaption: (guildId, messageId, caption) =>
      forgetting(db, () => setCaption(db, { guildId, messageId, caption: caption ?? null })),
    forgetCaptions: (guildId) =>
      forgetting(
        db,
        () =>
          db.statement("UPDATE posts SET caption = NULL WHERE guild = ? AND caption IS NOT NULL").run(guildId)
            .changes,
      ),
  } satisfies Partial<Catalog>;
}

/** @returns how many posts had other words before. */
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

function discordPlacements(
  db: Connection,
  selector: DiscordSelector,
): { id: ImageId; placement: DiscordPlacement }[] {
  const { where, parameters } = selection(selector);
  return db
    .statement<PostRow & { id: ImageId }>(
      `SELECT lower(hex(i.id)) AS id, ${POST_COLUMNS} FROM posts p JOIN images i ON i.key = p.image
      WHERE ${where} ORDER BY p.posted_at, p.id`,
    )
    .all(parameters)
    .map(({ id, ...post }) => ({ id, placement: discordPlacement(post) }));
}

/** Placed with an embedding of the active model, or failed: failures of posts are only put when they are for good. */
function knownAttachments(db: Connection, attachmentIds: readonly string[]): Set<string> {
  const known = new Set(
    db
      .statement<string>(
        `SELECT DISTINCT attachment FROM posts p WHERE attachment IN (SELECT value FROM json_each(?))
        AND (NOT EXISTS (SELECT 1 FROM active_model)
          OR EXISTS (SELECT 1 FROM embeddings e WHERE e.image = p.image AND e.space = ${ACTIVE_SPACE}))`,
      )
      .pluck()
      .all(JSON.stringify(attachmentIds)),
  );
  const asked = new Set(attachmentIds);
  for (const { origin } of failedPosts(db, "discord:")) {
    const attachment = origin.slice(origin.lastIndexOf("/") + 1);
    if (asked.has(attachment)) known.add(attachment);
  }
  return known;
}

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
        AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.image = p.image AND e.space = ${ACTIVE_SPACE})`,
    )
    .all({ ...parameters, guildId });
  const failed = knownAttachments(
    db,
    missing.map(({ attachmentId }) => attachmentId),
  );
  return { last, missing: missing.filter(({ attachmentId }) => !failed.has(attachmentId)) };
}

interface FailedPost {
  readonly origin: string;
  readonly at: number;
}

function failedPosts(db: Connection, prefix: string): FailedPost[] {
  return db
    .statement<FailedPost>(
      `SELECT origin, modified_at AS at FROM failures
      WHERE origin >= @prefix AND origin < @prefix || char(1114111) AND root IS NULL`,
    )
    .all({ prefix });
}

function guildChannels(db: Connection, guildId: string): GuildChannel[] {
  return db
    .statement<Omit<GuildChannel, "parentId"> & { parentId: string | null }>(
      `SELECT channel AS channelId, max(parent) AS parentId, count(DISTINCT image) AS images,
        max(posted_at) AS newest
      FROM posts WHERE guild = ? GROUP BY channel ORDER BY channel`,
    )
    .all(guildId)
    .map(({ parentId, ...channel }) => ({ ...channel, ...(parentId !== null && { parentId }) }));
}

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
  if (selector.authorId !== undefined) return;
  const prefix = `discord:${selector.guildId}/`;
  for (const { origin, at } of failedPosts(db, prefix)) {
    const [channel = "", message = "", attachment = ""] = origin.slice(prefix.length).split("/");
    const { channelId, messageIds, attachmentIds, postedBefore } = selector;
    if (channelId !== undefined && channelId !== channel) continue;
    if (messageIds && !messageIds.includes(message)) continue;
    if (attachmentIds && !attachmentIds.includes(attachment)) continue;
    if (postedBefore !== undefined && at >= postedBefore) continue;
    db.statement("DELETE FROM failures WHERE origin = ?").run(origin);
  }
}
