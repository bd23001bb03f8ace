import { GlimpseError } from "../../core/index.ts";
import type { BotContext } from "./bot-context.ts";

/** @throws GlimpseError before anything of a server is indexed, with what is missing and who can do it */
export async function requireIndexed(
  { settings, library }: Pick<BotContext, "settings" | "library">,
  guildId: string,
): Promise<void> {
  if (Object.keys((await settings.get(guildId)).indexed).length > 0) return;
  if ((await library.posts.channels(guildId)).length > 0) return;
  throw new GlimpseError(
    "Nothing can be found yet: no channel of this server is indexed. Somebody who may manage the server chooses " +
      "channels with /index add; then their pictures, old and new, can be found.",
  );
}
