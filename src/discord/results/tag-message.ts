import { ButtonStyle, ComponentType, MessageFlags } from "discord.js";
import type { DiscordPlacement } from "../../core/index.ts";
import { jumpLink } from "../../shared/placements.ts";
import { fittingLines, MAX_CONTENT, posterName, quotedName } from "../message-text.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { customId } from "./custom-id.ts";

export interface TaggedPicture {
  readonly tags: readonly string[];
  /** Where it was posted first. */
  readonly repost?: DiscordPlacement | undefined;
  /** Of the webhook that posted it first. */
  readonly webhook?: string | undefined;
  /** It is blurred until clicked, and so is what it shows. */
  readonly spoiler: boolean;
}

export interface TagMessage {
  /** In the order of the message. */
  readonly pictures: readonly TaggedPicture[];
  /** The pictures'. */
  readonly messageId: string;
  /** Link to the pictures, where the message is not a reply to them. */
  readonly source?: string | undefined;
  /** In the language of the server. */
  readonly texts: AnswerTexts;
}

/** Tags and repost notices in one silent message, with a button to remove it. */
export function tagMessage({ pictures, messageId, source, texts }: TagMessage) {
  const isNumbered = pictures.length > 1;
  const lines = pictures.flatMap((picture, at) => {
    const line = describe(picture, texts);
    return line === "" ? [] : [isNumbered ? `**${at + 1}** ${line}` : line];
  });
  const [only = ""] = lines;
  const text = isNumbered ? fittingLines(lines, { maxLength: MAX_CONTENT - 200, more: texts.andMore }) : only;
  return {
    content: [source, text].filter(Boolean).join(isNumbered ? "\n" : " — "),
    flags: MessageFlags.SuppressNotifications | MessageFlags.SuppressEmbeds,
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.Button,
            style: ButtonStyle.Secondary,
            label: texts.tags.remove,
            custom_id: customId("untag", messageId),
          },
        ],
      },
    ],
  };
}

function describe({ tags, repost, webhook, spoiler }: TaggedPicture, texts: AnswerTexts): string {
  const named = tags.map((tag) => quotedName(tag, 80)).join(" · ");
  const tagged = named === "" ? "" : `🏷️ ${spoiler ? `||${named}||` : named}`;
  return [tagged, repost ? firstPosted(repost, webhook, texts) : ""].filter(Boolean).join(" — ");
}

function firstPosted(
  post: DiscordPlacement,
  webhook: string | undefined,
  { tags, open }: AnswerTexts,
): string {
  const when = `<t:${Math.floor(post.postedAt / 1000)}:d>`;
  return `♻️ ${tags.firstPosted(posterName(post.authorId, webhook), when)}: [${open}](${jumpLink(post)})`;
}
