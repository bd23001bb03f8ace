import type { MessageComponentInteraction } from "discord.js";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import { viewerIn } from "./viewer.ts";

/** One message whether it never existed, is too old, or is somebody else's. */
export class UnknownQueryError extends Refusal {
  override name = "UnknownQuestionError";

  constructor() {
    super(({ tooOld }) => tooOld);
  }
}

/** The query behind a button, if it is the presser's own, and of the server where it is pressed. @throws UnknownQueryError */
export async function loadQuery(
  interaction: MessageComponentInteraction,
  id: string | undefined,
  context: BotContext,
) {
  const query = await context.queries.load(id, interaction.user.id);
  const isHere = !interaction.inCachedGuild() || query?.guildId === interaction.guildId;
  if (!query || id === undefined || !isHere) throw new UnknownQueryError();
  return { viewer: await viewerIn(interaction, query.guildId), query, id };
}
