import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits as P,
} from "discord.js";
import { readersScope } from "../access/readers-scope.ts";
import type { SlashCommand } from "../command.ts";
import { counted } from "../counted.ts";
import { INTENT_ADVICE } from "../intent-advice.ts";
import { words } from "../words.ts";
import { managerBehind } from "./manager.ts";

export const status: SlashCommand = {
  kind: "slash",
  data: {
    ...words("status"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(P.ManageGuild),
  },
  async execute(interaction, app) {
    const reader = managerBehind(interaction);
    const { scope, places } = await readersScope(app, { ...reader, ageRestricted: true });
    const { images, model, index } = await app.library.status(scope);
    const started = Math.floor(app.startedAt / 1000);
    const lines = [
      ...(app.seesContent() ? [] : [INTENT_ADVICE]),
      `${counted(images, "picture")} in ${places.length} channels and threads that you can see`,
      `${counted(app.pictures.waiting, "picture")} waiting to be looked at`,
      `model ${model} · ${index.kind} search · running since <t:${started}:R>`,
    ];
    return { content: lines.join("\n") };
  },
};
