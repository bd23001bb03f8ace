import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";

/** @throws Refusal before anything of a server is indexed, with what is missing and who can do it */
export async function requireIndexed(
  { settings, library }: Pick<BotContext, "settings" | "library">,
  guildId: string,
): Promise<void> {
  if (Object.keys((await settings.get(guildId)).indexed).length > 0) return;
  if ((await library.posts.channels(guildId)).length > 0) return;
  throw new Refusal(({ nothingIndexed }) => nothingIndexed);
}
