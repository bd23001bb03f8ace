import type { ServerResponse } from "node:http";
import { ChannelType, PermissionFlagsBits as P } from "discord.js";
import { z } from "zod";
import type { FakeDiscord } from "./fake-discord.ts";
import { discordError, type FakeRequest, reply } from "./http.ts";
import { type CommandOption, replyContent } from "./interactions.ts";
import { type FakeChannel, type FakeMessage, isThread, snowflake } from "./model.ts";
import { channelJson, guildJson, memberJson, messageJson, userJson } from "./payloads.ts";
import { basePermissions, canRead, permissionsIn } from "./permissions.ts";

type Route = (
  fake: FakeDiscord,
  request: FakeRequest,
  response: ServerResponse,
  ids: readonly string[],
) => unknown;

const unknown = (response: ServerResponse, what: number) =>
  reply(response, 404, discordError(what, "Unknown thing"));

/** A channel that the bot may use, or the error Discord answers with. */
function withChannel(
  work: (
    fake: FakeDiscord,
    request: FakeRequest,
    response: ServerResponse,
    channel: FakeChannel,
    ids: readonly string[],
  ) => unknown,
): Route {
  return (fake, request, response, ids) => {
    const channel = fake.findChannel(ids[0] ?? "");
    if (!channel) return unknown(response, 10003);
    if (permissionsIn(fake.guildOf(channel), channel, fake.botId) === 0n) {
      return reply(response, 403, discordError(50001, "Missing Access"));
    }
    work(fake, request, response, channel, ids);
  };
}

const createMessage = withChannel((fake, request, response, channel) => {
  const body = z
    .looseObject({
      content: z.string().optional(),
      components: z.unknown().optional(),
      message_reference: z.looseObject({ message_id: z.string() }).optional(),
    })
    .parse(request.body);
  const answers = body.message_reference?.message_id;
  const message = fake.postByBot(channel, {
    content: body.content ?? replyContent(request).text,
    components: body.components,
    ...(answers !== undefined && { answers }),
  });
  reply(response, 200, messageJson(message, fake.guildOf(channel).members.get(fake.botId)));
});

const deleteMessage = withChannel((fake, _request, response, channel, ids) => {
  const gone = channel.messages.filter(({ id }) => id === ids[1]);
  const isOwn = gone.every(({ authorId }) => authorId === fake.botId);
  const bits = permissionsIn(fake.guildOf(channel), channel, fake.botId);
  if (!isOwn && !(bits & P.ManageMessages))
    return reply(response, 403, discordError(50013, "Missing Permissions"));
  fake.erase(gone);
  reply(response, 204);
});

const routes: readonly [string, RegExp, Route][] = [
  [
    "GET",
    /^\/gateway\/bot$/,
    (fake, _request, response) => {
      const limit = { total: 1000, remaining: 999, reset_after: 1000, max_concurrency: fake.shards.atOnce };
      const url = fake.gatewayUrl;
      reply(response, 200, { url, shards: fake.shards.count, session_start_limit: limit });
    },
  ],
  [
    "GET",
    /^\/(?:oauth2\/)?applications\/@me$/,
    (fake, _request, response) => {
      reply(response, 200, { id: fake.botId, name: "glimpse", flags: fake.applicationFlags, verify_key: "" });
    },
  ],
  [
    "GET",
    /^\/users\/@me$/,
    (fake, _request, response) => {
      reply(response, 200, userJson({ userId: fake.botId, name: "glimpse", bot: true }));
    },
  ],
  [
    "GET",
    /^\/applications\/\d+\/(?:guilds\/(\d+)\/)?commands$/,
    (fake, _request, response, ids) => {
      reply(response, 200, fake.commands.get(ids[0] ?? "global") ?? []);
    },
  ],
  [
    "PUT",
    /^\/applications\/\d+\/(?:guilds\/(\d+)\/)?commands$/,
    (fake, request, response, ids) => {
      const commands = z.array(z.looseObject({ name: z.string() })).parse(request.body);
      const stored = commands.map((command) => ({ id: snowflake(), version: "1", ...command }));
      fake.commands.set(ids[0] ?? "global", stored as CommandOption[]);
      reply(response, 200, stored);
    },
  ],
  [
    "POST",
    /^\/interactions\/(\d+)\/([^/]+)\/callback$/,
    (fake, request, response, ids) => {
      const answer = fake.answers.get(ids[1] ?? "");
      if (!answer) return reply(response, 404, discordError(10062, "Unknown interaction"));
      if (answer.callbacks.length > 0)
        return reply(response, 400, discordError(40060, "Already acknowledged"));
      answer.callback(request);
      const { query } = request;
      if (query.get("with_response") !== "true") return reply(response, 204);
      const interaction = { id: answer.id, type: 2 };
      reply(response, 200, { interaction, resource: { type: 4, message: ownMessage(fake, request) } });
    },
  ],
  [
    "PATCH",
    /^\/webhooks\/\d+\/([^/]+)\/messages\/@original$/,
    (fake, request, response, ids) => {
      fake.answers.get(ids[0] ?? "")?.edits.push(replyContent(request));
      reply(response, 200, ownMessage(fake, request));
    },
  ],
  [
    "GET",
    /^\/webhooks\/\d+\/([^/]+)\/messages\/@original$/,
    (fake, request, response) => {
      reply(response, 200, ownMessage(fake, request));
    },
  ],
  [
    "POST",
    /^\/webhooks\/\d+\/([^/]+)$/,
    (fake, request, response, ids) => {
      const answer = fake.answers.get(ids[0] ?? "");
      const content = replyContent(request);
      answer?.followUps.push(content);
      const { flags = 0, components } = z
        .looseObject({ flags: z.number().optional(), components: z.unknown().optional() })
        .parse(request.body);
      const channel = fake.findChannel(answer?.channelId ?? "");
      if (flags & 64 || !channel) return reply(response, 200, ownMessage(fake, request));
      const posted = fake.postByBot(channel, { content: content.text, components });
      reply(response, 200, { ...messageOf(fake, posted), content: "" });
    },
  ],
  [
    "GET",
    /^\/guilds\/(\d+)\/members\/(\d+)$/,
    (fake, _request, response, ids) => {
      const member = fake.guilds.get(ids[0] ?? "")?.members.get(ids[1] ?? "");
      if (!member) return unknown(response, 10007);
      reply(response, 200, memberJson(member));
    },
  ],
  [
    "PATCH",
    /^\/guilds\/(\d+)\/members\/(\d+)$/,
    (fake, request, response, ids) => {
      const guild = fake.guilds.get(ids[0] ?? "");
      const member = guild?.members.get(ids[1] ?? "");
      if (!guild || !member) return unknown(response, 10007);
      if (!(basePermissions(guild, fake.botId) & P.ModerateMembers))
        return reply(response, 403, discordError(50013, "Missing Permissions"));
      const { communication_disabled_until } = z
        .object({ communication_disabled_until: z.string() })
        .parse(request.body);
      member.timedOut = Date.parse(communication_disabled_until) > Date.now();
      reply(response, 200, memberJson(member));
    },
  ],
  [
    "GET",
    /^\/applications\/\d+\/guilds\/(\d+)\/commands\/(\d+)\/permissions$/,
    (fake, _request, response, ids) => {
      const permissions = fake.commandPermissions.get(ids[0] ?? "");
      if (!permissions) return unknown(response, 10066);
      reply(response, 200, { id: ids[1], application_id: fake.botId, guild_id: ids[0], permissions });
    },
  ],
  [
    "GET",
    /^\/channels\/(\d+)$/,
    withChannel((_fake, _request, response, channel) => {
      reply(response, 200, channelJson(channel));
    }),
  ],
  ["GET", /^\/channels\/(\d+)\/messages$/, withChannel(history)],
  [
    "POST",
    /^\/users\/@me\/channels$/,
    (fake, request, response) => {
      const { recipient_id } = z.object({ recipient_id: z.string() }).parse(request.body);
      reply(response, 200, { id: fake.directChannel(recipient_id).id, type: ChannelType.DM });
    },
  ],
  [
    "POST",
    /^\/channels\/(\d+)\/messages$/,
    (fake, request, response, ids) => {
      const direct = [...fake.direct.values()].find(({ id }) => id === ids[0]);
      if (!direct) return createMessage(fake, request, response, ids);
      if (direct.isClosed)
        return reply(response, 403, discordError(50007, "Cannot send messages to this user"));
      const message = { ...ownMessage(fake, request), channel_id: direct.id };
      direct.messages.push({ id: message.id, ...replyContent(request) });
      reply(response, 200, message);
    },
  ],
  [
    "GET",
    /^\/channels\/(\d+)\/messages\/(\d+)$/,
    withChannel((fake, _request, response, channel, ids) => {
      const message = channel.messages.find(({ id }) => id === ids[1]);
      if (!message) return unknown(response, 10008);
      if (!canRead(fake.guildOf(channel), channel, fake.botId)) {
        return reply(response, 403, discordError(50001, "Missing Access"));
      }
      reply(response, 200, messageOf(fake, message));
    }),
  ],
  [
    "PATCH",
    /^\/channels\/(\d+)\/messages\/(\d+)$/,
    withChannel((fake, request, response, channel, ids) => {
      const message = channel.messages.find(({ id }) => id === ids[1]);
      if (!message) return unknown(response, 10008);
      message.content = replyContent(request).text;
      reply(response, 200, messageOf(fake, message));
    }),
  ],
  [
    "DELETE",
    /^\/channels\/(\d+)\/messages\/(\d+)$/,
    (fake, request, response, ids) => {
      const direct = [...fake.direct.values()].find(({ id }) => id === ids[0]);
      if (!direct) return deleteMessage(fake, request, response, ids);
      direct.messages = direct.messages.filter(({ id }) => id !== ids[1]);
      reply(response, 204);
    },
  ],
  [
    "PUT",
    /^\/channels\/(\d+)\/messages\/(\d+)\/reactions\//,
    (_fake, _request, response) => reply(response, 204),
  ],
  [
    "DELETE",
    /^\/channels\/(\d+)\/messages\/(\d+)\/reactions\//,
    (_fake, _request, response) => reply(response, 204),
  ],
  [
    "GET",
    /^\/channels\/(\d+)\/thread-members\/(\d+|@me)$/,
    (fake, _request, response, ids) => {
      const thread = fake.findChannel(ids[0] ?? "");
      const userId = ids[1] === "@me" ? fake.botId : (ids[1] ?? "");
      if (!thread?.members.has(userId)) return unknown(response, 10007);
      reply(response, 200, {
        id: thread.id,
        user_id: userId,
        join_timestamp: new Date().toISOString(),
        flags: 0,
      });
    },
  ],
  [
    "GET",
    /^\/guilds\/(\d+)\/emojis\/(\d+)$/,
    (fake, _request, response, ids) => {
      const [guildId = "", id = ""] = ids;
      if (!fake.emoji.get(guildId)?.includes(id)) return unknown(response, 10014);
      reply(response, 200, { id, name: "cat" });
    },
  ],
  [
    "GET",
    /^\/channels\/(\d+)\/thread-members$/,
    (fake, _request, response, ids) => {
      const members = [...(fake.findChannel(ids[0] ?? "")?.members ?? [])];
      const joined = { id: ids[0], join_timestamp: new Date().toISOString(), flags: 0 };
      reply(
        response,
        200,
        members.map((user_id) => ({ ...joined, user_id })),
      );
    },
  ],
  [
    "GET",
    /^\/guilds\/(\d+)$/,
    (fake, _request, response, ids) => {
      const guild = fake.guilds.get(ids[0] ?? "");
      if (!guild) return unknown(response, 10004);
      reply(response, 200, guildJson(guild, fake.botId));
    },
  ],
  [
    "GET",
    /^\/guilds\/(\d+)\/messages\/search$/,
    (fake, request, response) => {
      const channel = fake.findChannel(request.query.get("channel_id") ?? "");
      if (!channel || !canRead(fake.guildOf(channel), channel, fake.botId))
        return reply(response, 403, discordError(50001, "Missing Access"));
      if (fake.searchReadyInS !== undefined)
        return reply(response, 202, {
          ...discordError(110000, "Index not yet available. Try again later"),
          documents_indexed: 0,
          retry_after: fake.searchReadyInS,
        });
      const kinds = request.query.getAll("has");
      const has = (type = "") => kinds.some((kind) => type.startsWith(kind));
      const found = channel.messages.filter(({ attachments }) =>
        attachments.some(({ content_type }) => has(content_type)),
      );
      reply(response, 200, { total_results: found.length, messages: [] });
    },
  ],
  [
    "GET",
    /^\/guilds\/(\d+)\/threads\/active$/,
    (fake, _request, response, ids) => {
      const all = [...(fake.guilds.get(ids[0] ?? "")?.channels.values() ?? [])];
      const open = all.filter((channel) => isThread(channel) && !channel.archived && botSees(fake, channel));
      reply(response, 200, { threads: open.map(channelJson), members: [] });
    },
  ],
  ["GET", /^\/channels\/(\d+)\/threads\/archived\/(public|private)$/, withChannel(archived)],
  ["GET", /^\/channels\/(\d+)\/users\/@me\/threads\/archived\/(private)$/, withChannel(archived)],
];

function history(
  fake: FakeDiscord,
  request: FakeRequest,
  response: ServerResponse,
  channel: FakeChannel,
): void {
  if (!canRead(fake.guildOf(channel), channel, fake.botId)) {
    reply(response, 200, []);
    return;
  }
  const limit = Number(request.query.get("limit") ?? 50);
  const before = request.query.get("before");
  const after = request.query.get("after");
  const newestFirst = [...channel.messages].reverse();
  let page = newestFirst.filter(({ id }) => !before || BigInt(id) < BigInt(before)).slice(0, limit);
  if (after) {
    page = channel.messages
      .filter(({ id }) => BigInt(id) > BigInt(after))
      .slice(0, limit)
      .reverse();
  }
  reply(
    response,
    200,
    page.map((message) => messageOf(fake, message)),
  );
}

function archived(
  fake: FakeDiscord,
  _request: FakeRequest,
  response: ServerResponse,
  channel: FakeChannel,
  ids: readonly string[],
): void {
  const wantPrivate = ids[1] === "private";
  const threads = [...fake.guildOf(channel).channels.values()].filter(
    (thread) =>
      thread.parentId === channel.id &&
      isThread(thread) &&
      thread.archived &&
      (thread.type === ChannelType.PrivateThread) === wantPrivate &&
      botSees(fake, thread),
  );
  reply(response, 200, { threads: threads.map(channelJson), members: [], has_more: false });
}

const botSees = (fake: FakeDiscord, thread: FakeChannel) => canRead(fake.guildOf(thread), thread, fake.botId);

function messageOf(fake: FakeDiscord, message: FakeMessage) {
  const channel = fake.findChannel(message.channelId);
  return messageJson(message, channel && fake.guildOf(channel).members.get(message.authorId));
}

function ownMessage(fake: FakeDiscord, request: FakeRequest) {
  const common = { attachments: [], snapshots: [], editedAt: null, content: replyContent(request).text };
  const message = { id: snowflake(), channelId: "1", authorId: fake.botId, bot: true, ...common };
  return messageJson(message, undefined);
}

/** Answers one REST request from the fake's records. */
export function answerRest(fake: FakeDiscord, request: FakeRequest, response: ServerResponse): unknown {
  const problem = isTooLong(request.body) ? "too long a message" : brokenLimit(request.body);
  if (problem !== undefined) {
    console.error(`fake Discord got ${problem}: ${request.method} ${request.path}`);
    return reply(response, 400, discordError(50035, "Invalid Form Body"));
  }
  for (const [method, path, route] of routes) {
    const match = path.exec(request.path);
    if (method !== request.method || !match) continue;
    return route(
      fake,
      request,
      response,
      match.slice(1).filter((id) => id !== undefined),
    );
  }
  console.error(`fake Discord has no ${request.method} ${request.path}`);
  reply(response, 404, discordError(0, "404: Not Found"));
}

const limited = z.looseObject({ content: z.string().optional(), components: z.unknown().optional() });
const acknowledged = z.looseObject({ data: limited });

/** Discord's limits on the text of one message, whichever way it is sent. */
function isTooLong(body: unknown): boolean {
  const direct = limited.safeParse(body).data;
  const message = acknowledged.safeParse(body).data?.data ?? direct;
  if (!message) return false;
  return (message.content ?? "").length > 2_000 || componentText(message.components) > 4_000;
}

function componentText(component: unknown): number {
  if (Array.isArray(component)) return component.reduce((sum: number, one) => sum + componentText(one), 0);
  if (typeof component !== "object" || component === null) return 0;
  const { content } = component as { content?: unknown };
  const own = typeof content === "string" ? content.length : 0;
  const inner = Object.values(component).filter((value) => typeof value === "object");
  return own + componentText(inner);
}

interface Component {
  readonly type?: unknown;
  readonly custom_id?: unknown;
  readonly label?: unknown;
  readonly placeholder?: unknown;
  readonly options?: unknown;
  readonly components?: unknown;
  readonly accessory?: unknown;
}

/** Discord's limits on the components of one message. */
function brokenLimit(body: unknown): string | undefined {
  const direct = limited.safeParse(body).data;
  const message = acknowledged.safeParse(body).data?.data ?? direct;
  const all = [...componentsIn(message?.components)];
  const ids = all.flatMap(({ custom_id }) => (typeof custom_id === "string" ? [custom_id] : []));
  const longerThan = (max: number, text: unknown) =>
    typeof text === "string" && (text === "" || text.length > max);
  if (all.length > 40) return `${all.length} components`;
  if (new Set(ids).size < ids.length) return "one custom id twice";
  for (const { type, label, placeholder, options, components, custom_id } of all) {
    if (longerThan(100, custom_id)) return "too long a custom id";
    if (longerThan(80, label) || longerThan(150, placeholder)) return "too long a label";
    if (type === 1 && Array.isArray(components) && (components.length > 5 || components.length === 0))
      return "a row of too many or none";
    if (!Array.isArray(options)) continue;
    if (options.length > 25 || options.length === 0) return "a menu of too many or no choices";
    if (options.some((option) => longerThan(100, option.label) || longerThan(100, option.value)))
      return "too long a choice";
    if (new Set(options.map(({ value }) => value)).size < options.length) return "one choice twice";
  }
  return undefined;
}

function* componentsIn(node: unknown): Generator<Component> {
  if (!Array.isArray(node)) return;
  for (const each of node) {
    const component: Component = each;
    yield component;
    yield* componentsIn(component.components);
    if (component.accessory) yield* componentsIn([component.accessory]);
  }
}
