import { ChannelType } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exportFiles } from "../../src/discord/commands/export-files.ts";
import { deployTo } from "../../src/discord/deploy.ts";
import { downloadLimits } from "../../src/discord/gateway/download.ts";
import { rawMessage } from "../../src/discord/gateway/payloads.ts";
import { MessageClaims } from "../../src/discord/ingest/message-claims.ts";
import { TurnQueue } from "../../src/discord/ingest/turn-queue.ts";
import { createLog } from "../../src/discord/log.ts";
import { eventually } from "../support/eventually.ts";
import { discordError, reply } from "./fake/http.ts";
import type { FakeMessage } from "./fake/model.ts";
import { messageJson } from "./fake/payloads.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";
import { TOKEN } from "./support/start-bot.ts";

/** What Discord sends and does that must neither end the bot nor make it do things twice. */

let harness: DiscordHarness;
let ann: Invoker;

beforeEach(async () => {
  harness = await DiscordHarness.start();
  const { fake, guild, general } = harness;
  ann = { member: fake.member(guild, "ann"), channel: general };
});

afterEach(() => harness.dispose());

test.each([1000, 1001, 1006, 4000, 4009])("a gateway closed with %s is come back to", async (code) => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  fake.gateway.drop(code === 1006 ? undefined : code);
  const missed = fake.post(general, { pictures: [picture("in between")] });
  await harness.waitForPlaced([missed]);
  expect((await harness.slash(ann, "find", { query: { value: "in between" } })).text).toContain(missed.id);
});

test("a gateway that says goodbye and does not hang up is hung up on and come back to", async () => {
  const { fake, general } = harness;
  // Else a missing heartbeat would tell first.
  fake.gateway.heartbeatMs = 41_250;
  await harness.startBot();
  await harness.index(general);
  const before = fake.gateway.resumes + fake.gateway.identifies;
  fake.gateway.closeWithoutHangingUp(1001);
  await eventually(() => expect(fake.gateway.resumes + fake.gateway.identifies).toBeGreaterThan(before));
  const missed = fake.post(general, { pictures: [picture("in between")] });
  await harness.waitForPlaced([missed]);
  // By itself discord.js waits half a minute for the other side.
  expect(harness.bot?.log.join()).toContain("said goodbye without hanging up");
});

/** What crashed discord.js: metadata without owners, a sticker without an id, a channel that is none. */
const odd = {
  interaction_metadata: { id: "1", type: 2, user: { id: "5", username: "x" } },
  sticker_items: [{ name: "wave" }],
};

test("nothing that Discord sends ends the bot, and the next event is handled", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const oddMessage = (change: object) => {
    const message = fake.post(general, { pictures: [picture("odd")], announce: false });
    const author = fake.guildOf(general).members.get(message.authorId);
    fake.gateway.dispatch("MESSAGE_CREATE", { ...messageJson(message, author, general.guildId), ...change });
    return message;
  };
  const readable = [oddMessage(odd), oddMessage({ embeds: "none", components: 7, content: null })];
  oddMessage({ id: "no id" });
  for (const [event, payload] of [
    ["INTERACTION_CREATE", { id: "1", token: "t", type: 2 }],
    ["CHANNEL_UPDATE", { id: null }],
    ["GUILD_ROLE_UPDATE", { guild_id: general.guildId, role: null }],
    ["THREAD_LIST_SYNC", { guild_id: general.guildId }],
    ["GUILD_MEMBER_UPDATE", { guild_id: general.guildId }],
    ["MESSAGE_REACTION_ADD", {}],
    ["THREAD_MEMBERS_UPDATE", { id: general.id, removed_member_ids: [7] }],
    ["SOMETHING_NEW", { x: 1 }],
  ] as const)
    fake.gateway.dispatch(event, payload);
  await harness.waitForPlaced(readable);
  expect((await harness.slash(ann, "find", { query: { value: "odd" } })).text).toContain(readable[1]?.id);
  const skipped = harness.bot?.log.filter((line) => line.includes("could not be read, and is skipped")) ?? [];
  expect(skipped.length).toBeGreaterThan(0);
});

test("an interaction about a message that discord.js cannot read is answered all the same", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const message = fake.post(general, { pictures: [picture("lantern")], extras: odd });
  await harness.waitForPlaced([message]);
  expect((await harness.menu(ann, "Find similar", message)).text).toContain("Like that picture");
  const found = await harness.slash(ann, "find", { query: { value: "lantern" } });
  const next = found.reply.components.find(({ customId }) => customId.startsWith("page:"));
  const pressed = await harness.press(ann, next?.customId ?? "", undefined, message);
  expect(pressed.text).toContain(message.id);
});

test("one message of a page that cannot be read keeps no other from being read", async () => {
  const { fake, general } = harness;
  const messages = ["a", "b", "c"].map((words) =>
    fake.post(general, { pictures: [picture(words)], announce: false }),
  );
  const all = messages.map((message) => messageJson(message, undefined));
  const [first, , third] = messages;
  if (!first || !third) throw new Error("posted above");
  fake.faults.push({
    method: "GET",
    path: new RegExp(`^/channels/${general.id}/messages$`),
    times: 1,
    respond: (_request, response) => {
      reply(response, 200, [all[2], { ...all[1], author: "nobody" }, all[0]]);
      return true;
    },
  });
  await harness.startBot();
  await harness.index(general);
  await harness.waitForPlaced([first, third]);
});

test("what is odd in a message is left out, and the rest is read", () => {
  const message = rawMessage.parse({
    id: "1",
    channel_id: "2",
    author: { id: "3" },
    content: 7,
    embeds: {},
    attachments: [{ id: "10", filename: 5, url: "u" }, { filename: "no-id.png" }, null],
    message_snapshots: [{}],
  });
  expect(message).toMatchObject({ content: "", embeds: null, message_snapshots: null });
  expect(message.attachments.map(({ id }) => id)).toEqual(["10"]);
});

test("an event that is delivered twice is handled once", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.slash(harness.asOwner, "autotag", {
    channel: { channel: general },
    mode: { value: "reply" },
    labels: { value: "cat, dog" },
  });
  const message = fake.post(general, { by: ann.member, pictures: [picture("cat")] });
  const author = ann.member;
  fake.gateway.dispatch("MESSAGE_CREATE", messageJson(message, author, general.guildId));
  const next = fake.post(general, { by: ann.member, pictures: [picture("dog")] });
  await harness.waitForBotMessage(general, "dog");
  expect(harness.botMessages(general).filter((text) => text.includes("cat"))).toHaveLength(1);
  const dispatched = fake.gateway.lastDispatch("INTERACTION_CREATE", () =>
    fake.slash({ userId: ann.member.userId, channel: general }, "privacy export"),
  );
  await harness.waitForReply(dispatched.result);
  fake.gateway.dispatch("INTERACTION_CREATE", dispatched.payload);
  await harness.slash(ann, "find", {});
  expect(dispatched.result.edits).toHaveLength(1);
  expect(next.id).not.toBe(message.id);
});

test("an interaction that another process of the bot acknowledged is left to it", async () => {
  const { fake } = harness;
  await harness.startBot();
  fake.faults.push({
    method: "POST",
    path: /\/callback$/,
    times: 1,
    respond: (_request, response) => {
      reply(response, 400, discordError(40060, "Interaction has already been acknowledged."));
      return true;
    },
  });
  const theirs = fake.slash({ userId: harness.owner.userId, channel: harness.general }, "status");
  expect((await harness.slash(harness.asOwner, "status")).text).toContain("0 pictures");
  expect(theirs.callbacks.length + theirs.edits.length + theirs.followUps.length).toBe(0);
});

/** Private threads of the general channel with a picture each; the bot and ann are in all of them. */
async function privateThreads(count: number): Promise<FakeMessage[]> {
  const { fake, general } = harness;
  const threads = Array.from({ length: count }, (_, at) =>
    fake.thread(general, `talk ${at}`, {
      type: ChannelType.PrivateThread,
      members: new Set([fake.botId, ann.member.userId]),
    }),
  );
  const messages = threads.map((thread, at) => fake.post(thread, { pictures: [picture(`secret ${at}`)] }));
  await harness.waitForPlaced(messages);
  return messages;
}

const lookups = () => harness.fake.requests.filter(({ path }) => path.includes("/thread-members"));

test("every private thread counts, and each is looked up once for many questions", async () => {
  await harness.startBot();
  await harness.index(harness.general);
  await privateThreads(55);
  const ask = async () => (await harness.slash(ann, "find", { query: { value: "secret" } })).text;
  expect(await ask()).toContain("among 55 pictures");
  const first = lookups().length;
  expect(await ask()).toContain("among 55 pictures");
  // Only the page's pictures are looked up again, just before they are sent.
  expect(lookups().length - first).toBeLessThanOrEqual(9);
});

test("who was removed from a private thread is not shown its pictures, although their membership is remembered", async () => {
  await harness.startBot();
  await harness.index(harness.general);
  const [message] = await privateThreads(2);
  const ask = async () => (await harness.slash(ann, "find", { query: { value: "secret 0" } })).text;
  expect(await ask()).toContain(message?.id);
  harness.fake.findChannel(message?.channelId ?? "")?.members.delete(ann.member.userId);
  const answer = await ask();
  expect(answer).not.toContain(message?.id);
});

test("with the Server Members intent a thread's members are listed once and kept by events", async () => {
  const { fake, guild } = harness;
  fake.applicationFlags |= 1 << 15;
  await harness.startBot();
  expect(fake.gateway.intents & 2).toBe(2);
  await harness.index(harness.general);
  const [message] = await privateThreads(12);
  const bob: Invoker = { ...ann, member: fake.member(guild, "bob") };
  const ask = async (who: Invoker) => (await harness.slash(who, "find", { query: { value: "secret" } })).text;
  expect(await ask(ann)).toContain("among 12 pictures");
  expect(await ask(bob)).toContain("among the 0 pictures");
  expect(await ask(ann)).toContain("among 12 pictures");
  expect(lookups()).toHaveLength(12);
  const changed = (change: object) =>
    fake.gateway.dispatch("THREAD_MEMBERS_UPDATE", {
      id: message?.channelId,
      guild_id: guild.id,
      member_count: 2,
      ...change,
    });
  changed({ added_members: [{ id: message?.channelId, user_id: bob.member.userId, flags: 0 }] });
  changed({ removed_member_ids: [ann.member.userId] });
  await eventually(async () => expect(await ask(bob)).toContain("among 1 picture"));
  expect(await ask(ann)).toContain("among 11 pictures");
  expect(lookups()).toHaveLength(12);
});

test("files that drip keep no other server's pictures waiting, and are given up soon", async () => {
  const { fake, general } = harness;
  await harness.startBot({
    downloadLimits: { ...downloadLimits, idleMs: 400, totalMs: 600_000, minBytesPerS: 4_096, graceMs: 400 },
  });
  await harness.index(general);
  for (let at = 0; at < 8; at += 1) {
    fake.cdn.next = at % 2 ? "dripping" : "headers that drip";
    fake.post(general, { pictures: [picture(`drip ${at}`)] });
  }
  const good = fake.post(general, { pictures: [picture("good")] });
  await harness.waitForPlaced([good]);
});

test("turns go over servers and their channels, live posts first, and no server has every place", async () => {
  const queue = new TurnQueue(2);
  const done: string[] = [];
  const held: (() => void)[] = [];
  const add = (guildId: string, channelId: string, name: string, priority: "live" | "history" = "history") =>
    queue.add({ guildId, channelId, priority }, async () => {
      done.push(name);
      if (name.startsWith("held")) await new Promise<void>((resolve) => held.push(resolve));
    });
  const all = [
    add("a", "1", "held 1"),
    add("a", "1", "held 2"),
    ...["a1", "a2", "a3"].map((name) => add("a", "1", name)),
  ];
  // One place is never that server's.
  await add("b", "9", "b1");
  expect(done).toEqual(["held 1", "b1"]);
  all.push(add("a", "2", "a-other"), add("c", "5", "c1"), add("c", "5", "c live", "live"));
  await eventually(() => expect(done).toContain("c1"));
  expect(done).toEqual(["held 1", "b1", "c live", "c1"]);
  expect(queue.count("a")).toBe(6);
  for (const name of ["held 1", "held 2"]) {
    await eventually(() => expect(done).toContain(name));
    held.shift()?.();
  }
  await Promise.all(all);
  await queue.onIdle();
  expect(done.indexOf("a-other")).toBeLessThan(done.indexOf("a2"));
  expect(queue.count()).toBe(0);
});

test("a short history is read while a long one goes on", async () => {
  const { fake, guild, general } = harness;
  const past = Date.now() - 86_400_000;
  for (let at = 0; at < 450; at += 1)
    fake.post(general, { pictures: [picture(`long ${at}`)], announce: false, at: past + at });
  const short = fake.channel(guild, "short");
  const few = Array.from({ length: 5 }, (_, at) =>
    fake.post(short, { pictures: [picture(`short ${at}`)], announce: false, at: past + at }),
  );
  await harness.startBot();
  await harness.slash(harness.asOwner, "index add", { channel: { channel: general } });
  await harness.slash(harness.asOwner, "index add", { channel: { channel: short } });
  const done = async () => {
    const notes = await harness.library.state.list(`discord/history/${guild.id}/`);
    return [...notes.values()].map((text) => JSON.parse(text)).filter(({ state }) => state === "done");
  };
  await eventually(async () => expect(await done()).not.toEqual([]));
  expect((await done()).map(({ channelId }) => channelId)).toEqual([short.id]);
  const placed = await harness.placedMessageIds();
  for (const { id } of few) expect(placed).toContain(id);
  await harness.waitForIndexed(general);
});

test("a history that cannot be read for the moment keeps the others of its server from nothing", async () => {
  const { fake, guild, general } = harness;
  const other = fake.channel(guild, "other");
  const message = fake.post(other, { pictures: [picture("lantern")], announce: false });
  fake.faults.push({
    method: "GET",
    path: new RegExp(`^/channels/${general.id}/messages$`),
    respond: (_request, response) => {
      reply(response, 400, discordError(0, "odd"));
      return true;
    },
  });
  await harness.startBot();
  await harness.slash(harness.asOwner, "index add", { channel: { channel: general } });
  await harness.index(other);
  await harness.waitForPlaced([message]);
});

test("registering commands says in a sentence what went wrong", async () => {
  const { fake } = harness;
  const fail = (status: number, code: number) => {
    fake.faults.length = 0;
    fake.faults.push({
      path: /applications/,
      respond: (_request, response) => {
        reply(response, status, discordError(code, "no"));
        return true;
      },
    });
    return deployTo({ token: TOKEN, api: fake.api, attempts: 1 });
  };
  await expect(fail(401, 0)).rejects.toThrow(/^Discord refused the bot's token/);
  await expect(fail(503, 0)).rejects.toThrow(/^Discord cannot be reached now/);
  await expect(fail(403, 50001)).rejects.toThrow(/^Discord does not let the bot register commands/);
  await expect(fail(400, 50035)).rejects.toThrow(/^Discord refused the commands/);
  fake.faults.length = 0;
  fake.faults.push({
    path: /applications/,
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in to the network</h1>");
      return true;
    },
  });
  await expect(deployTo({ token: TOKEN, api: fake.api, attempts: 1 })).rejects.toThrow(
    /^What answers is not Discord/,
  );
  await expect(deployTo({ token: "a\u0000b", api: fake.api, attempts: 1 })).rejects.toThrow(
    /refused the bot's token/,
  );
  for (const api of ["http://127.0.0.1:9/api", "http://nowhere.invalid/api"])
    await expect(deployTo({ token: TOKEN, api, attempts: 1 })).rejects.toThrow(
      /^Discord cannot be reached now/,
    );
});

test("an export is split into files that Discord takes, each of which can be read by itself", () => {
  const pictures = Array.from({ length: 200 }, (_, at) => ({
    sha256: `${at}`.padStart(64, "0"),
    text: ["line ä"],
  }));
  const files = exportFiles({ userId: "1" }, { pictures, notes: [{ question: "q" }] }, 4_000);
  expect(files.length).toBeGreaterThan(5);
  const parts = files.map(({ attachment }) => JSON.parse(attachment.toString()));
  expect(files.every(({ attachment }) => attachment.length <= 4_000)).toBe(true);
  expect(parts.flatMap((part) => part.pictures)).toEqual(pictures);
  expect(parts.flatMap((part) => part.notes)).toEqual([{ question: "q" }]);
  expect(parts.every((part, at) => part.userId === "1" && part.part === at + 1)).toBe(true);
  expect(files[0]?.name).toBe(`glimpse-export-1-of-${files.length}.json`);
  const [only] = exportFiles({ userId: "1" }, { pictures: [], notes: [] }, 4_000);
  expect(only?.name).toBe("glimpse-export.json");
});

test("stopping finishes the answers that wait for Discord", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const message = fake.post(general, { pictures: [picture("lantern")] });
  await harness.waitForPlaced([message]);
  fake.faults.push({
    method: "PATCH",
    path: /@original$/,
    times: 2,
    respond: (_request, response) => {
      reply(response, 503, {});
      return true;
    },
  });
  const answer = fake.slash({ userId: ann.member.userId, channel: general }, "find", {
    query: { value: "lantern" },
  });
  await eventually(() => expect(answer.callbacks).toHaveLength(1));
  await harness.stopBot();
  expect(answer.text).toContain(message.id);
});

test("before anything is indexed an answer says what is missing and who can do it", async () => {
  await harness.startBot();
  for (const command of ["find", "duplicates"]) {
    const answer = await harness.slash(ann, command);
    expect(answer.text).toContain("Somebody who may manage the server chooses channels with /index add");
  }
});

test("by date, only pictures that fit are ordered", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const at = Date.now() - 3_600_000;
  const fitting = [0, 1, 2].map((hour) =>
    fake.post(general, { pictures: [picture(`red lantern ${hour}`)], at: at + hour }),
  );
  const others = Array.from({ length: 12 }, (_, one) =>
    fake.post(general, { pictures: [picture(`bicycle ${one}`)], at: at + 1_000 + one }),
  );
  await harness.waitForPlaced([...fitting, ...others]);
  const answer = await harness.slash(ann, "find", {
    query: { value: "red lantern" },
    sort: { value: "newest" },
  });
  const ids = [...answer.text.matchAll(/channels\/\d+\/\d+\/(\d+)/g)].map((match) => match[1]);
  expect(ids).toEqual(fitting.map(({ id }) => id).reverse());
});

test("the number of an unexpected failure is in the log, with its cause", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => void lines.push(line) });
  const cause = new Error("the disk is full", { cause: new Error("ENOSPC") });
  log.error(
    { interaction: "1234", error: new Error("could not be stored", { cause }) },
    "an interaction failed",
  );
  expect(lines.join()).toMatch(/"interaction":"1234".*could not be stored.*the disk is full.*ENOSPC/);
});

test("of two processes of the bot on one library one says something of a message", async () => {
  const { library } = harness;
  const [first, second] = ["7", "7"].map((id) => new MessageClaims(library.leases, () => id));
  const taken = await Promise.all([first?.take("1"), second?.take("1")]);
  expect(taken.sort()).toEqual([false, true]);
  expect(await second?.take("2")).toBe(true);
  // Another bot has a voice of its own.
  expect(await new MessageClaims(library.leases, () => "8").take("1")).toBe(true);
});
