import type { DiscordApi } from "../gateway/discord-api.ts";
import type { Log } from "../log.ts";
import type { AnswerTexts } from "../texts/english.ts";
import type { GuildSettingsStore } from "./guild-settings.ts";

export interface AuditParts {
  readonly settings: Pick<GuildSettingsStore, "get">;
  readonly api: Pick<DiscordApi, "send">;
  /** In the language of a server. */
  readonly textsOf: (guildId: string) => AnswerTexts;
  readonly log: Log;
}

/** `SUPPRESS_NOTIFICATIONS` */
const SILENT = 1 << 12;

/** What the bot did in a server and why, in the channel that its managers chose for that, if any. */
export class AuditLog {
  readonly #parts: AuditParts;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** Never throws: what was done is done. */
  async note(guildId: string, tell: (texts: AnswerTexts["audit"]) => string): Promise<void> {
    const { settings, api, textsOf, log } = this.#parts;
    try {
      const { auditChannelId } = await settings.get(guildId);
      if (auditChannelId === null) return;
      await api.send(auditChannelId, { content: tell(textsOf(guildId).audit), flags: SILENT });
    } catch (error) {
      log.debug({ guildId, error }, "the audit log could not be written");
    }
  }
}
