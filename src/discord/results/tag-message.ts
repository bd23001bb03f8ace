import { ButtonStyle, ComponentType, MessageFlags } from "discord.js";
import { quoted } from "../message-text.ts";
import { customId } from "./custom-id.ts";

export interface TagMessage {
  readonly words: readonly string[];
  /** Link to the earlier post. */
  readonly repost?: string | undefined;
  readonly channelId: string;
  readonly messageId: string;
  /** Link to the picture, where the message is not a reply to it. */
  readonly source?: string | undefined;
}

/** Tags and repost notice in one silent message, with a button to remove it. */
export function tagMessage({ words, repost, channelId, messageId, source }: TagMessage) {
  const tags = words.length > 0 ? `🏷️ ${words.map((word) => quoted(word, 80)).join(" · ")}` : "";
  const again = repost ? `♻️ posted [before](${repost})` : "";
  return {
    content: [source ?? "", tags, again].filter(Boolean).join(" — "),
    flags: MessageFlags.SuppressNotifications | MessageFlags.SuppressEmbeds,
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.Button,
            style: ButtonStyle.Secondary,
            label: "Remove",
            custom_id: customId("untag", channelId, messageId),
          },
        ],
      },
    ],
  };
}
