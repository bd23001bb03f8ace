import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits as P,
} from "discord.js";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import { answersIn } from "../texts/languages.ts";
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
    const texts = answersIn(interaction.locale);
    const lines = [
      ...(context.seesContent() ? [] : [texts.noContent]),
      texts.status.visible(images, channels.length),
      texts.status.waiting(context.ingestor.pendingOf(viewer.guildId)),
      texts.status.running(model, index.kind, `<t:${started}:R>`),
    ];
    return { content: lines.join("\n"), madeOf: { basis, posts: [] } };
  },
};
