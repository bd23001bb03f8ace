import { setTimeout as pause } from "node:timers/promises";
import { ChannelType, PermissionFlagsBits as P } from "discord.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TagLimit } from "../../src/discord/results/tag-limit.ts";
import { eventually } from "../support/eventually.ts";
import type { FakeMember } from "./fake/model.ts";
import { DiscordHarness, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let ann: FakeMember;

beforeEach(async () => {
  harness = await DiscordHarness.start();
  ann = harness.fake.member(harness.guild, "ann");
  await harness.startBot();
});

afterEach(() => harness.dispose());

const autotag = (options: Record<string, string | number | boolean>) =>
  harness.slash(harness.asOwner, "autotag", {
    channel: { channel: harness.general },
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [name, { value }])),
  });

const reactions = () =>
  harness.fake.requests
    .filter(({ method, path }) => method === "PUT" && path.includes("/reactions/"))
    .map(({ path }) => path.split("/").slice(-4));

test("reacts with the emoji of the tag that fits, and not at all when none does", async () => {
  const { fake, general } = harness;
  await autotag({ mode: "react", labels: "🐱 cat, 🐶 dog" });
  fake.post(general, { by: ann, pictures: [picture("a bridge")] });
  const cat = fake.post(general, { by: ann, pictures: [picture("a cat")] });
  await eventually(() => expect(reactions()).toEqual([[cat.id, "reactions", "🐱", "@me"]]));
  await autotag({ mode: "off" });
  fake.post(general, { by: ann, pictures: [picture("a dog")] });
  await pause(150);
  expect(reactions()).toHaveLength(1);
});

test("replies without a ping; the poster or a moderator removes it with one click", async () => {
  const { fake, guild, general } = harness;
  await autotag({ mode: "reply", labels: "cat, dog" });
  const message = fake.post(general, { by: ann, pictures: [picture("dog")] });
  await harness.waitForBotMessage(general, "dog");
  const sent = fake.requests.find(({ method, path }) => method === "POST" && path.endsWith("/messages"));
  expect(sent?.body).toMatchObject({
    allowed_mentions: { parse: [] },
    enforce_nonce: true,
    message_reference: { message_id: message.id },
  });
  const customId = `untag:${message.id}`;
  const tags = general.messages.at(-1);
  const bob = fake.member(guild, "bob");
  expect((await harness.press({ member: bob, channel: general }, customId, undefined, tags)).text).toContain(
    "Only the person who posted",
  );
  expect((await harness.press({ member: ann, channel: general }, customId, undefined, tags)).text).toBe(
    "Removed.",
  );
});

test("tags when a picture is posted, not at every edit and link preview, in an indexed channel or not", async () => {
  const { fake, general } = harness;
  await autotag({ mode: "reply", labels: "cat, dog" });
  const tagged = () => harness.botMessages(general).filter((content) => content.includes("cat"));
  const message = fake.post(general, { by: ann, content: "a cta", pictures: [picture("cat")] });
  await harness.waitForBotMessage(general, "cat");
  fake.edit(message, { content: "a cat" });
  fake.edit(message, {});
  await harness.index(general);
  fake.edit(message, { content: "my cat" });
  await harness.slash(harness.asOwner, "index pause", { channel: { channel: general } });
  fake.edit(message, { content: "our cat" });
  fake.post(general, { by: ann, pictures: [picture("dog")] });
  await harness.waitForBotMessage(general, "dog");
  expect(tagged()).toHaveLength(1);
});

test("does not tag pictures of bots, of those who opted out, or its own", async () => {
  const { fake, guild, general } = harness;
  await autotag({ mode: "react", labels: "🐱 cat" });
  await harness.slash({ member: ann, channel: general }, "privacy opt-out");
  fake.post(general, { by: ann, pictures: [picture("cat")] });
  fake.post(general, { by: fake.member(guild, "robot", [], true), pictures: [picture("cat")] });
  await pause(200);
  expect(reactions()).toEqual([]);
});

test("writes to a log channel only when all its readers can see the pictures' channel", async () => {
  const { fake, guild, general } = harness;
  const log = fake.channel(guild, "log");
  const answer = await harness.slash(harness.asOwner, "autotag", {
    channel: { channel: general },
    mode: { value: "log" },
    labels: { value: "cat" },
    log: { channel: log },
  });
  expect(answer.text).toContain("log channel");
  const message = fake.post(general, { by: ann, pictures: [picture("cat")] });
  await harness.waitForBotMessage(log, message.id);

  const closed = fake.channel(guild, "closed", {
    overwrites: [
      { id: guild.id, type: 0, deny: P.ViewChannel },
      { id: fake.botId, type: 1, allow: P.ViewChannel | P.ReadMessageHistory },
    ],
  });
  const refused = await harness.slash(harness.asOwner, "autotag", {
    channel: { channel: closed },
    mode: { value: "log" },
    labels: { value: "cat" },
    log: { channel: log },
  });
  expect(refused.text).toContain("Not everybody who reads that log channel");
});

test("points out reposts, but not a user's own correction and not a forward", async () => {
  const { fake, guild, general } = harness;
  await harness.index(general);
  await autotag({ mode: "react", reposts: true });
  const bob = fake.member(guild, "bob");
  const first = fake.post(general, { by: ann, pictures: [picture("statue")] });
  await harness.waitForPlaced([first]);
  const corrected = fake.post(general, { by: ann, pictures: [picture("statue")] });
  const forward = fake.post(general, { by: bob, forward: first });
  await harness.waitForPlaced([first, corrected, forward]);
  const repost = fake.post(general, { by: bob, pictures: [picture("statue")] });
  await eventually(() => expect(reactions()).toEqual([[repost.id, "reactions", "♻️", "@me"]]));
  // A deleted post is not the original of a repost.
  fake.erase([first, corrected, forward, repost]);
  await harness.waitForPlaced([]);
  const alone = fake.post(general, { by: bob, pictures: [picture("statue")] });
  await harness.waitForPlaced([alone]);
  await pause(100);
  expect(reactions()).toHaveLength(1);
});

test("the pictures of one message get one answer, numbered, and each spoiler stays one", async () => {
  const { fake, general } = harness;
  await autotag({ mode: "reply", labels: "cat, dog, bird" });
  const shows = ["cat", "a bridge", "dog", "cat", "bird", "dog", "cat", "dog", "bird", "cat"];
  fake.post(general, { by: ann, pictures: shows.map(picture) });
  await harness.waitForBotMessage(general, "cat");
  const [text = ""] = harness.botMessages(general);
  expect(harness.botMessages(general)).toHaveLength(1);
  expect(text).toContain("**1** 🏷️ cat");
  expect(text).toContain("**10** 🏷️ cat");
  expect(text).not.toContain("**2**");
  fake.post(general, { by: ann, pictures: [picture("dog"), picture("bird")], spoiler: true });
  await harness.waitForBotMessage(general, "||dog||");
  expect(harness.botMessages(general)[1]).toBe("**1** 🏷️ ||dog||\n**2** 🏷️ ||bird||");
});

test("in a raid so many messages are tagged, and one message a while says how many were not", async () => {
  const { fake, general } = harness;
  await harness.stopBot();
  const windowMs = 2_000;
  await harness.startBot({ tagLimits: { most: 3, windowMs } });
  await autotag({ mode: "reply", labels: "cat, dog" });
  const start = Date.now();
  for (let at = 0; at < 40; at += 1) fake.post(general, { by: ann, pictures: [picture("cat")] });
  const tagged = () => harness.botMessages(general).filter((text) => text.includes("🏷️ cat")).length;
  const summaries = () =>
    harness
      .botMessages(general)
      .flatMap((text) => [...text.matchAll(/(\d+) more message/g)].map((match) => Number(match[1])));
  const skipped = () => summaries().reduce((sum, count) => sum + count, 0);
  await eventually(() => expect(tagged() + skipped()).toBe(40));
  const windows = Math.ceil((Date.now() - start) / windowMs);
  expect(tagged()).toBeLessThanOrEqual(3 * windows);
  const logged = harness.bot?.log.filter((line) => line.includes("stay untagged")) ?? [];
  expect(logged).toHaveLength(summaries().length);
});

test("the limit of a channel is its own, and what is left out is told once, at the end", () => {
  vi.useFakeTimers();
  try {
    const limit = new TagLimit({ most: 2, windowMs: 60_000 });
    const told: number[] = [];
    const take = (channelId: string) => limit.take(channelId, (skipped) => void told.push(skipped));
    expect(["a", "a", "a", "b", "a", "b"].map(take)).toEqual([true, true, false, true, false, true]);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([2]);
    expect(take("a")).toBe(true);
    limit.close();
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([2]);
  } finally {
    vi.useRealTimers();
  }
});

test("a rule is refused where the bot may not do it, or with an emoji of another server", async () => {
  const { fake, guild, general } = harness;
  fake.overwrite(general, { id: fake.botId, type: 1, deny: P.AddReactions });
  await eventually(async () =>
    expect((await autotag({ mode: "react", labels: "🐱 cat" })).text).toContain(
      "give it Add Reactions there",
    ),
  );
  fake.overwrite(general, { id: fake.botId, type: 1, allow: P.AddReactions, deny: P.SendMessages });
  await eventually(async () =>
    expect((await autotag({ mode: "reply", labels: "cat" })).text).toContain("give it Send Messages there"),
  );
  expect((await autotag({ mode: "react", labels: "<:cat:77> cat" })).text).toContain("not of this server");
  fake.emoji.set(guild.id, ["77"]);
  expect((await autotag({ mode: "react", labels: "<:cat:77> cat, 👨‍👩‍👧 family" })).text).toContain(
    "👨‍👩‍👧 family",
  );
  const cat = fake.post(general, { by: ann, pictures: [picture("cat")] });
  await eventually(() => expect(reactions()).toEqual([[cat.id, "reactions", "cat:77", "@me"]]));
});

test("managers read every rule that they can see, and what is not named stays as it was", async () => {
  const { fake, guild, general } = harness;
  const log = fake.channel(guild, "log");
  await harness.slash(harness.asOwner, "autotag set", {
    channel: { channel: general },
    mode: { value: "log" },
    labels: { value: "cat, dog" },
    threshold: { value: 0.4 },
    log: { channel: log },
    reposts: { value: true },
    "repost-wait": { value: 12 },
  });
  await autotag({ mode: "off" });
  await autotag({ mode: "log" });
  const listed = await harness.slash(harness.asOwner, "autotag list");
  for (const part of [general.id, log.id, "cat, dog", "from 0.4 on", "after 12 hours"])
    expect(listed.text).toContain(part);
  const staff = fake.member(guild, "staff", [fake.role(guild, "staff", P.ManageGuild)]);
  fake.overwrite(general, { id: staff.userId, type: 1, deny: P.ViewChannel });
  const seen = await harness.slash({ member: staff, channel: log }, "autotag list");
  expect(seen.text).toContain("No channel that you can see has a rule");
});

test("a repost is pointed out with who posted it first and when, after the wait, and never where it is allowed", async () => {
  const { fake, guild, general } = harness;
  await harness.index(general);
  const bob = fake.member(guild, "bob");
  await harness.slash(harness.asOwner, "autotag set", {
    channel: { channel: general },
    mode: { value: "reply" },
    reposts: { value: true },
    "repost-wait": { value: 2 },
  });
  const hour = 3_600_000;
  const post = async (words: string, by: FakeMember, at = Date.now()) => {
    const message = fake.post(general, { by, pictures: [picture(words)], at });
    await eventually(async () => expect(await harness.placedMessageIds()).toContain(message.id));
    return message;
  };
  const old = await post("statue", ann, Date.now() - 3 * hour);
  await post("fountain", ann, Date.now() - hour);
  await post("fountain", bob);
  await post("statue", bob);
  await harness.waitForBotMessage(general, old.id);
  const notices = () => harness.botMessages(general).filter((text) => text.includes("♻️"));
  expect(notices()).toHaveLength(1);
  expect(notices()[0]).toMatch(new RegExp(`first posted by <@${ann.userId}> on <t:\\d+:d>`));
  const message = { value: `https://discord.com/channels/${guild.id}/${general.id}/${old.id}` };
  const allowed = await harness.slash(harness.asOwner, "autotag allow", { message });
  expect(allowed.text).toContain("may be posted again without a notice");
  await post("statue", bob);
  await harness.slash(harness.asOwner, "autotag allow", { message, again: { value: false } });
  const last = await post("statue", bob);
  await eventually(() => expect(notices()).toHaveLength(2));
  expect(general.messages.filter(({ answers }) => answers === last.id)).toHaveLength(1);
});

test("a repost's notice goes with the post that it names, and reactions with their picture", async () => {
  const { fake, guild, general } = harness;
  await harness.index(general);
  const bob = fake.member(guild, "bob");
  await autotag({ mode: "reply", reposts: true });
  const first = fake.post(general, { by: ann, pictures: [picture("statue")], at: Date.now() - 3_600_000 });
  await harness.waitForPlaced([first]);
  fake.post(general, { by: bob, pictures: [picture("statue")] });
  await harness.waitForBotMessage(general, "first posted by");
  await harness.slash({ member: ann, channel: general }, "privacy delete");
  await eventually(() => expect(harness.botMessages(general).join()).not.toContain("first posted by"));
  await autotag({ mode: "react", labels: "🐱 cat" });
  const cat = fake.post(general, { by: ann, pictures: [picture("cat")], at: Date.now() + 1_000 });
  await eventually(() => expect(reactions()).toEqual([[cat.id, "reactions", "🐱", "@me"]]));
  fake.edit(cat, { attachments: [], content: "no cat" });
  await eventually(() =>
    expect(
      fake.requests.some(
        ({ method, path }) => method === "DELETE" && path.includes(`${cat.id}/reactions/🐱`),
      ),
    ).toBe(true),
  );
});

test("in a forum the bot answers in threads, for which it needs another permission", async () => {
  const { fake, guild } = harness;
  const forum = fake.channel(guild, "forum", { type: ChannelType.GuildForum });
  const rule = () =>
    harness.slash(harness.asOwner, "autotag", {
      channel: { channel: forum },
      mode: { value: "reply" },
      labels: { value: "cat" },
    });
  fake.overwrite(forum, { id: fake.botId, type: 1, deny: P.SendMessagesInThreads });
  await eventually(async () => expect((await rule()).text).toContain("give it Send Messages in Threads"));
  fake.overwrite(forum, { id: fake.botId, type: 1, allow: P.SendMessagesInThreads, deny: P.SendMessages });
  await eventually(async () => expect((await rule()).text).toContain("reply to the picture"));
});
