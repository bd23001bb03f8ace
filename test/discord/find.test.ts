import { setTimeout as pause } from "node:timers/promises";
import { PermissionFlagsBits as P } from "discord.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRateLimits } from "../../src/discord/commands/rate-limit.ts";
import { eventually } from "../support/eventually.ts";
import type { FakeReply } from "./fake/interactions.ts";
import type { FakeMember, FakeMessage } from "./fake/model.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let ann: Invoker;
let bob: FakeMember;
const posts = new Map<string, FakeMessage>();
const DAY = 86_400_000;

beforeAll(async () => {
  harness = await DiscordHarness.start();
  await harness.startBot();
  const { fake, guild, general } = harness;
  ann = { member: fake.member(guild, "ann"), channel: general };
  bob = fake.member(guild, "bob");
  await harness.index(general);
  for (let at = 0; at < 20; at++) post(`boat ${at}`, { at: Date.now() - at * DAY });
  post("sunset beach", { by: bob });
  post("beach umbrella", { filename: "[x](https://evil.example) @everyone `code`.png" });
  post("red car", { spoiler: true });
  await harness.waitForPlaced([...posts.values()]);
});

afterAll(() => harness.dispose());

function post(words: string, more: object = {}): void {
  posts.set(words, harness.fake.post(harness.general, { pictures: [picture(words)], ...more }));
}

const found = (answer: FakeReply): string[] => {
  const names = new Map([...posts].map(([words, { id }]) => [id, words]));
  return [...answer.text.matchAll(/channels\/\d+\/\d+\/(\d+)/g)].map(
    (match) => names.get(match[1] ?? "") ?? "?",
  );
};
const button = (answer: FakeReply, start: string, end = "") =>
  answer.reply.components.find(({ customId }) => customId.startsWith(start) && customId.endsWith(end));

test("pages forward and back, and its buttons survive a restart", async () => {
  const first = await harness.slash(ann, "find", { query: { value: "boat" } });
  expect(found(first)).toHaveLength(9);
  expect(button(first, "page:", ":p")?.disabled).toBe(true);
  await harness.restartBot();
  const second = await harness.press(ann, button(first, "page:", ":n")?.customId ?? "");
  expect(second.callbacks[0]?.type).toBe(6);
  expect(new Set([...found(first), ...found(second)]).size).toBe(18);
  const third = await harness.press(ann, button(second, "page:", ":n")?.customId ?? "");
  expect(button(third, "page:", ":n")?.disabled).toBe(true);
  expect(found(third)).toHaveLength(5);
  const back = await harness.press(ann, button(third, "page:", ":p")?.customId ?? "");
  expect(found(back)).toEqual(found(second));
});

test("the viewer alone marks which picture was meant, and only one that they may see", async () => {
  const viewer = { member: harness.fake.member(harness.guild, "cat"), channel: harness.general };
  const { userId } = viewer.member;
  const answer = await harness.slash(viewer, "find", { query: { value: "red car" } });
  const menu = button(answer, "mark:")?.customId ?? "";
  const id = (await harness.library.posts.placements({ guildId: harness.guild.id })).find(
    ({ placement }) => placement.messageId === posts.get("red car")?.id,
  )?.id;
  const noted = await harness.press(viewer, menu, [id ?? ""]);
  expect(noted).toMatchObject({ ephemeral: true, text: expect.stringContaining("Noted") });
  await harness.press(ann, menu, [id ?? ""]);
  await harness.press(viewer, menu, ["f".repeat(64)]);
  await harness.press(viewer, menu, ["../etc"]);
  const { marks } = harness.library;
  const own = { guildId: harness.guild.id, userId };
  expect(await marks.list({ guildId: harness.guild.id })).toMatchObject([
    { maker: own, question: "red car", id, isRight: true },
  ]);
  expect(await marks.list("owner")).toEqual([]);
  const exported = await harness.slash(viewer, "privacy export");
  expect(Buffer.from(exported.reply.files[0]?.bytes ?? []).toString()).toContain('"question": "red car"');
  await harness.press(viewer, menu, ["none"]);
  expect(await marks.list({ userId })).toMatchObject([{ question: "red car", id: null }]);
  await harness.slash(viewer, "privacy delete");
  expect(await marks.list({ userId })).toEqual([]);
});

test("combines words and a picture", async () => {
  const attachment = harness.fake.attach(picture("umbrella"));
  const answer = await harness.slash(ann, "find", { query: { value: "beach" }, image: { attachment } });
  expect(found(answer)[0]).toBe("beach umbrella");
});

test("narrows by author, day and order; without a query it shows the newest", async () => {
  const byBob = await harness.slash(ann, "find", {
    query: { value: "beach" },
    author: { userId: bob.userId },
  });
  expect(found(byBob)).toEqual(["sunset beach"]);
  const day = (age: number) => new Date(Date.now() - age * DAY).toISOString().slice(0, 10);
  const old = await harness.slash(ann, "find", { query: { value: "boat" }, until: { value: day(17) } });
  expect(found(old).sort()).toEqual(["boat 17", "boat 18", "boat 19"]);
  const oldest = await harness.slash(ann, "find", {
    query: { value: "boat" },
    sort: { value: "oldest" },
    until: { value: day(17) },
  });
  expect(found(oldest)).toEqual(["boat 19", "boat 18", "boat 17"]);
  const newest = await harness.slash(ann, "find", { since: { value: "1d" } });
  expect(found(newest)).toContain("red car");
  const wrong = await harness.slash(ann, "find", { query: { value: "boat" }, since: { value: "soon" } });
  expect(wrong.text).toContain("“soon” is no date. Write 2026");
});

test("user text stays text: no link, no ping, no formatting", async () => {
  const answer = await harness.slash(ann, "find", {
    query: { value: "beach **umbrella** @everyone [a](https://evil.example)" },
  });
  expect(answer.text).not.toContain("](https://evil.example)");
  expect(answer.text).not.toContain("@everyone");
  expect(answer.text).toContain("\\*\\*umbrella\\*\\*");
  expect(answer.reply.raw).toMatchObject({ allowed_mentions: { parse: [] } });
});

test("spoilers stay hidden until clicked", async () => {
  const answer = await harness.slash(ann, "find", { query: { value: "red car" } });
  expect(JSON.stringify(answer.reply.raw)).toMatch(/"description":"1: [^}]*"spoiler":true/);
});

test("finds pictures similar to one of the hits", async () => {
  const first = await harness.slash(ann, "find", { query: { value: "sunset" } });
  const select = button(first, "like:");
  const more = await harness.press(ann, select?.customId ?? "");
  expect(more.callbacks[0]?.type).toBe(5);
  expect(more.ephemeral).toBe(true);
  expect(found(more)[0]).toBe("beach umbrella");
  expect(found(more)).not.toContain("sunset beach");
});

const chosen = (answer: FakeReply): unknown[] => {
  const defaults: unknown[] = [];
  JSON.stringify(answer.reply.raw, (key, value) => {
    if (key === "default_values") defaults.push(...value);
    if (value?.default === true) defaults.push(value.value);
    return value;
  });
  return defaults;
};

test("filters are menus in the answer, which it follows at once", async () => {
  const { general } = harness;
  const first = await harness.slash(ann, "find", { query: { value: "boat" } });
  const opened = await harness.press(ann, button(first, "filter:")?.customId ?? "");
  expect(opened.callbacks[0]?.type).toBe(6);
  expect(found(opened)).toEqual(found(first));
  expect(button(opened, "like:")).toBeUndefined();
  expect(chosen(opened)).toEqual(["relevance"]);
  const pick = async (from: FakeReply, what: string, values: string[], menu?: 5 | 8) =>
    harness.press(ann, button(from, "by:", `:${what}`)?.customId ?? "", values, undefined, menu);
  const lately = await pick(opened, "time", ["7d"]);
  expect(found(lately)).toContain("boat 1");
  expect(found(lately).filter((words) => /boat ([89]|1\d)$/.test(words))).toEqual([]);
  const ordered = await pick(lately, "sort", ["oldest"]);
  expect(found(ordered)).toEqual([...found(ordered)].sort().reverse());
  expect(chosen(ordered)).toEqual(["7d", "oldest"]);
  const byBob = await pick(ordered, "author", [bob.userId], 5);
  expect(found(byBob)).toEqual([]);
  expect(chosen(byBob)).toContainEqual({ id: bob.userId, type: "user" });
  const byAll = await pick(byBob, "author", [], 5);
  expect(found(byAll)).toEqual(found(ordered));
  const here = await pick(byAll, "channel", [general.id], 8);
  expect(found(here)).toEqual(found(ordered));
  const closed = await harness.press(ann, button(here, "page:", ":f")?.customId ?? "");
  expect(button(closed, "like:")).toBeDefined();
  expect(found(closed)).toEqual(found(ordered));
  for (const [what, value] of [
    ["author", "<@1>"],
    ["channel", "../x"],
    ["sort", "worst"],
    ["__proto__", "1"],
  ]) {
    const id = `by:${button(opened, "filter:")?.customId ?? button(first, "filter:")?.customId.split(":")[1]}:${what}`;
    const forged = await harness.press(ann, id, [value ?? ""]);
    expect(forged.followUps[0]?.text, what).toContain("too old, or it is somebody else's");
  }
});

test("a picture that was not meant is left out, and noted as not meant", async () => {
  const viewer = { member: harness.fake.member(harness.guild, "dan"), channel: harness.general };
  const first = await harness.slash(viewer, "find", { query: { value: "beach" } });
  const before = found(first);
  const menu = button(first, "mark:");
  const not = menu?.values.find((value) => value.startsWith("not-")) ?? "";
  const second = await harness.press(viewer, menu?.customId ?? "", [not]);
  expect(found(second).slice(0, before.length - 1)).toEqual(before.slice(1));
  expect(second.text).toMatch(/^\*\*1\*\*/m);
  const { userId } = viewer.member;
  expect(await harness.library.marks.list({ userId })).toMatchObject([
    { question: "beach", id: not.slice("not-".length), isRight: false },
  ]);
  const like = await harness.press(viewer, button(second, "like:")?.customId ?? "");
  const choices = button(like, "mark:")?.values ?? [];
  expect(choices.every((value) => value.startsWith("not-"))).toBe(true);
  await harness.slash(viewer, "privacy delete");
});

test("who else can see a picture is said to who can", async () => {
  const { fake, guild, general } = harness;
  const first = await harness.slash(ann, "find", { query: { value: "sunset beach" } });
  const menu = button(first, "who:");
  const ask = () => harness.press(ann, menu?.customId ?? "", [menu?.values[0] ?? ""]);
  expect((await ask()).text).toBe(`Everybody in this server can open <#${general.id}>.`);
  const crew = fake.role(guild, "crew");
  fake.overwrite(general, { id: guild.id, type: 0, deny: P.ViewChannel });
  fake.overwrite(general, { id: fake.botId, type: 1, allow: P.ViewChannel });
  fake.overwrite(general, { id: ann.member.userId, type: 1, allow: P.ViewChannel });
  fake.overwrite(general, { id: crew, type: 0, allow: P.ViewChannel });
  expect((await ask()).text).toBe(
    `These can open <#${general.id}>: <@&${crew}>, 1 member named there, the owner and administrators.`,
  );
  general.overwrites = [];
  fake.overwrite(general, { id: bob.userId, type: 1, deny: P.ViewChannel });
  expect((await ask()).text).toContain("except those who are denied it there");
  general.overwrites = [];
  fake.reveal(general);
  expect((await ask()).text).toContain("Everybody");
});

test("shares a page with the channel, with no button but the one that takes it back", async () => {
  const first = await harness.slash(ann, "find", { query: { value: "sunset beach" } });
  const shown = await harness.press(ann, button(first, "show:")?.customId ?? "");
  await eventually(() => expect(shown.followUps).toHaveLength(1));
  expect(shown.followUps[0]?.text).toContain(posts.get("sunset beach")?.id);
  expect(shown.followUps[0]?.components.map(({ customId }) => customId.split(":")[0])).toEqual(["unshow"]);
});

test("other users' buttons, stale and forged ones do nothing", async () => {
  const first = await harness.slash(ann, "find", { query: { value: "boat" } });
  const next = button(first, "page:", ":n")?.customId ?? "";
  const id = next.split(":")[1] ?? "";
  const stranger = await harness.press({ member: bob, channel: harness.general }, next);
  expect(stranger.followUps[0]?.text).toContain("somebody else's");
  for (const forged of [
    `page:${id}:-1:n`,
    `page:${id}:1e9:n`,
    "page",
    "page:../..:1",
    "show::",
    "like:x:y",
    "untag:1:2",
    "__proto__",
    "constructor:1",
    `page:${"x".repeat(90)}`,
  ]) {
    const answer = await harness.press(ann, forged, forged.startsWith("like") ? ["' OR 1=1 --"] : undefined);
    const replies = [answer.text, ...answer.followUps.map(({ text }) => text)].join("\n");
    expect(replies, forged).not.toBe("");
    expect(replies, forged).not.toContain("Something went wrong");
    expect(found(answer), forged).toEqual([]);
  }
});

test("Find similar and Classify work on a picture in a message", async () => {
  const message = posts.get("sunset beach");
  if (!message) throw new Error("posted above");
  const similar = await harness.menu(ann, "Find similar", message);
  expect(found(similar)[0]).toBe("beach umbrella");
  expect(found(similar)).not.toContain("sunset beach");
  expect(similar.text).toContain("The example itself is in the library");
  const classified = await harness.menu(ann, "Classify", message);
  expect(classified.text).toMatch(/% · /);
  expect(classified.text).not.toContain("pictures:");
  const many = harness.fake.post(harness.general, {
    pictures: Array.from({ length: 6 }, (_, at) => picture(`cat ${at}`)),
    announce: false,
  });
  const text = (await harness.menu(ann, "Classify", many)).text;
  expect(text).toContain("The first 4 of 6 pictures:");
  expect(text).toContain("**4**");
  const empty = harness.fake.post(harness.general, { content: "words only" });
  expect((await harness.menu(ann, "Classify", empty)).text).toContain("no picture attached");
});

test("classifies among given labels, or says that none fits", async () => {
  const attachment = harness.fake.attach(picture("cat"));
  const answer = await harness.slash(ann, "classify", {
    image: { attachment },
    labels: { value: "dog, cat, car" },
  });
  expect(answer.text.split("\n")[0]).toMatch(/% · cat$/);
  const none = await harness.slash(ann, "classify", { image: { attachment }, labels: { value: "dog, car" } });
  expect(none.text).toContain("None of these");
});

test("a file that is no picture, or comes from elsewhere, is refused with a reason", async () => {
  const broken = harness.fake.attach(picture("broken"));
  expect((await harness.slash(ann, "find", { image: { attachment: broken } })).text).toContain(
    "could not be used",
  );
  const elsewhere = {
    ...harness.fake.attach(picture("cat")),
    url: "https://evil.example/attachments/1/2/a.png",
  };
  expect((await harness.slash(ann, "find", { image: { attachment: elsewhere } })).text).toContain(
    "it does not lie with Discord",
  );
});

test("a picture that Discord no longer serves is reported as such", async () => {
  harness.fake.cdn.next = "missing";
  const gone = harness.fake.attach(picture("cat"));
  for (const command of ["find", "classify"]) {
    const answer = await harness.slash(ann, command, { image: { attachment: gone } });
    expect(answer.text).toBe("That picture could not be fetched from Discord. Please try again.");
  }
});

test("a picture posted again is shown where it was posted last, with what its poster wrote of it", async () => {
  const { fake, guild } = harness;
  const yard = fake.channel(guild, "yard");
  await harness.index(yard);
  const old = fake.post(yard, { pictures: [picture("weathercock")], at: Date.now() - 2 * DAY });
  const again = fake.post(yard, { pictures: [picture("weathercock")], description: "our *rooster* of tin" });
  const hidden = fake.post(yard, { pictures: [picture("spoilt")], description: "the ending", spoiler: true });
  await eventually(async () =>
    expect(await harness.placedMessageIds()).toEqual(expect.arrayContaining([old.id, again.id, hidden.id])),
  );
  const ask = (options: object) =>
    harness.slash(ann, "find", { query: { value: "weathercock" }, channel: { channel: yard }, ...options });
  const answer = await ask({});
  expect(answer.text).toContain(again.id);
  expect(answer.text).not.toContain(old.id);
  expect(answer.text).toContain("1: our *rooster* of tin, posted");
  expect(answer.text).not.toContain("the ending");
  expect((await ask({ sort: { value: "oldest" } })).text).toContain(old.id);
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: yard } });
});

test("reposts are grouped, oldest first", async () => {
  const { fake, general } = harness;
  const again = fake.post(general, { pictures: [picture("sunset beach")] });
  await eventually(async () => expect(await harness.placedMessageIds()).toContain(again.id));
  posts.set("again", again);
  const answer = await harness.slash(ann, "duplicates");
  expect(found(answer)).toEqual(["sunset beach", "again"]);
  expect(answer.text).toContain("2 times");
});

test("captions are searched only where the server keeps them, and erased when it stops", async () => {
  const { fake, general } = harness;
  const off = await harness.slash(ann, "find", { caption: { value: "Lisbon" } });
  expect(off.text).toContain("keeps no captions");
  await harness.slash(harness.asOwner, "index captions", { keep: { value: true } });
  const message = fake.post(general, { content: "our days in lisbon", pictures: [picture("tram")] });
  posts.set("tram", message);
  await eventually(async () => expect(await harness.placedMessageIds()).toContain(message.id));
  expect(found(await harness.slash(ann, "find", { caption: { value: "Lisbon days" } }))).toEqual(["tram"]);
  fake.edit(message, { content: "our days in porto" });
  await eventually(async () =>
    expect(found(await harness.slash(ann, "find", { caption: { value: "porto" } }))).toEqual(["tram"]),
  );
  await harness.slash(harness.asOwner, "index captions", { keep: { value: false } });
  const [kept] = await harness.library.posts.placements({
    guildId: harness.guild.id,
    messageIds: [message.id],
  });
  expect(kept?.placement.caption).toBeUndefined();
});

test("autocompletes nothing but its own presets", async () => {
  const answer = harness.fake.complete(
    { userId: harness.owner.userId, channel: harness.general },
    "autotag",
    {
      name: "labels",
      value: "cat",
    },
  );
  await eventually(() => expect(answer.callbacks).toHaveLength(1));
  expect(answer.callbacks[0]?.data.text).toContain("🐱 cat");
  const none = harness.fake.complete({ userId: harness.owner.userId, channel: harness.general }, "find", {
    name: "query",
    value: "boat",
  });
  await eventually(() => expect(none.callbacks[0]?.data.text).toBe("[]"));
});

test("too many queries at once are refused politely", async () => {
  await harness.stopBot();
  await harness.startBot({ rateLimits: createRateLimits({ burst: 2, perMs: 600_000 }) });
  await pause(50);
  const answers = [];
  for (let at = 0; at < 3; at++) answers.push(await harness.slash(ann, "find", { query: { value: "boat" } }));
  expect(answers.map((answer) => answer.text.includes("a lot of questions"))).toEqual([false, false, true]);
  expect(answers.every(({ ephemeral }) => ephemeral)).toBe(true);
});
