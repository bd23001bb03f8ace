import { setTimeout as pause } from "node:timers/promises";
import { PermissionFlagsBits as P } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
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
