import { ButtonStyle, ComponentType, MessageFlags } from "discord.js";
import { quoted } from "../message-text.ts";
import { customId } from "./custom-id.ts";

export interface TagMessage {
  readonly tags: readonly string[];
  /** Link to the earlier post. */
  readonly repost?: string | undefined;
  /** The picture's. */
  readonly messageId: string;
  /** The picture is blurred until clicked, and so is what it shows. */
  readonly spoiler: boolean;
  /** Link to the picture, where the message is not a reply to it. */
  readonly source?: string | undefined;
}

/** Tags and repost notice in one silent message, with a button to remove it. */
export function tagMessage({ tags, repost, messageId, source, spoiler }: TagMessage) {
  const named = tags.map((tag) => quoted(tag, 80)).join(" · ");
  const tagLine = tags.length > 0 ? `🏷️ ${spoiler ? `||${named}||` : named}` : "";
  const repostLine = repost ? `♻️ posted [before](${repost})` : "";
  return {
    content: [source ?? "", tagLine, repostLine].filter(Boolean).join(" — "),
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
