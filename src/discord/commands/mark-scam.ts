import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type CommandInteraction,
  InteractionContextType,
  PermissionFlagsBits as P,
} from "discord.js";
import { MAX_SCAM_PICTURES } from "../ingest/scam-list.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { MenuCommand, Reply } from "./command.ts";
import { menuText } from "./command-texts.ts";
import { fetchAttachment, messagePictures, type OfferedFile } from "./picture-input.ts";
import { moderatorOf } from "./viewer.ts";

/** Discord's limit on the attachments of a message. */
const MAX_ATTACHED = 10;

export const markAsScam: MenuCommand = {
  kind: "message-menu",
  data: {
    ...menuText("mark-scam"),
    type: ApplicationCommandType.Message,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(P.ManageMessages),
  },
  async execute(interaction, context) {
    await moderatorOf(interaction, context);
    return markScam(interaction, context, messagePictures(interaction.targetMessage, MAX_ATTACHED).first);
  },
};

/** Puts these pictures on the server's list: for moderators only, whom the caller has asked for. */
export async function markScam(
  interaction: CommandInteraction,
  context: BotContext,
  files: readonly OfferedFile[],
): Promise<Reply> {
  const { guildId, user } = interaction;
  if (guildId === null) throw new Refusal(({ onlyInServers }) => onlyInServers);
  const { recognition } = context.library;
  const listed = new Set((await context.scamList.of(guildId)).map(({ id }) => id));
  let marked = 0;
  for (const file of files) {
    const picture = await recognition.read(await fetchAttachment(context, file));
    if (listed.has(picture.id)) continue;
    if (listed.size >= MAX_SCAM_PICTURES) throw new Refusal(({ scam }) => scam.full(MAX_SCAM_PICTURES));
    await context.scamList.put(guildId, await recognition.toKeep(picture), user.id);
    listed.add(picture.id);
    marked += 1;
  }
  const { scam } = answersIn(interaction.locale);
  if (marked === 0) return { content: scam.listed };
  context.log.info({ guildId, userId: user.id, marked }, "pictures were put on the scam list");
  await context.audit.note(guildId, (audit) => audit.scamMarked(`<@${user.id}>`, marked));
  const isWatched = (await context.settings.get(guildId)).scam.channelId !== null;
  return { content: `${scam.marked(marked)} ${isWatched ? scam.watched : scam.notWatched}` };
}
