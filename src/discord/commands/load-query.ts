import type { MessageComponentInteraction } from "discord.js";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import { viewerOf } from "./viewer.ts";

/** One message whether it never existed, is too old, or is somebody else's. */
export class UnknownQueryError extends Refusal {
  override name = "UnknownQuestionError";

  constructor() {
    super(({ tooOld }) => tooOld);
  }
}

/** The query behind a button, if it is the presser's own. @throws UnknownQueryError */
export async function loadQuery(
  interaction: MessageComponentInteraction,
  id: string | undefined,
  context: BotContext,
) {
  const viewer = viewerOf(interaction);
  const query = await context.queries.load(id, viewer.userId, viewer.guildId);
  if (!query || id === undefined) throw new UnknownQueryError();
  return { viewer, query, id };
}
