import type { DiscordPlacement, Library } from "../../core/index.ts";
import type { GuildSettingsStore } from "./guild-settings.ts";

export interface CaptionParts {
  readonly settings: Pick<GuildSettingsStore, "get" | "keepsCaptions">;
  readonly library: { readonly posted: Pick<Library["posted"], "setCaption"> };
}

/** The placement with its caption only where the server keeps captions at this moment. */
export async function applyCaptionSetting(
  { settings }: Pick<CaptionParts, "settings">,
  placement: DiscordPlacement,
): Promise<DiscordPlacement> {
  const { captions } = await settings.get(placement.guildId);
  return captions ? placement : { ...placement, caption: undefined };
}

/**
 * To be called after a caption was written: the server may have stopped to keep them meanwhile, and erased them all
 * just before this one came. One that nobody can say is wanted goes too.
 */
export async function dropDisabledCaption(
  { settings, library }: CaptionParts,
  guildId: string,
  messageId: string,
): Promise<void> {
  if (!(await settings.keepsCaptions(guildId)))
    await library.posted.setCaption(guildId, messageId, undefined);
}
