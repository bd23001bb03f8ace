import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ChannelType, PermissionFlagsBits as P } from "discord.js";
import { eventually } from "../../support/eventually.ts";
import { FakeCdn } from "./cdn.ts";
import { FakeGateway, ownsGuild } from "./gateway.ts";
import { type FakeRequest, readRequest, reply } from "./http.ts";
import {
  type CommandOption,
  commandData,
  envelope,
  FakeReply,
  type InteractionParts,
  menuData,
  type OptionValue,
  type ReplyContent,
} from "./interactions.ts";
import {
  type FakeAttachment,
  type FakeChannel,
  type FakeGuild,
  type FakeMember,
  type FakeMessage,
  type FakeOverwrite,
  isThread,
  snowflake,
} from "./model.ts";
import {
  channelJson,
  guildJson,
  hiddenChannelJson,
  memberJson,
  messageJson,
  roleJson,
  userJson,
} from "./payloads.ts";
import { answerRest } from "./rest.ts";

export interface Fault {
  readonly method?: string;
  readonly path: RegExp;
  /** How many requests it affects. Default: all. */
  times?: number;
  /** Returns true when it answered (or broke) the request itself. */
  readonly respond: (request: FakeRequest, response: ServerResponse) => boolean | Promise<boolean>;
}

export interface NewMessage {
  readonly by?: FakeMember;
  readonly content?: string;
  readonly pictures?: readonly Uint8Array[];
  readonly filename?: string;
  readonly forward?: FakeMessage;
  /** False: written while nobody was connected, or long ago; the gateway says nothing. */
  readonly announce?: boolean;
  readonly at?: number;
  readonly spoiler?: boolean;
  /** Alt text of its pictures. */
  readonly description?: string;
  readonly extras?: FakeMessage["extras"];
  readonly answers?: string;
  readonly webhook?: FakeMessage["webhook"];
  readonly components?: unknown;
}

const everyoneCan = P.ViewChannel | P.ReadMessageHistory | P.SendMessages | P.AttachFiles;

export interface DirectMessages {
  readonly id: string;
  messages: (ReplyContent & { readonly id: string })[];
  /** They let nobody of the server write to them. */
  isClosed: boolean;
}

/** A small Discord in one process: gateway, REST and CDN on one port of this machine. */
export class FakeDiscord {
  readonly botId = "100";
  readonly guilds = new Map<string, FakeGuild>();
  readonly answers = new Map<string, FakeReply>();
  readonly requests: FakeRequest[] = [];
  readonly faults: Fault[] = [];
  readonly cdn = new FakeCdn();
  /** As the bot deployed them, by scope: "global" or a guild id. */
  readonly commands = new Map<string, CommandOption[]>();
  readonly #server: Server;
  readonly gateway: FakeGateway;
  /** The application's flags: message content, limited. */
  applicationFlags = 1 << 19;
  /** What an owner set for the commands in a server's Integrations, by server. */
  readonly commandPermissions = new Map<string, { id: string; type: 1 | 2; permission: boolean }[]>();
  /** While its search of servers is not ready, it says to come back in so many seconds. */
  searchReadyInS: number | undefined;
  /** Direct messages with people, by their ids. */
  readonly direct = new Map<string, DirectMessages>();
  /** Ids of emoji, by server. */
  readonly emoji = new Map<string, string[]>();
  /** How many shards it asks for, and how many of them may identify at once. */
  shards = { count: 1, atOnce: 1 };
  /** Another address of the gateway, for clients that reach it through a proxy. */
  publicGateway: string | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.gateway = new FakeGateway({
      server,
      ready: (shard) => this.#ready(shard),
      afterReady: (shard) => {
        for (const guild of this.guilds.values()) {
          if (!guild.unavailable && ownsGuild(shard, guild.id))
            this.gateway.dispatch("GUILD_CREATE", guildJson(guild, this.botId));
        }
      },
    });
    server.on("request", (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        console.error("fake Discord failed", error);
        if (!response.headersSent) reply(response, 500, { message: String(error) });
      });
    });
  }

  static async start(port = 0): Promise<FakeDiscord> {
    const server = createServer();
    const fake = new FakeDiscord(server);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return fake;
  }

  get origin(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  /** Resolves once a client has identified. A bot started as a process takes a while on a busy machine. */
  async waitForConnection(): Promise<void> {
    await eventually(() => {
      if (!this.gateway.connected) throw new Error("no client has connected to the fake gateway");
    });
  }

  /** The address that the fake reports for its gateway. */
  get gatewayUrl(): string {
    return this.publicGateway ?? this.origin.replace("http", "ws");
  }

  get api(): string {
    return `${this.origin}/api`;
  }

  async stop(): Promise<void> {
    this.gateway.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  // ------------------------------------------------------------ setting up

  guild(name: string): FakeGuild {
    const id = snowflake();
    const owner = { userId: snowflake(), name: `${name}-owner`, roles: [], bot: false };
    const guild: FakeGuild = {
      id,
      name,
      ownerId: owner.userId,
      roles: new Map([[id, { id, name: "@everyone", permissions: everyoneCan }]]),
      channels: new Map(),
      members: new Map([[owner.userId, owner]]),
      unavailable: false,
    };
    this.guilds.set(id, guild);
    const botRole = this.role(guild, "bot", P.AddReactions | P.SendMessagesInThreads | P.EmbedLinks);
    guild.members.set(this.botId, { userId: this.botId, name: "glimpse", roles: [botRole], bot: true });
    return guild;
  }

  role(guild: FakeGuild, name: string, permissions = 0n): string {
    const id = snowflake();
    guild.roles.set(id, { id, name, permissions });
    this.gateway.dispatch("GUILD_ROLE_CREATE", {
      guild_id: guild.id,
      role: roleJson({ id, name, permissions }, guild.roles.size),
    });
    return id;
  }

  member(guild: FakeGuild, name: string, roles: string[] = [], bot = false): FakeMember {
    const member = { userId: snowflake(), name, roles, bot };
    guild.members.set(member.userId, member);
    return member;
  }

  channel(guild: FakeGuild, name: string, more: Partial<FakeChannel> = {}): FakeChannel {
    const channel: FakeChannel = {
      id: snowflake(),
      guildId: guild.id,
      type: ChannelType.GuildText,
      name,
      overwrites: [],
      nsfw: false,
      flags: 0,
      archived: false,
      members: new Set(),
      messages: [],
      ...more,
    };
    guild.channels.set(channel.id, channel);
    if (this.gateway.connected && !isThread(channel)) {
      this.gateway.dispatch("CHANNEL_CREATE", channelJson(channel));
    }
    return channel;
  }

  thread(parent: FakeChannel, name: string, more: Partial<FakeChannel> = {}): FakeChannel {
    const guild = this.guildOf(parent);
    const thread = this.channel(guild, name, {
      type: ChannelType.PublicThread,
      parentId: parent.id,
      ...more,
    });
    const seen = thread.type !== ChannelType.PrivateThread || thread.members.has(this.botId);
    if (seen && !thread.archived) {
      this.gateway.dispatch("THREAD_CREATE", { ...channelJson(thread), newly_created: true });
    }
    return thread;
  }

  guildOf(place: { guildId: string }): FakeGuild {
    const guild = this.guilds.get(place.guildId);
    if (!guild) throw new Error("no such guild");
    return guild;
  }

  findChannel(id: string): FakeChannel | undefined {
    for (const guild of this.guilds.values()) {
      const channel = guild.channels.get(id);
      if (channel) return channel;
    }
    return undefined;
  }

  /** Denies (or allows) for a role or member, and sends the gateway event that Discord would. */
  overwrite(channel: FakeChannel, overwrite: FakeOverwrite): void {
    channel.overwrites = [...channel.overwrites.filter(({ id }) => id !== overwrite.id), overwrite];
    this.gateway.dispatch("CHANNEL_UPDATE", channelJson(channel));
  }

  /** The bot loses sight of it: the gateway obfuscates, the channel lives on. */
  hide(channel: FakeChannel): void {
    this.gateway.dispatch("CHANNEL_UPDATE", hiddenChannelJson(channel));
  }

  /** The bot sees it again. */
  reveal(channel: FakeChannel): void {
    this.gateway.dispatch("CHANNEL_UPDATE", channelJson(channel));
  }

  // ------------------------------------------------------------ what people do

  attach(bytes: Uint8Array, filename = "picture.png", flags = 0): FakeAttachment {
    return this.cdn.put(bytes, filename, flags);
  }

  post(channel: FakeChannel, message: NewMessage = {}): FakeMessage {
    const guild = this.guildOf(channel);
    const author = message.by ?? guild.members.get(guild.ownerId);
    const filename = message.filename ?? "picture.png";
    const flags = message.spoiler ? 8 : 0;
    const posted: FakeMessage = {
      id: snowflake(message.at),
      channelId: channel.id,
      authorId: author?.userId ?? "1",
      bot: author?.bot ?? false,
      content: message.content ?? "",
      attachments: (message.pictures ?? []).map((bytes) => ({
        ...this.attach(bytes, filename, flags),
        ...(message.description !== undefined && { description: message.description }),
      })),
      snapshots: message.forward
        ? [
            {
              attachments: message.forward.attachments,
              content: message.forward.content,
              embeds: message.forward.embeds,
              extras: message.forward.extras,
            },
          ]
        : [],
      editedAt: null,
      components: message.components,
      ...(message.extras && { extras: message.extras }),
      ...(message.answers !== undefined && { answers: message.answers }),
      ...(message.webhook && { webhook: message.webhook }),
    };
    channel.messages.push(posted);
    channel.messages.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
    if (message.announce !== false) this.#announce("MESSAGE_CREATE", posted, guild);
    return posted;
  }

  postByBot(channel: FakeChannel, message: NewMessage): FakeMessage {
    const bot = { userId: this.botId, name: "", roles: [], bot: true };
    return this.post(channel, { by: this.guildOf(channel).members.get(this.botId) ?? bot, ...message });
  }

  /** What Discord shows of a link in a message, a moment after it was posted. */
  unfurl(message: FakeMessage, link: string, bytes: Uint8Array): void {
    const thumbnail = { url: `${link}/preview.png`, proxy_url: this.cdn.proxied(link, bytes) };
    const embeds = [...(message.embeds ?? []), { type: "link", url: link, thumbnail }];
    Object.assign(message, { embeds });
    const channel = this.findChannel(message.channelId);
    if (channel) this.#announce("MESSAGE_UPDATE", message, this.guildOf(channel));
  }

  edit(
    message: FakeMessage,
    change: Partial<Pick<FakeMessage, "attachments" | "content" | "extras" | "embeds">>,
  ): void {
    Object.assign(message, change, { editedAt: new Date().toISOString() });
    const channel = this.findChannel(message.channelId);
    if (channel) this.#announce("MESSAGE_UPDATE", message, this.guildOf(channel));
  }

  erase(messages: readonly FakeMessage[], announce = true): void {
    const channel = this.findChannel(messages[0]?.channelId ?? "");
    if (!channel) return;
    const ids = messages.map(({ id }) => id);
    const kept = channel.messages.filter(({ id }) => !ids.includes(id));
    channel.messages.splice(0, channel.messages.length, ...kept);
    const place = { channel_id: channel.id, guild_id: channel.guildId };
    if (!announce) return;
    if (ids.length > 1) this.gateway.dispatch("MESSAGE_DELETE_BULK", { ids, ...place });
    else this.gateway.dispatch("MESSAGE_DELETE", { id: ids[0], ...place });
  }

  /** After an outage, or on joining. */
  announceGuild(guild: FakeGuild): void {
    this.gateway.dispatch("GUILD_CREATE", guildJson(guild, this.botId));
  }

  /** The bot is removed from it. */
  leave(guild: FakeGuild): void {
    this.gateway.dispatch("GUILD_DELETE", { id: guild.id });
  }

  dropChannel(channel: FakeChannel): void {
    const guild = this.guildOf(channel);
    guild.channels.delete(channel.id);
    if (isThread(channel)) {
      const { id, guildId, parentId, type } = channel;
      this.gateway.dispatch("THREAD_DELETE", { id, guild_id: guildId, parent_id: parentId, type });
      return;
    }
    this.gateway.dispatch("CHANNEL_DELETE", channelJson(channel));
  }

  directChannel(userId: string): DirectMessages {
    const known = this.direct.get(userId) ?? { id: snowflake(), messages: [], isClosed: false };
    this.direct.set(userId, known);
    return known;
  }

  // ------------------------------------------------------------ interactions

  slash(
    parts: Omit<InteractionParts, "botId" | "guild">,
    name: string,
    options: Record<string, OptionValue> = {},
  ) {
    const path = name.split(" ");
    const registered = [...this.commands.values()].flat().find((command) => command.name === path[0]);
    const full = { ...parts, guild: this.guildOf(parts.channel), botId: this.botId };
    return this.#interact(full, { type: 2, data: commandData(registered, path, options, full) });
  }

  menu(parts: Omit<InteractionParts, "botId" | "guild">, name: string, message: FakeMessage) {
    const guild = this.guildOf(parts.channel);
    const full = { ...parts, guild, botId: this.botId };
    return this.#interact(full, { type: 2, data: menuData(name, message, guild) });
  }

  /** A button (no values) or a select menu, on any message, with any custom id: the bot must not trust it. */
  press(
    parts: Omit<InteractionParts, "botId" | "guild">,
    customId: string,
    values?: string[],
    on?: FakeMessage,
    /** 3 a menu of words, 5 of people, 8 of channels. */
    menu: 3 | 5 | 8 = 3,
  ) {
    const guild = this.guildOf(parts.channel);
    const pressed = on ?? this.#ownMessage(parts.channel);
    const message = { ...messageJson(pressed, guild.members.get(this.botId)), flags: on ? 0 : 64 };
    return this.#interact(
      { ...parts, guild, botId: this.botId },
      {
        type: 3,
        message,
        data: {
          custom_id: customId,
          component_type: values ? menu : 2,
          ...(values ? { values } : {}),
          ...(menu === 3 ? {} : { resolved: { users: {}, members: {}, channels: {} } }),
        },
      },
    );
  }

  complete(
    parts: Omit<InteractionParts, "botId" | "guild">,
    name: string,
    option: { readonly name: string; readonly value: string },
  ) {
    const path = name.split(" ");
    const registered = [...this.commands.values()].flat().find((command) => command.name === path[0]);
    const full = { ...parts, guild: this.guildOf(parts.channel), botId: this.botId };
    const data = commandData(registered, path, { [option.name]: { value: option.value } }, full);
    focus(data.options);
    return this.#interact(full, { type: 4, data });
  }

  #interact(parts: InteractionParts, body: object): FakeReply {
    const id = snowflake();
    const answer = new FakeReply(id, `token-${id}`, parts.channel.id);
    this.answers.set(answer.token, answer);
    this.gateway.dispatch("INTERACTION_CREATE", { ...envelope(parts, id, answer.token), ...body });
    return answer;
  }

  // ------------------------------------------------------------ serving

  async #serve(request: Parameters<typeof readRequest>[0], response: ServerResponse): Promise<void> {
    if (/^\/(attachments|external|stickers)\//.test(request.url ?? ""))
      return this.cdn.serve(request.url ?? "", response);
    const read = await readRequest(request);
    this.requests.push(read);
    for (const fault of this.faults) {
      const matches = fault.path.test(read.path) && (fault.method ?? read.method) === read.method;
      if (!matches || fault.times === 0) continue;
      if (fault.times !== undefined) fault.times -= 1;
      if (await fault.respond(read, response)) return;
    }
    answerRest(this, read, response);
  }

  #announce(type: string, message: FakeMessage, guild: FakeGuild): void {
    const author = guild.members.get(message.authorId);
    this.gateway.dispatch(type, {
      ...messageJson(message, author, guild.id),
      ...(author ? { member: { ...memberJson(author), user: undefined } } : {}),
    });
  }

  #ready(shard: readonly [number, number]): object {
    return {
      v: 10,
      user: { ...userJson({ userId: this.botId, name: "glimpse", bot: true }), flags: 0, verified: true },
      guilds: [...this.guilds.keys()]
        .filter((id) => ownsGuild(shard, id))
        .map((id) => ({ id, unavailable: true })),
      resume_gateway_url: this.gatewayUrl,
      shard,
      application: { id: this.botId, flags: 1 << 19 },
    };
  }

  #ownMessage(channel: FakeChannel): FakeMessage {
    const common = { content: "", attachments: [], snapshots: [], editedAt: null };
    return { id: snowflake(), channelId: channel.id, authorId: this.botId, bot: true, ...common };
  }
}

function focus(options: unknown[]): void {
  for (const option of options as { focused?: boolean; options?: unknown[] }[]) {
    if (option.options) focus(option.options);
    else option.focused = true;
  }
}
