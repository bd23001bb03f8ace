import { PermissionFlagsBits as P } from "discord.js";
import { GlimpseError } from "../../core/index.ts";
import { channelsReadableBy } from "../permissions/readable-channels.ts";
import type { ComponentHandler } from "./command.ts";
import { viewerOf } from "./viewer.ts";

/** Lets the poster or a moderator delete a tag message. */
export const removeTags: ComponentHandler = {
  prefix: "untag",
  answer: "reply",
  async handle(interaction, [channelId = "", messageId = ""], context) {
    const viewer = viewerOf(interaction);
    const ours = interaction.message.author.id === interaction.client.user.id;
    const moderates = interaction.memberPermissions?.has(P.ManageMessages) === true;
    if (!ours || !(moderates || (await isPoster()))) {
      throw new GlimpseError("Only the person who posted the picture, or a moderator, can remove its tags.");
    }
    await context.api.delete(interaction.channelId, interaction.message.id);
    return { content: "Removed." };

    /** Looked up on Discord, because clients can send any id. */
    async function isPoster(): Promise<boolean> {
      if (!/^\d+$/.test(channelId) || !/^\d+$/.test(messageId)) return false;
      const resolvedPermissions = interaction.message.reference?.messageId ?? messageId;
      if (resolvedPermissions !== messageId) return false;
      const [channel] = await channelsReadableBy(
        { ...viewer, seesAgeRestricted: true },
        [channelId],
        context.directory,
      );
      if (!channel) return false;
      const message = await context.api.message(channelId, messageId);
      return message?.author.id === viewer.userId;
    }
  },
};
