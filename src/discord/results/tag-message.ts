import { ButtonStyle, ComponentType, MessageFlags } from "discord.js";
import type { DiscordPlacement } from "../../core/index.ts";
import { jumpLink } from "../../shared/placements.ts";
import { fittingLines, MAX_CONTENT, quoted } from "../message-text.ts";
import { customId } from "./custom-id.ts";

export interface TaggedPicture {
  readonly tags: readonly string[];
  /** Where it was posted first. */
  readonly repost?: DiscordPlacement | undefined;
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
}

/** Tags and repost notices in one silent message, with a button to remove it. */
export function tagMessage({ pictures, messageId, source }: TagMessage) {
  const isNumbered = pictures.length > 1;
  const lines = pictures.flatMap((picture, at) => {
    const line = describe(picture);
    return line === "" ? [] : [isNumbered ? `**${at + 1}** ${line}` : line];
  });
  const [only = ""] = lines;
  const text = isNumbered ? fittingLines(lines, { maxLength: MAX_CONTENT - 200 }) : only;
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
            label: "Remove",
            custom_id: customId("untag", messageId),
          },
        ],
      },
    ],
  };
}

function describe({ tags, repost, spoiler }: TaggedPicture): string {
  const named = tags.map((tag) => quoted(tag, 80)).join(" · ");
  const tagged = named === "" ? "" : `🏷️ ${spoiler ? `||${named}||` : named}`;
  return [tagged, repost ? firstPosted(repost) : ""].filter(Boolean).join(" — ");
}

const firstPosted = (post: DiscordPlacement): string =>
  `♻️ first posted by <@${post.authorId}> on <t:${Math.floor(post.postedAt / 1000)}:d>: [open](${jumpLink(post)})`;
