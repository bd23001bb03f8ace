import { RESTJSONErrorCodes as ErrorCode } from "discord.js";
import PQueue from "p-queue";
import * as z from "zod";
import type { Library } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { snowflake } from "../gateway/payloads.ts";
import { discordErrorCode } from "../gateway/retry.ts";
import type { Log } from "../log.ts";

const post = z.object({
  channelId: snowflake,
  messageId: snowflake,
  attachmentId: snowflake,
  authorId: snowflake,
});
/** A posted picture that a message of the bot shows or describes. */
export type DescribedPost = z.infer<typeof post>;

const aboutPictures = z.object({
  channelId: snowflake,
  messageId: snowflake,
  /** Who had the bot write it; absent where a rule of the server did. */
  by: snowflake.optional(),
  posts: z.array(post),
  /** The message is the post itself, and these are the bot's reactions to it. */
  reactions: z.array(z.string()).optional(),
});
export type MessageAboutPictures = z.infer<typeof aboutPictures>;

export interface AboutParts {
  readonly state: Library["state"];
  readonly api: Pick<DiscordApi, "delete" | "unreact">;
  readonly log: Log;
}

const GONE: ReadonlySet<number | undefined> = new Set([
  ErrorCode.UnknownMessage,
  ErrorCode.UnknownChannel,
  ErrorCode.MissingAccess,
]);

/**
 * Messages of the bot that show or describe posted pictures, for all to see: tags, also as reactions, and answers shown to a channel. They
 * go when any of their pictures does. Kept in the library, under each of the posts.
 */
export class MessagesAboutPictures {
  readonly #parts: AboutParts;
  /** One after another: Discord allows few deletions a second, and nobody waits for these. */
  readonly #removals = new PQueue({ concurrency: 1 });

  constructor(parts: AboutParts) {
    this.#parts = parts;
  }

  async note(guildId: string, message: MessageAboutPictures): Promise<void> {
    const text = JSON.stringify(aboutPictures.parse(message));
    for (const name of namesOf(guildId, message)) await this.#parts.state.set(name, text);
  }

  /** Undefined unless the bot wrote this message, and about a picture of that post. */
  async find(guildId: string, postId: string, messageId: string): Promise<MessageAboutPictures | undefined> {
    const text = await this.#parts.state.get(nameOf(guildId, postId, messageId));
    return text === undefined ? undefined : aboutPictures.parse(JSON.parse(text));
  }

  /** Deletes it on Discord too. */
  async remove(guildId: string, message: MessageAboutPictures): Promise<void> {
    try {
      await this.#takeBack(message);
    } catch (error) {
      if (!GONE.has(discordErrorCode(error))) throw error;
    }
    for (const name of namesOf(guildId, message)) await this.#parts.state.set(name, undefined);
  }

  async #takeBack({ channelId, messageId, reactions }: MessageAboutPictures): Promise<void> {
    const { api } = this.#parts;
    if (!reactions) return api.delete(channelId, messageId);
    for (const emoji of reactions) await api.unreact(channelId, messageId, emoji);
  }

  /** Removes those about any such post, in the background. @param postIds looks at those about these messages only */
  async removeAbout(
    guildId: string,
    isGone: (post: DescribedPost) => boolean,
    postIds?: readonly string[],
  ): Promise<void> {
    for (const postId of postIds ?? [""]) {
      const found = await this.#parts.state.list(`${folderOf(guildId)}${postId === "" ? "" : `${postId}/`}`);
      for (const text of found.values()) {
        const message = aboutPictures.parse(JSON.parse(text));
        if (message.posts.some(isGone)) this.#removeSoon(guildId, message);
      }
    }
  }

  /** All that anything was written about in a server. */
  async posts(guildId: string): Promise<DescribedPost[]> {
    const texts = [...(await this.#parts.state.list(folderOf(guildId))).values()];
    return texts.flatMap((text) => aboutPictures.parse(JSON.parse(text)).posts);
  }

  /** Servers with any. */
  async servers(): Promise<string[]> {
    const names = [...(await this.#parts.state.list("discord/about/")).keys()];
    return [...new Set(names.map((name) => name.split("/")[2] ?? ""))];
  }

  /** Waits for the removals that have begun. */
  async close(): Promise<void> {
    await this.#removals.onIdle();
  }

  #removeSoon(guildId: string, message: MessageAboutPictures): void {
    const { channelId, messageId } = message;
    void this.#removals.add(async () => {
      try {
        await this.remove(guildId, message);
      } catch (error) {
        const where = { guildId, channelId, messageId };
        this.#parts.log.warn(
          { ...where, error },
          "a message about a picture that is gone could not be deleted",
        );
      }
    });
  }
}

const folderOf = (guildId: string) => `discord/about/${guildId}/`;

const nameOf = (guildId: string, postId: string, messageId: string) =>
  `${folderOf(guildId)}${postId}/${messageId}`;

const namesOf = (guildId: string, { posts, messageId }: MessageAboutPictures): string[] =>
  [...new Set(posts.map((each) => each.messageId))].map((postId) => nameOf(guildId, postId, messageId));
