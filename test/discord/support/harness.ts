import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Library } from "../../../src/core/index.ts";
import type { TextReader } from "../../../src/core/ports.ts";
import type { SuperviseOptions } from "../../../src/discord/supervise.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { openTestLibrary } from "../../support/test-library.ts";
import { FakeDiscord } from "../fake/fake-discord.ts";
import type { FakeReply, InteractionParts, OptionValue } from "../fake/interactions.ts";
import type { FakeChannel, FakeGuild, FakeMember, FakeMessage } from "../fake/model.ts";
import { type RunningBot, startBot } from "./start-bot.ts";

/** Bytes that the fake embedder sees as a picture of these words. */
export const picture = (shows: string): Uint8Array => Buffer.from(shows);

export interface Invoker {
  readonly member: FakeMember;
  readonly channel: FakeChannel;
  readonly roles?: string[];
  readonly locale?: string;
  readonly outside?: InteractionParts["outside"];
}

/** A fake server with one open channel, a library, and the bot on both. */
export class DiscordHarness {
  readonly fake: FakeDiscord;
  readonly guild: FakeGuild;
  readonly general: FakeChannel;
  readonly owner: FakeMember;
  readonly folder: string;
  library: Library;
  bot: RunningBot | undefined;

  private constructor(parts: { fake: FakeDiscord; folder: string; library: Library }) {
    this.fake = parts.fake;
    this.folder = parts.folder;
    this.library = parts.library;
    this.guild = this.fake.guild("home");
    this.general = this.fake.channel(this.guild, "general");
    const owner = this.guild.members.get(this.guild.ownerId);
    if (!owner) throw new Error("a guild has an owner");
    this.owner = owner;
  }

  static async start(
    embedder = new FakeEmbedder(),
    models: Readonly<Record<string, FakeEmbedder>> = {},
    reader?: TextReader,
  ): Promise<DiscordHarness> {
    const folder = await mkdtemp(join(tmpdir(), "glimpse-discord-"));
    const { library } = await openTestLibrary(folder, { embedder, models, reader });
    return new DiscordHarness({ fake: await FakeDiscord.start(), folder, library });
  }

  async startBot(more: Partial<SuperviseOptions> = {}): Promise<void> {
    this.bot = await startBot(this.fake, this.library, more);
  }

  async stopBot(): Promise<void> {
    await this.bot?.stop();
    this.bot = undefined;
  }

  /** The bot and its library stop and start again on the same folder: a fresh process, as far as memory goes. */
  async restartBot(whileAway: () => void = () => undefined): Promise<void> {
    await this.stopBot();
    await this.library.close();
    this.fake.gateway.forgetSessions();
    whileAway();
    this.library = (await openTestLibrary(this.folder)).library;
    await this.startBot();
  }

  async dispose(): Promise<void> {
    await this.stopBot();
    await this.library.close();
    await this.fake.stop();
    await rm(this.folder, { recursive: true });
  }

  /** Messages of the bot in a channel, other than replies. */
  botMessages(channel: FakeChannel): string[] {
    return channel.messages
      .filter(({ authorId }) => authorId === this.fake.botId)
      .map(({ content }) => content);
  }

  async waitForBotMessage(channel: FakeChannel, words: string): Promise<void> {
    await eventually(() => expect(this.botMessages(channel).join("\n")).toContain(words));
  }

  // ------------------------------------------------------------ interactions

  async slash(caller: Invoker, name: string, options: Record<string, OptionValue> = {}): Promise<FakeReply> {
    return this.waitForReply(this.fake.slash(parts(caller), name, options));
  }

  async menu(caller: Invoker, name: string, message: FakeMessage): Promise<FakeReply> {
    return this.waitForReply(this.fake.menu(parts(caller), name, message));
  }

  async press(
    caller: Invoker,
    customId: string,
    values?: string[],
    on?: FakeMessage,
    menu?: 3 | 5 | 8,
  ): Promise<FakeReply> {
    return this.waitForReply(this.fake.press(parts(caller), customId, values, on, menu));
  }

  /** Waits for the reply that the user finally sees. */
  waitForReply(answer: FakeReply): Promise<FakeReply> {
    return eventually(() => {
      const direct = answer.callbacks.some(({ type }) => type === 4 || type === 7 || type === 8);
      if (!direct && answer.edits.length + answer.followUps.length === 0) {
        throw new Error(
          `no answer yet: ${JSON.stringify(answer.callbacks)}\n${this.bot?.log.slice(-5).join("")}`,
        );
      }
      return answer;
    });
  }

  get asOwner(): Invoker {
    return { member: this.owner, channel: this.general };
  }

  /** Indexes a channel and waits until its history is read. */
  async index(channel: FakeChannel): Promise<void> {
    const answer = await this.slash(this.asOwner, "index add", { channel: { channel } });
    expect(answer.text).toContain("will be indexed");
    await this.waitForIndexed(channel);
  }

  waitForIndexed(channel: FakeChannel): Promise<void> {
    return eventually(async () => {
      const notes = await this.library.state.list(`discord/history/${channel.guildId}/`);
      const states = [...notes.values()]
        .map((text) => JSON.parse(text))
        .filter(({ rootId }) => rootId === channel.id)
        .map(({ state }) => state);
      expect(states.length).toBeGreaterThan(0);
      expect(new Set(states)).toEqual(new Set(["done"]));
    });
  }

  /** What is placed of a guild, as `channel name: file words`. */
  async placedMessageIds(guild = this.guild): Promise<string[]> {
    const found = await this.library.posts.placements({ guildId: guild.id });
    return found.map(({ placement }) => placement.messageId).sort();
  }

  async waitForPlaced(messages: readonly FakeMessage[], guild = this.guild): Promise<void> {
    const ids = messages.map(({ id }) => id).sort();
    await eventually(async () => expect(await this.placedMessageIds(guild)).toEqual(ids));
  }
}

const parts = ({ member, channel, roles, locale, outside }: Invoker) => ({
  userId: member.userId,
  channel,
  roles,
  locale,
  outside,
});
