import { ApplicationCommandType, ApplicationCommandOptionType as OptionType } from "discord.js";
import { z } from "zod";
import type { FakeRequest } from "./http.ts";
import type { FakeChannel, FakeGuild, FakeMessage } from "./model.ts";
import { channelJson, memberJson, messageJson, userJson } from "./payloads.ts";
import { permissionsIn } from "./permissions.ts";

/** What the bot sent in reply to one interaction, in order. */
export class FakeReply {
  readonly id: string;
  readonly token: string;
  /** Where it was asked. */
  readonly channelId: string;
  /** Time from sending the interaction to its first callback; undefined while there is none. */
  ackMs: number | undefined;
  callbacks: { type: number; flags: number; data: ReplyContent }[] = [];
  /** Every state of the original reply, newest last. */
  edits: ReplyContent[] = [];
  followUps: ReplyContent[] = [];
  readonly #sentAt = Date.now();

  constructor(id: string, token: string, channelId: string) {
    this.id = id;
    this.token = token;
    this.channelId = channelId;
  }

  get ephemeral(): boolean {
    return this.callbacks.some(({ flags }) => (flags & 64) !== 0);
  }

  /** The last state of the reply that a person looks at. */
  get reply(): ReplyContent {
    const direct = this.callbacks.find(({ type }) => type === 4 || type === 7 || type === 8);
    return this.edits.at(-1) ?? direct?.data ?? { text: "", components: [], files: [], raw: {} };
  }

  get text(): string {
    return this.reply.text;
  }

  callback(request: FakeRequest): void {
    this.ackMs ??= Date.now() - this.#sentAt;
    const body = z
      .object({ type: z.number(), data: z.looseObject({ flags: z.number().optional() }).optional() })
      .parse(request.body);
    this.callbacks.push({
      type: body.type,
      flags: body.data?.flags ?? 0,
      data: replyContent({ ...request, body: body.data ?? {} }),
    });
  }
}

export interface ReplyContent {
  /** All text a person can read: content, text displays, alt texts, labels. */
  readonly text: string;
  /** Buttons and selects. */
  readonly components: readonly {
    readonly customId: string;
    readonly disabled: boolean;
    readonly values: string[];
  }[];
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly raw: unknown;
}

/** Flattens whatever layout a message has. */
export function replyContent(request: Pick<FakeRequest, "body" | "files">): ReplyContent {
  const texts: string[] = [];
  const components: { customId: string; disabled: boolean; values: string[] }[] = [];
  walk(request.body, (node) => {
    for (const key of ["content", "description", "label", "placeholder", "title"]) {
      const value = node[key];
      if (typeof value === "string") texts.push(value);
    }
    if (typeof node.custom_id === "string") {
      const options = Array.isArray(node.options) ? node.options : [];
      components.push({
        customId: node.custom_id,
        disabled: node.disabled === true,
        values: options.map((option) => String(option.value)),
      });
    }
    if (Array.isArray(node.choices)) texts.push(JSON.stringify(node.choices));
  });
  return { text: texts.join("\n"), components, files: request.files, raw: request.body };
}

function walk(value: unknown, visit: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (typeof value === "object" && value !== null) {
    visit({ ...value });
    for (const item of Object.values(value)) walk(item, visit);
  }
}

const optionTypes: Record<string, number> = {
  string: OptionType.String,
  number: OptionType.Number,
  boolean: OptionType.Boolean,
};

/** The type of an option that the command's own JSON does not have (a hostile client sends anything). */
export interface CommandOption {
  readonly name: string;
  readonly type?: number | undefined;
  readonly options?: readonly CommandOption[] | undefined;
}

export interface OptionValue {
  readonly channel?: FakeChannel;
  readonly userId?: string;
  readonly attachment?: { readonly id: string };
  readonly value?: string | number | boolean;
}

export interface InteractionParts {
  readonly guild: FakeGuild;
  readonly channel: FakeChannel;
  readonly userId: string;
  readonly botId: string;
  /** Roles as this interaction carries them; a role removed a second ago is missing only here. */
  readonly roles?: readonly string[] | undefined;
  /** The language of their Discord. Default: English. */
  readonly locale?: string | undefined;
  /** Sent from outside of the bot's servers: a direct message, or a server where they have the app to themselves. */
  readonly outside?: "direct message" | "another server" | undefined;
}

export function commandData(
  registered: CommandOption | undefined,
  path: readonly string[],
  values: Record<string, OptionValue>,
  parts: InteractionParts,
) {
  const resolved = { channels: {}, users: {}, members: {}, attachments: {} };
  const [name = "", ...subcommands] = path;
  let known = registered;
  for (const sub of subcommands) known = known?.options?.find((option) => option.name === sub);
  const leaves: unknown[] = Object.entries(values).map(([key, value]) => {
    const type = known?.options?.find((option) => option.name === key)?.type;
    return { name: key, ...resolve(value, type, resolved, parts) };
  });
  const options = subcommands.reduceRight(
    (inner, sub) => [{ name: sub, type: OptionType.Subcommand, options: inner }],
    leaves,
  );
  return {
    id: "900",
    name,
    type: ApplicationCommandType.ChatInput,
    options,
    resolved,
    guild_id: parts.guild.id,
  };
}

function resolve(
  option: OptionValue,
  type: number | undefined,
  resolved: { channels: object; users: object; members: object; attachments: object },
  { guild, userId }: InteractionParts,
) {
  if (option.channel) {
    const permissions = String(permissionsIn(guild, option.channel, userId));
    // Not hidden, whatever the gateway says to the bot; and without overwrites.
    const json = { ...channelJson(option.channel), permission_overwrites: undefined, permissions };
    Object.assign(resolved.channels, { [option.channel.id]: json });
    return { type: type ?? OptionType.Channel, value: option.channel.id };
  }
  if (option.userId !== undefined) {
    const member = guild.members.get(option.userId);
    const user = { userId: option.userId, name: member?.name ?? "gone", bot: false };
    Object.assign(resolved.users, { [option.userId]: userJson(user) });
    return { type: type ?? OptionType.User, value: option.userId };
  }
  if (option.attachment) {
    Object.assign(resolved.attachments, { [option.attachment.id]: option.attachment });
    return { type: type ?? OptionType.Attachment, value: option.attachment.id };
  }
  return { type: type ?? optionTypes[typeof option.value] ?? OptionType.String, value: option.value };
}

/** The envelope that an interaction comes in. */
export function envelope(parts: InteractionParts, id: string, token: string) {
  return parts.outside ? outsideEnvelope(parts, id, token) : guildEnvelope(parts, id, token);
}

const ANOTHER_SERVER = "99000000000000001";

function outsideEnvelope(
  { guild, userId, botId, locale, outside }: InteractionParts,
  id: string,
  token: string,
) {
  const member = guild.members.get(userId) ?? { userId, name: "stranger", roles: [], bot: false };
  const common = {
    id,
    application_id: botId,
    token,
    version: 1,
    channel_id: "99000000000000002",
    app_permissions: "0",
    locale: locale ?? "en-US",
    entitlements: [],
    authorizing_integration_owners: { "1": userId },
    attachment_size_limit: 10_485_760,
  };
  if (outside === "direct message")
    return {
      ...common,
      channel: { id: common.channel_id, type: 1, flags: 0, last_message_id: null },
      user: userJson(member),
      context: 1,
    };
  return {
    ...common,
    guild_id: ANOTHER_SERVER,
    guild: { id: ANOTHER_SERVER, features: [], locale: "en-US" },
    guild_locale: "en-US",
    channel: {
      id: common.channel_id,
      type: 0,
      name: "elsewhere",
      guild_id: ANOTHER_SERVER,
      permissions: "0",
    },
    member: { ...memberJson(member), roles: [], permissions: "0" },
    context: 0,
  };
}

function guildEnvelope(parts: InteractionParts, id: string, token: string) {
  const { channel, userId, botId } = parts;
  const known = parts.guild.members.get(userId);
  if (!known) throw new Error(`nobody called ${userId}`);
  const member = parts.roles ? { ...known, roles: [...parts.roles] } : known;
  const guild = { ...parts.guild, members: new Map([...parts.guild.members, [userId, member]]) };
  return {
    id,
    application_id: botId,
    token,
    version: 1,
    guild_id: guild.id,
    guild: { id: guild.id, features: [], locale: "en-US" },
    channel_id: channel.id,
    channel: { ...channelJson(channel), permissions: String(permissionsIn(guild, channel, userId)) },
    member: {
      ...memberJson(member),
      permissions: String(permissionsIn(guild, channel, userId)),
    },
    app_permissions: String(permissionsIn(guild, channel, botId)),
    locale: parts.locale ?? "en-US",
    guild_locale: "en-US",
    entitlements: [],
    authorizing_integration_owners: { "0": guild.id },
    context: 0,
    attachment_size_limit: 10_485_760,
  };
}

export function menuData(name: string, message: FakeMessage, guild: FakeGuild) {
  const author = guild.members.get(message.authorId);
  return {
    id: "901",
    name,
    type: ApplicationCommandType.Message,
    target_id: message.id,
    resolved: { messages: { [message.id]: messageJson(message, author) } },
  };
}
