import { type Client, MessageFlags } from "discord.js";
import { type ImageRef, type Library, NO_IMAGES, unlessPictureError } from "../../core/index.ts";
import { jumpLink } from "../../shared/placements.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import type { Download } from "../gateway/download.ts";
import type { AuditLog } from "../ingest/audit-log.ts";
import type { Erasures } from "../ingest/erasures.ts";
import { type GuildSettingsStore, type SafetyRule, safetyActions } from "../ingest/guild-settings.ts";
import type { LivePicture } from "../ingest/live-messages.ts";
import { posterOf } from "../ingest/posted-pictures.ts";
import type { Log } from "../log.ts";
import { quoted } from "../message-text.ts";
import { readersCanRead } from "../permissions/audience.ts";
import {
  type ChannelDirectory,
  permissionChannelId,
  type ReadableChannel,
} from "../permissions/readable-channels.ts";
import { TagLimit } from "../results/tag-limit.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { answersIn } from "../texts/languages.ts";
import { fetchPosted } from "./fetch-posted.ts";

export interface SafetyParts {
  readonly client: Client;
  readonly library: Pick<Library, "within">;
  readonly settings: GuildSettingsStore;
  readonly download: Download;
  readonly directory: ChannelDirectory;
  readonly api: Pick<DiscordApi, "send">;
  readonly erasures: Erasures;
  readonly audit: AuditLog;
  readonly log: Log;
}

/** What a picture looks like, among the labels of a rule. */
interface Suspicion {
  readonly live: LivePicture;
  readonly label: string;
}

/**
 * Compares pictures with labels that managers chose: tells moderators, asks the poster for a spoiler, or notes it in the
 * log. What the model says of a picture is a guess: nothing is deleted, and nothing of it is kept.
 */
export class SafetyFilters {
  readonly #parts: SafetyParts;
  readonly #limit = new TagLimit();

  constructor(parts: SafetyParts) {
    this.#parts = parts;
  }

  async look(channel: ReadableChannel, pictures: readonly LivePicture[]): Promise<void> {
    const { safety } = await this.#parts.settings.get(channel.guildId);
    // There people expect what elsewhere would be flagged.
    if (channel.ageRestricted) return;
    // Fetched once, however many rules look at it.
    const refs = new Map<LivePicture, Promise<ImageRef | undefined>>();
    const referTo = (live: LivePicture) => {
      const ref = refs.get(live) ?? this.#referTo(live);
      refs.set(live, ref);
      return ref;
    };
    for (const action of safetyActions) {
      const rule = safety[action];
      if (!rule || rule.channelId === permissionChannelId(channel)) continue;
      const looked = action === "spoiler" ? pictures.filter(mayBeAsked) : pictures;
      const found = await this.#suspicions(looked, rule, referTo);
      if (found.length > 0) await this.#act(channel, action, rule, found);
    }
  }

  close(): void {
    this.#limit.close();
  }

  async #suspicions(
    pictures: readonly LivePicture[],
    rule: SafetyRule,
    referTo: (live: LivePicture) => Promise<ImageRef | undefined>,
  ): Promise<Suspicion[]> {
    const vocabulary = { tags: rule.labels.map((tag) => ({ tag, threshold: rule.threshold })) };
    const found: Suspicion[] = [];
    for (const live of pictures) {
      const ref = await referTo(live);
      if (!ref) continue;
      const tags = await scopeOf(this.#parts.library, live)
        .suggestTags(ref, vocabulary)
        .catch(unlessPictureError);
      const [best] = tags ?? [];
      if (best) found.push({ live, label: best.tag });
    }
    return found;
  }

  async #referTo({ picture, image }: LivePicture): Promise<ImageRef | undefined> {
    if (image) return { id: image.id };
    const bytes = await fetchPosted(this.#parts, picture);
    return bytes && { bytes };
  }

  async #act(
    channel: ReadableChannel,
    action: (typeof safetyActions)[number],
    rule: SafetyRule,
    found: readonly Suspicion[],
  ): Promise<void> {
    const { audit, client } = this.#parts;
    const { guildId, channelId } = channel;
    const [first] = found;
    if (!first) return;
    const poster = posterOf(first.live.picture);
    const labels = [...new Set(found.map(({ label }) => quoted(label, 80)))].join(", ");
    const texts = answersIn(client.guilds.cache.get(guildId)?.preferredLocale);
    if (action === "log") {
      const { auditChannelId } = await this.#parts.settings.get(guildId);
      const places = { audienceId: auditChannelId ?? "", sourceId: channelId };
      const isOpen = await readersCanRead(this.#parts, guildId, places);
      const place = isOpen ? texts.safety.at(`<#${channelId}>`) : texts.safety.hidden;
      await audit.note(guildId, (told) => told.looksLike(poster, labels, place));
      return;
    }
    const where = action === "flag" ? rule.channelId : channelId;
    if (where === null) return;
    const tellMore = (left: number) => void this.#tellMore(guildId, action, rule, left);
    if (!this.#limit.take(`${action} ${where}`, tellMore)) return;
    if (action === "flag") await this.#flag(where, first, labels, texts);
    else await this.#askForSpoiler(first, found, labels, texts);
  }

  async #flag(
    audienceId: string,
    { live }: Suspicion,
    labels: string,
    { safety }: AnswerTexts,
  ): Promise<void> {
    const { placement } = live.picture;
    const { guildId, channelId } = placement;
    const isOpen = await readersCanRead(this.#parts, guildId, { audienceId, sourceId: channelId });
    const place = isOpen ? `<#${channelId}> ${jumpLink(placement)}` : safety.hidden;
    const content = `🛡️ ${safety.flagged(posterOf(live.picture), labels)} ${place}`;
    await this.#parts.api.send(audienceId, { content, flags: MessageFlags.SuppressEmbeds });
  }

  /** Goes with the message that it answers. */
  async #askForSpoiler(
    { live }: Suspicion,
    found: readonly Suspicion[],
    labels: string,
    { safety }: AnswerTexts,
  ): Promise<void> {
    const { api, erasures } = this.#parts;
    const { guildId, channelId, messageId, authorId } = live.picture.placement;
    const content = `🛡️ ${safety.askForSpoiler(`<@${authorId}>`, labels)}`;
    const reply = { message_reference: { message_id: messageId, fail_if_not_exists: true } };
    const sent = await api.send(channelId, { content, ...reply }, { mentions: [authorId] });
    const posts = found.map(({ live: { picture } }) => picture.placement);
    await erasures.noteMessage(guildId, { channelId, messageId: sent, posts });
  }

  async #tellMore(
    guildId: string,
    action: "flag" | "spoiler",
    rule: SafetyRule,
    left: number,
  ): Promise<void> {
    const { api, client, log } = this.#parts;
    log.info({ guildId, action, left }, "too many pictures within a minute, these were not flagged");
    if (action === "spoiler" || rule.channelId === null) return;
    const { safety } = answersIn(client.guilds.cache.get(guildId)?.preferredLocale);
    await api
      .send(rule.channelId, { content: `🛡️ ${safety.more(left)}` })
      .catch((error: unknown) => log.debug({ guildId, error }, "a flag could not be sent"));
  }
}

/** People whose picture is not blurred already. */
const mayBeAsked = ({ picture }: LivePicture): boolean => !picture.byBot && !picture.placement.spoiler;

/** A picture of the index is named by its id, which its own place shows. */
function scopeOf(library: Pick<Library, "within">, { picture, image }: LivePicture) {
  if (!image) return library.within(NO_IMAGES);
  const { guildId, channelId } = picture.placement;
  return library.within({
    files: "none",
    discord: { guildId, channelIds: [channelId], ageRestricted: true },
  });
}
