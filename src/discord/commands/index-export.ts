import { setImmediate as nextTurn } from "node:timers/promises";
import type { ChatInputCommandInteraction } from "discord.js";
import type { DiscordPlacement, ImageId } from "../../core/index.ts";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import { answersIn } from "../texts/languages.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";
import { FILES_PER_MESSAGE } from "./export-files.ts";
import { managerOf } from "./viewer.ts";

/** Made between two turns of the event loop. */
const LINES_AT_ONCE = 200;

/**
 * What the index says of each post in the channels that the manager can see, as JSON, one post a line: no pictures, no vectors,
 * no words of messages or in pictures. As many as fit into one message.
 */
export async function exportIndex(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<Reply> {
  const viewer = await managerOf(interaction, context);
  const { guildId } = viewer;
  const { channels, basis } = await visibleLibrary(context, { ...viewer, seesAgeRestricted: true });
  const files = new LineFiles(interaction.attachmentSizeLimit);
  let leftOut = 0;
  for (const { channelId } of channels) {
    const placed = await context.library.posts.placements({ guildId, channelId });
    for (const [at, post] of placed.entries()) {
      if (at % LINES_AT_ONCE === 0) await nextTurn();
      if (!files.add(lineOf(post))) leftOut += 1;
    }
  }
  const { index } = answersIn(interaction.locale);
  const content = [index.exported(files.lines), ...(leftOut > 0 ? [index.notExported(leftOut)] : [])].join(
    " ",
  );
  return { content, files: files.all(), madeOf: { basis, posts: [] } };
}

const lineOf = ({
  id,
  placement,
}: {
  readonly id: ImageId;
  readonly placement: DiscordPlacement;
}): string => {
  const { channelId, parentId, messageId, attachmentId, authorId, filename, postedAt, spoiler } = placement;
  const at = new Date(postedAt).toISOString();
  const ids = { sha256: id, channelId, parentId, messageId, attachmentId, authorId };
  return JSON.stringify({ ...ids, filename, postedAt: at, spoiler });
};

/** Lines in as many files as one message may have, none larger than it may be. */
class LineFiles {
  readonly #maxBytes: number;
  readonly #files: { readonly lines: string[]; bytes: number }[] = [];
  lines = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** False where there is no room left. */
  add(line: string): boolean {
    const bytes = Buffer.byteLength(line) + 1;
    let file = this.#files.at(-1);
    if (!file || file.bytes + bytes > this.#maxBytes) {
      if (this.#files.length === FILES_PER_MESSAGE || bytes > this.#maxBytes) return false;
      file = { lines: [], bytes: 0 };
      this.#files.push(file);
    }
    file.lines.push(line);
    file.bytes += bytes;
    this.lines += 1;
    return true;
  }

  all(): { readonly attachment: Buffer; readonly name: string }[] {
    return this.#files.map(({ lines }, at) => ({
      attachment: Buffer.from(`${lines.join("\n")}\n`),
      name: `glimpse-index-${at + 1}.jsonl`,
    }));
  }
}
