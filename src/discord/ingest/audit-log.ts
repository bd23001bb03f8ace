import type { DiscordApi } from "../gateway/discord-api.ts";
import type { Log } from "../log.ts";
import type { AnswerTexts } from "../texts/english.ts";
import type { GuildSettings, GuildSettingsStore } from "./guild-settings.ts";

export interface AuditParts {
  readonly settings: Pick<GuildSettingsStore, "get">;
  readonly api: Pick<DiscordApi, "send">;
  /** In the language of a server. */
  readonly textsOf: (guildId: string) => AnswerTexts;
  readonly log: Log;
}

type Tell = (texts: AnswerTexts["audit"]) => string;

/** `SUPPRESS_NOTIFICATIONS` */
const SILENT = 1 << 12;

/** What the bot did in a server and why, in the channel that its managers chose for that, if any. */
export class AuditLog {
  readonly #parts: AuditParts;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** Never throws: what was done is done. */
  note(guildId: string, tell: Tell): Promise<void> {
    return this.#write(guildId, tell, ({ auditChannelId }) => auditChannelId);
  }

  /** What managers miss otherwise: where there is no log it stands where moderators read alerts or flags. Never throws. */
  warn(guildId: string, tell: Tell): Promise<void> {
    return this.#write(
      guildId,
      tell,
      ({ auditChannelId, scam, safety }) =>
        auditChannelId ?? scam.channelId ?? safety.flag?.channelId ?? null,
    );
  }

  async #write(
    guildId: string,
    tell: Tell,
    where: (settings: GuildSettings) => string | null,
  ): Promise<void> {
    const { settings, api, textsOf, log } = this.#parts;
    try {
      const channelId = where(await settings.get(guildId));
      if (channelId === null) return;
      await api.send(channelId, { content: tell(textsOf(guildId).audit), flags: SILENT });
    } catch (error) {
      log.debug({ guildId, error }, "the audit log could not be written");
    }
  }
}
