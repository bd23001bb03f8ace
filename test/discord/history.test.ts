import { setTimeout as pause } from "node:timers/promises";
import { ChannelType, PermissionFlagsBits as P } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Fault } from "./fake/fake-discord.ts";
import { discordError, reply } from "./fake/http.ts";
import type { FakeMessage } from "./fake/model.ts";
import { DiscordHarness, picture } from "./support/harness.ts";

let harness: DiscordHarness;

beforeEach(async () => {
  harness = await DiscordHarness.start();
});

afterEach(() => harness.dispose());

/** Posted before the bot joined. */
const past = (words: string, channel = harness.general): FakeMessage =>
  harness.fake.post(channel, { pictures: [picture(words)], announce: false, at: Date.now() - 86_400_000 });

const historyReads = () =>
  harness.fake.requests.filter(({ method, path }) => method === "GET" && /\/messages$/.test(path));

test("reads the whole history, newest first, with its threads, open and archived", async () => {
  const { fake, general } = harness;
  const open = fake.thread(general, "open");
  const archived = fake.thread(general, "archived", { archived: true });
  const unseen = fake.thread(general, "not for the bot", { type: ChannelType.PrivateThread, archived: true });
  past("not for the bot", unseen);
  const messages = Array.from({ length: 230 }, (_, at) => past(`picture ${at}`));
  messages.push(past("in the open thread", open), past("in the archived one", archived));
  await harness.startBot();
  await harness.index(general);
  await harness.waitForPlaced(messages);
  const reads = historyReads().filter(({ path }) => path.includes(general.id));
  expect(reads[0]?.query.get("before")).toBeNull();
  expect(reads.map(({ query }) => query.get("limit"))).toEqual(reads.map(() => "100"));
  const status = await harness.slash(harness.asOwner, "index status");
  expect(status.text).toContain("complete");
  expect(status.text).toContain("232 messages read · 232 pictures findable");
});

test("the threads of a forum are read from the newest on, and a message says how far it is", async () => {
  const { fake, guild, general } = harness;
  const forum = fake.channel(guild, "forum", { type: ChannelType.GuildForum });
  const posts = Array.from({ length: 12 }, (_, at) =>
    fake.thread(forum, `post ${at}`, { archived: at % 2 === 0 }),
  );
  const messages = posts.map((thread) => past(`of ${thread.name}`, thread));
  await harness.startBot();
  await harness.slash(harness.asOwner, "index add", { channel: { channel: forum } });
  await harness.waitForPlaced(messages);
  const read = historyReads().flatMap(({ path }) => posts.filter(({ id }) => path.includes(id)));
  expect([...new Set(read)].map(({ name }) => name)).toEqual(posts.map(({ name }) => name).reverse());
  await harness.waitForBotMessage(general, "13 of 13 places done");
});

test("reports its progress in one message that it edits", async () => {
  past("picture");
  await harness.startBot();
  await harness.index(harness.general);
  await harness.waitForBotMessage(harness.general, "complete");
  expect(harness.botMessages(harness.general)).toHaveLength(1);
});

test("counts what was skipped and what waits for a retry", async () => {
  const { fake, general } = harness;
  past("good");
  past("broken");
  const late = past("late");
  const path = `/attachments/77/${late.attachments[0]?.id}/picture.png`;
  fake.cdn.faults.set(path, { status: 500, times: 4 });
  await harness.startBot({ times: { maintenanceMs: 3_600_000, retryRounds: 1 } });
  await harness.index(general);
  const status = await harness.slash(harness.asOwner, "index status");
  expect(status.text).toContain("3 messages read · 1 picture findable · 1 skipped");
  expect(status.text).toContain("1 waiting for another try");
  await harness.restartBot();
  await eventually(async () => expect(await harness.placedMessageIds()).toContain(late.id));
  await eventually(async () => {
    const again = await harness.slash(harness.asOwner, "index status");
    expect(again.text).not.toContain("waiting");
  });
});

test("survives failing, slow and rate-limited history reads", async () => {
  const { fake, general } = harness;
  const messages = Array.from({ length: 150 }, (_, at) => past(`picture ${at}`));
  const path = /\/messages$/;
  fake.faults.push(
    {
      method: "GET",
      path,
      times: 3,
      respond: (_request, response) => {
        reply(response, 502, {});
        return true;
      },
    },
    {
      method: "GET",
      path,
      times: 1,
      respond: (_request, response) => {
        response.socket?.destroy();
        return true;
      },
    },
    {
      method: "GET",
      path,
      times: 1,
      respond: (_request, response) => {
        response.setHeader("retry-after", "0.2").setHeader("x-ratelimit-scope", "user");
        reply(response, 429, { message: "slow down", retry_after: 0.2, global: false });
        return true;
      },
    },
  );
  await harness.startBot();
  await harness.index(general);
  await harness.waitForPlaced(messages);
});

test("an unreadable channel is reported as such, kept, and read once it can be", async () => {
  const { fake, general } = harness;
  const messages = Array.from({ length: 120 }, (_, at) => past(`picture ${at}`));
  await harness.startBot();
  fake.faults.push({
    method: "GET",
    path: /\/messages$/,
    times: 1,
    respond: ({ query }, response) => {
      if (query.get("before")) return false;
      reply(response, 403, discordError(50_001, "Missing Access"));
      return true;
    },
  });
  await harness.slash(harness.asOwner, "index add", { channel: { channel: general } });
  await harness.waitForPlaced(messages);
  // Without the right to read history Discord answers with an empty page, which does not prove that the channel is empty.
  fake.overwrite(general, { id: fake.botId, type: 1, deny: P.ReadMessageHistory });
  await pause(200);
  await harness.waitForPlaced(messages);
  const answer = await harness.slash(harness.asOwner, "find", { query: { value: "picture" } });
  expect(answer.text).toContain("among the 0 pictures");
});

test("pauses and resumes; what was posted meanwhile is indexed then", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  const older = fake.thread(general, "older");
  await harness.index(general);
  const before = fake.post(older, { pictures: [picture("before the pause")] });
  await harness.waitForPlaced([before]);
  await harness.slash(harness.asOwner, "index pause", { channel: { channel: general } });
  const thread = fake.thread(general, "begun in the pause");
  const missed = [
    fake.post(general, { pictures: [picture("while paused")] }),
    fake.post(thread, { pictures: [picture("in a thread")] }),
    fake.post(older, { pictures: [picture("in an older thread")] }),
  ];
  // Long enough for the marks to be written.
  await pause(1_200);
  await harness.waitForPlaced([before]);
  await harness.slash(harness.asOwner, "index resume", { channel: { channel: general } });
  await harness.waitForPlaced([before, ...missed]);
});

test("after a restart it catches up: posts, threads and deletions during the downtime, no picture twice", async () => {
  const { fake, guild, general } = harness;
  const before = past("before");
  const doomed = past("deleted while away");
  const gone = fake.channel(guild, "gone while away");
  await harness.startBot();
  await harness.index(general);
  await harness.index(gone);
  const inGone = fake.post(gone, { pictures: [picture("in the channel that goes")] });
  const live = fake.post(general, { pictures: [picture("live")] });
  await harness.waitForPlaced([before, doomed, live, inGone]);
  const missed: FakeMessage[] = [];
  await harness.restartBot(() => {
    for (let at = 0; at < 130; at++) missed.push(fake.post(general, { pictures: [picture(`missed ${at}`)] }));
    const thread = fake.thread(general, "begun while away");
    missed.push(fake.post(thread, { pictures: [picture("in a new thread")] }));
    fake.erase([doomed], false);
    guild.channels.delete(gone.id);
  });
  await eventually(async () =>
    expect(await harness.placedMessageIds()).toEqual(expect.arrayContaining(missed.map(({ id }) => id))),
  );
  // The deleted message is noticed when its picture would be shown.
  const answer = await harness.slash(harness.asOwner, "find", { query: { value: "deleted while away" } });
  expect(answer.text).not.toContain(doomed.id);
  await harness.waitForPlaced([before, live, ...missed]);
});

test("what was deleted while it was away is erased without being queried", async () => {
  const { fake, general } = harness;
  const messages = Array.from({ length: 120 }, (_, at) => past(`picture ${at}`));
  const twice = fake.post(general, { pictures: [picture("one"), picture("two")], announce: false });
  await harness.startBot();
  await harness.index(general);
  const [first, second] = messages;
  if (!first || !second) throw new Error("posted above");
  await harness.restartBot(() => {
    fake.erase([first, second], false);
    twice.attachments.pop();
  });
  await harness.waitForPlaced([...messages.slice(2), twice]);
});

test("neither a deleted thread nor an unreadable channel keeps it from noticing deletions elsewhere", async () => {
  const { fake, guild, general } = harness;
  const thread = fake.thread(general, "thread");
  const closed = fake.channel(guild, "closed");
  const failing = fake.channel(guild, "failing");
  const last = fake.channel(guild, "last");
  past("in the thread", thread);
  const unseen = past("closed", closed);
  const unread = past("failing", failing);
  const doomed = past("doomed", last);
  const kept = past("kept", last);
  await harness.startBot();
  for (const channel of [general, closed, failing, last]) await harness.index(channel);
  const path = new RegExp(`^/channels/${failing.id}/messages$`);
  await harness.restartBot(() => {
    fake.dropChannel(thread);
    fake.erase([doomed], false);
    closed.overwrites = [{ id: fake.botId, type: 1, deny: P.ViewChannel }];
    const respond: Fault["respond"] = (_request, response) => {
      reply(response, 403, discordError(50_013, "Missing Permissions"));
      return true;
    };
    fake.faults.push({ method: "GET", path, respond });
  });
  await harness.waitForPlaced([unseen, unread, kept]);
});

test("what was deleted while its channel was hidden or its server down is not shown when it is back", async () => {
  const { fake, guild, general } = harness;
  // No maintenance looks for deletions here: the query alone has to notice.
  await harness.startBot({ reconcileIntervalMs: 3_600_000 });
  await harness.index(general);
  const [first, second] = [
    fake.post(general, { pictures: [picture("castle")] }),
    fake.post(general, { pictures: [picture("tower")] }),
  ];
  await harness.waitForPlaced([first, second]);
  const find = async (query: string) =>
    (await harness.slash(harness.asOwner, "find", { query: { value: query } })).text;
  fake.hide(general);
  fake.erase([first], false);
  fake.reveal(general);
  expect(await find("castle")).not.toContain(first.id);
  await harness.waitForPlaced([second]);
  fake.gateway.dispatch("GUILD_DELETE", { id: guild.id, unavailable: true });
  fake.erase([second], false);
  fake.announceGuild(guild);
  await eventually(async () => expect(await find("tower")).toContain("among the 0 pictures"));
  await harness.waitForPlaced([]);
});

test("a channel that becomes readable again is caught up on with its threads, deletions included", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const thread = fake.thread(general, "thread");
  const doomed = [
    fake.post(general, { pictures: [picture("castle")] }),
    fake.post(thread, { pictures: [picture("tower")] }),
  ];
  await harness.waitForPlaced(doomed);
  fake.hide(general);
  // By the next reply, the bot knows.
  await harness.slash(harness.asOwner, "status");
  for (const message of doomed) fake.erase([message], false);
  const missed = [
    fake.post(general, { pictures: [picture("mill")], announce: false }),
    fake.post(thread, { pictures: [picture("barn")], announce: false }),
  ];
  fake.reveal(general);
  await harness.waitForPlaced(missed);
});

test("after a lost session it catches up; after a resumed one nothing is read twice", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const first = fake.post(general, { pictures: [picture("first")] });
  await harness.waitForPlaced([first]);

  fake.gateway.drop();
  const replayed = fake.post(general, { pictures: [picture("while the line was cut")] });
  await harness.waitForPlaced([first, replayed]);
  expect(fake.gateway.resumes).toBe(1);

  fake.gateway.invalidate();
  const missed = fake.post(general, { pictures: [picture("while nobody listened")], announce: false });
  await harness.waitForPlaced([first, replayed, missed]);
  expect(fake.gateway.identifies).toBe(2);
});

test("a server that removed the bot while it was away is erased; one that is down is not", async () => {
  const { fake, guild, general } = harness;
  past("picture");
  await harness.startBot();
  await harness.index(general);
  await harness.restartBot(() => {
    guild.unavailable = true;
  });
  await pause(300);
  expect(await harness.placedMessageIds()).toHaveLength(1);
  // One with a rule and nothing indexed is forgotten too.
  const tagged = fake.guild("tagged");
  const lobby = fake.channel(tagged, "lobby");
  fake.announceGuild(tagged);
  const owner = tagged.members.get(tagged.ownerId);
  if (!owner) throw new Error("a guild has an owner");
  await eventually(async () =>
    expect(await harness.library.state.get(`discord/joined/${tagged.id}`)).toBeDefined(),
  );
  await harness.slash({ member: owner, channel: lobby }, "autotag", {
    channel: { channel: lobby },
    mode: { value: "reply" },
    labels: { value: "cat" },
  });
  const rules = () => harness.library.settings.get(`discord:guild:${tagged.id}`);
  expect(await rules()).toBeDefined();
  await harness.restartBot(() => {
    for (const { id } of [guild, tagged]) fake.guilds.delete(id);
  });
  await harness.waitForPlaced([]);
  await eventually(async () => expect(await rules()).toBeUndefined());
});

test("un-indexing erases the channel's pictures and stops indexing new ones", async () => {
  const { fake, general } = harness;
  past("picture");
  await harness.startBot();
  await harness.index(general);
  const answer = await harness.slash(harness.asOwner, "index remove", { channel: { channel: general } });
  expect(answer.text).toContain("1 picture was erased");
  fake.post(general, { pictures: [picture("afterwards")] });
  await pause(150);
  await harness.waitForPlaced([]);
});

test("a channel that the bot can no longer see is paused and un-indexed by managers who see it, by nobody else", async () => {
  const { fake, guild, general } = harness;
  const closed = fake.channel(guild, "closed");
  const message = past("picture", closed);
  await harness.startBot();
  await harness.index(closed);
  const manager = fake.member(guild, "manager", [fake.role(guild, "managers", P.ManageGuild)]);
  closed.overwrites = [{ id: manager.userId, type: 1, deny: P.ViewChannel }];
  fake.hide(closed);
  const outsider = { member: manager, channel: general };
  const named = { channel: { channel: closed } };
  for (const part of ["pause", "remove"]) {
    const refused = await harness.slash(outsider, `index ${part}`, named);
    expect(refused.text).toContain("That channel cannot be used");
  }
  await harness.waitForPlaced([message]);
  expect((await harness.slash(harness.asOwner, "index resume", named)).text).toContain("cannot be used");
  expect((await harness.slash(harness.asOwner, "index pause", named)).text).toContain("is paused");
  const removed = await harness.slash(harness.asOwner, "index remove", named);
  expect(removed.text).toContain("1 picture was erased");
  await harness.waitForPlaced([]);
  const again = await harness.slash(harness.asOwner, "index remove", named);
  expect(again.text).toContain("is not indexed");
});

test("a channel un-indexed and indexed again during its backfill ends up complete", async () => {
  const { fake, general } = harness;
  const messages = Array.from({ length: 150 }, (_, at) => past(`picture ${at}`));
  await harness.startBot();
  let open = () => {};
  fake.cdn.gate = new Promise((resolve) => {
    open = resolve;
  });
  await harness.slash(harness.asOwner, "index add", { channel: { channel: general } });
  await eventually(() => expect(fake.cdn.served.length).toBeGreaterThan(0));
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: general } });
  await harness.slash(harness.asOwner, "index add", { channel: { channel: general } });
  open();
  fake.cdn.gate = undefined;
  await harness.waitForPlaced(messages);
});

test("retention erases old pictures and indexes none that are too old", async () => {
  const { fake, general } = harness;
  fake.post(general, { pictures: [picture("old")], announce: false, at: Date.now() - 10 * 86_400_000 });
  const young = past("young");
  await harness.startBot();
  await harness.index(general);
  const answer = await harness.slash(harness.asOwner, "index retention", { days: { value: 7 } });
  expect(answer.text).toContain("1 picture was erased now");
  await harness.waitForPlaced([young]);
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: general } });
  await harness.index(general);
  await harness.waitForPlaced([young]);
});
