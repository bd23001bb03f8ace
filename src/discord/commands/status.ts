import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits as P,
} from "discord.js";
import { pluralize } from "../../core/index.ts";
import { MESSAGE_CONTENT_ADVICE } from "../gateway/client.ts";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import type { SlashCommand } from "./command.ts";
import { commandText } from "./command-texts.ts";
import { managerOf } from "./viewer.ts";

export const status: SlashCommand = {
  kind: "slash",
  data: {
    ...commandText("status"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(P.ManageGuild),
  },
  async execute(interaction, context) {
    const viewer = await managerOf(interaction, context);
    const { view, channels, basis } = await visibleLibrary(context, { ...viewer, seesAgeRestricted: true });
    const { images, model, index } = await view.status();
    const started = Math.floor(context.startedAt / 1000);
    const lines = [
      ...(context.seesContent() ? [] : [MESSAGE_CONTENT_ADVICE]),
      `${pluralize(images, "picture")} in ${channels.length} channels and threads that you can see`,
      `${pluralize(context.ingestor.pendingOf(viewer.guildId), "picture")} waiting to be looked at`,
      `model ${model} · ${index.kind} search · running since <t:${started}:R>`,
    ];
    return { content: lines.join("\n"), madeOf: { basis, posts: [] } };
  },
};
