import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { GatewayIntentBits } from "discord.js";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { downloadLimits } from "../../src/discord/gateway/download.ts";
import { supervise } from "../../src/discord/supervise.ts";
import { eventually } from "../support/eventually.ts";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openTestLibrary } from "../support/test-library.ts";
import type { Fault } from "./fake/fake-discord.ts";
import { reply } from "./fake/http.ts";
import type { FakeMessage } from "./fake/model.ts";
import { messageJson } from "./fake/payloads.ts";
import { DiscordHarness, picture } from "./support/harness.ts";
import { TOKEN } from "./support/start-bot.ts";

let harness: DiscordHarness;
let slowness = 0;

beforeEach(async () => {
  slowness = 0;
  harness = await DiscordHarness.start(new FakeEmbedder({ beforePicture: () => pause(slowness) }));
});

afterEach(() => harness.dispose());

test("without message content it explains once how to enable it, and what needs none works", async () => {
  const { fake, general } = harness;
  fake.gateway.refusedIntents = GatewayIntentBits.MessageContent;
  await harness.startBot();
  await eventually(() => expect(fake.gateway.identifies).toBe(2));
  const advice = harness.bot?.log.filter((line) => line.includes("Message Content Intent")) ?? [];
  expect(advice).toHaveLength(1);
  const add = await harness.slash(harness.asOwner, "index add", { channel: { channel: general } });
  expect(add.text).toContain("Privileged Gateway Intents");
  const attachment = fake.attach(picture("cat"));
  const classified = await harness.slash(harness.asOwner, "classify", { image: { attachment } });
  expect(classified.text).toMatch(/% · /);
});

test("losing message content later erases nothing: empty messages prove nothing", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const message = fake.post(general, { pictures: [picture("castle")] });
  await harness.waitForPlaced([message]);
  fake.gateway.refusedIntents = GatewayIntentBits.MessageContent;
  fake.gateway.drop(4014);
  await eventually(() => expect(fake.gateway.identifies).toBe(2));
  fake.gateway.dispatch("MESSAGE_UPDATE", {
    id: message.id,
    channel_id: general.id,
    guild_id: general.guildId,
    author: { id: message.authorId, username: "x", discriminator: "0", avatar: null },
    content: "",
    attachments: [],
  });
  await pause(200);
  await harness.waitForPlaced([message]);
});

test("a rejected token ends the run with advice, and without printing the token", async () => {
  const { fake } = harness;
  fake.faults.push({
    path: /^\/gateway\/bot$/,
    respond: (_request, response) => {
      reply(response, 401, { message: "401: Unauthorized", code: 0 });
      return true;
    },
  });
  const { supervise } = await import("../../src/discord/supervise.ts");
  const { createLog } = await import("../../src/discord/log.ts");
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => void lines.push(line) });
  const signal = new AbortController().signal;
  const running = supervise({ token: TOKEN, library: harness.library, log, rest: { api: fake.api }, signal });
  await expect(running).rejects.toThrow("Reset Token");
  expect(lines.join()).not.toContain(TOKEN);
});

test("while Discord is down at the start, the bot keeps trying", async () => {
  const { fake } = harness;
  fake.faults.push({
    path: /^\/gateway\/bot$/,
    times: 4,
    respond: (_request, response) => {
      reply(response, 503, {});
      return true;
    },
  });
  await harness.startBot();
  expect((await harness.slash(harness.asOwner, "status")).text).toContain("0 pictures");
});

test("endless, stalled, redirecting and missing downloads do not keep other pictures from being indexed", async () => {
  const { fake, general } = harness;
  await harness.startBot({
    downloadLimits: { ...downloadLimits, maxBytes: 4 * 2 ** 20, idleMs: 150, totalMs: 5_000 },
  });
  await harness.index(general);
  for (const fault of ["endless", "stalled", "redirect", "missing"] as const) {
    fake.cdn.next = fault;
    fake.post(general, { pictures: [picture(fault)] });
  }
  const good = fake.post(general, { pictures: [picture("good")] });
  await harness.waitForPlaced([good]);
  // Permanently over the limit; the others may succeed next time.
  await eventually(async () => {
    const notes = await harness.library.state.list("discord/retry/");
    expect(notes.size).toBe(2);
  });
});

test("a picture behind an expired link is downloaded through a refreshed one", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  fake.cdn.refuseOnce = true;
  const message = fake.post(general, { pictures: [picture("behind an old link")] });
  await harness.waitForPlaced([message]);
  expect(fake.requests.some(({ path }) => path.endsWith(`/messages/${message.id}`))).toBe(true);
});

test("replies arrive although Discord's reply endpoints fail now and then", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const message = fake.post(general, { pictures: [picture("mill")] });
  await harness.waitForPlaced([message]);
  const fail = (method: string, path: RegExp) =>
    fake.faults.push({
      method,
      path,
      times: 3,
      respond: (_request, response) => {
        reply(response, 502, {});
        return true;
      },
    });
  fail("POST", /\/callback$/);
  fail("PATCH", /@original$/);
  const answer = await harness.slash(harness.asOwner, "find", { query: { value: "mill" } });
  expect(answer.text).toContain(message.id);
});

test("an acknowledgement whose response was lost is not sent twice", async () => {
  const { fake } = harness;
  await harness.startBot();
  fake.faults.push({
    method: "POST",
    path: /\/callback$/,
    times: 2,
    respond: (request, response) => {
      const token = request.path.split("/").at(-2) ?? "";
      const answer = fake.answers.get(token);
      if (answer?.callbacks.length === 0) answer.callback(request);
      response.socket?.destroy();
      return true;
    },
  });
  const answer = await harness.slash(harness.asOwner, "status");
  expect(answer.callbacks).toHaveLength(1);
  expect(answer.text).toContain("0 pictures");
});

test("every command is acknowledged before its work begins, also during a backfill", async () => {
  const { fake, general } = harness;
  const past = Date.now() - 86_400_000;
  for (let at = 0; at < 300; at++) {
    fake.post(general, { pictures: [picture(`picture ${at}`)], announce: false, at: past + at });
  }
  slowness = 5;
  await harness.startBot();
  await harness.slash(harness.asOwner, "index add", { channel: { channel: general } });
  const answers = [];
  for (let at = 0; at < 25; at++) {
    const before = fake.requests.length;
    const answer = await harness.slash(harness.asOwner, "find", { query: { value: `picture ${at}` } });
    const mine = fake.requests.slice(before).filter(({ path }) => path.includes(answer.token));
    expect(mine[0]?.path).toMatch(/\/callback$/);
    answers.push(answer);
  }
  expect(answers.every(({ ackMs }) => ackMs !== undefined)).toBe(true);
  await harness.waitForIndexed(general);
  expect(await harness.placedMessageIds()).toHaveLength(300);
});

test("captions turned off during a backfill: none is kept", async () => {
  const { fake, general, guild } = harness;
  const messages = Array.from({ length: 40 }, (_, at) =>
    fake.post(general, { content: `words ${at}`, pictures: [picture(`p ${at}`)], announce: false }),
  );
  await harness.startBot();
  await harness.slash(harness.asOwner, "index captions", { keep: { value: true } });
  slowness = 300;
  await harness.slash(harness.asOwner, "index add", { channel: { channel: general } });
  const captions = async () =>
    (await harness.library.posts.placements({ guildId: guild.id })).map(({ placement }) => placement.caption);
  await eventually(async () => expect((await captions()).some(Boolean)).toBe(true));
  const off = await harness.slash(harness.asOwner, "index captions", { keep: { value: false } });
  expect(off.text).toContain("Every caption was erased");
  slowness = 0;
  await harness.waitForPlaced(messages);
  await harness.waitForIndexed(general);
  expect((await captions()).filter(Boolean)).toEqual([]);
});

test("a gateway that refuses connections for a while is reconnected to, and nothing is missed", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  fake.gateway.offline = true;
  fake.gateway.drop();
  const missed = fake.post(general, { pictures: [picture("in the dark")] });
  await pause(300);
  fake.gateway.offline = false;
  await harness.waitForPlaced([missed]);
});

test("stopping waits for the picture in progress and records the rest", async () => {
  const { fake, general } = harness;
  slowness = 150;
  await harness.startBot();
  await harness.index(general);
  const messages = Array.from({ length: 12 }, (_, at) =>
    fake.post(general, { pictures: [picture(`p ${at}`)] }),
  );
  await eventually(() => expect(fake.cdn.served.length).toBeGreaterThan(0));
  await harness.restartBot();
  await harness.waitForPlaced(messages);
});

/** Message content as Discord returns it over REST while the intent is switched off in the portal. */
function withholdContent(): void {
  const { fake, general } = harness;
  const bare = (message: FakeMessage) =>
    messageJson({ ...message, content: "", attachments: [], snapshots: [] }, undefined);
  const path = new RegExp(`^/channels/${general.id}/messages(/\\d+)?$`);
  const respond: Fault["respond"] = ({ path: requested }, response) => {
    const message = general.messages.find(({ id }) => requested.endsWith(`/${id}`));
    if (requested.endsWith("/messages")) reply(response, 200, general.messages.map(bare).reverse());
    else if (message) reply(response, 200, bare(message));
    return requested.endsWith("/messages") || message !== undefined;
  };
  fake.faults.push({ method: "GET", path, respond });
}

test("without message content a query erases only what was deleted", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const doomed = fake.post(general, { pictures: [picture("castle ruin")] });
  const kept = [
    fake.post(general, { pictures: [picture("castle")] }),
    fake.post(general, { content: "with words", pictures: [picture("castle tower")] }),
  ];
  await harness.waitForPlaced([doomed, ...kept]);
  withholdContent();
  fake.gateway.refusedIntents = GatewayIntentBits.MessageContent;
  fake.gateway.drop(4014);
  await eventually(() => expect(fake.gateway.identifies).toBe(2));
  fake.erase([doomed], false);
  const answer = await harness.slash(harness.asOwner, "find", { query: { value: "castle" } });
  for (const { id } of kept) expect(answer.text).toContain(id);
  expect(answer.text).not.toContain(doomed.id);
  await harness.waitForPlaced(kept);
});

test("content withheld in the middle of a session erases nothing: empty messages prove nothing", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const message = fake.post(general, { content: "words", pictures: [picture("castle")] });
  const waiting = fake.post(general, { pictures: [picture("late")] });
  const address = `/attachments/77/${waiting.attachments[0]?.id}/picture.png`;
  fake.cdn.faults.set(address, { status: 500, times: 4 });
  await harness.waitForPlaced([message]);
  withholdContent();
  await harness.restartBot();
  fake.edit(message, { content: "", attachments: [] });
  const answer = await harness.slash(harness.asOwner, "find", { query: { value: "castle" } });
  expect(answer.text).toContain("Discord did not confirm");
  // Long enough for maintenance to look for deletions and to retry failed pictures.
  await pause(700);
  await harness.waitForPlaced([message]);
  fake.faults.length = 0;
  await harness.waitForPlaced([message, waiting]);
});

test("a library deleted while the bot runs stops it with the reason", async () => {
  const folder = temporaryFolder();
  const { library } = await openTestLibrary(folder);
  const running = supervise({
    token: TOKEN,
    library,
    log: pino({ level: "silent" }),
    rest: { api: harness.fake.api, globalRequestsPerSecond: 100_000 },
    watchdogMs: 20,
    signal: new AbortController().signal,
  });
  running.catch(() => undefined);
  await harness.fake.waitForConnection();
  await rm(folder, { recursive: true });
  await expect(running).rejects.toThrow(/was deleted or moved away/);
  await library.close();
});
