import { setTimeout as pause } from "node:timers/promises";
import { PermissionFlagsBits as P } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FakeMember } from "./fake/model.ts";
import { eventually } from "./support/eventually.ts";
import { picture, Stage } from "./support/stage.ts";

let stage: Stage;
let ann: FakeMember;

beforeEach(async () => {
  stage = await Stage.set();
  ann = stage.fake.member(stage.guild, "ann");
  await stage.start();
});

afterEach(() => stage.strike());

const autotag = (options: Record<string, string | number | boolean>) =>
  stage.ask(stage.asOwner, "autotag", {
    channel: { channel: stage.general },
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [name, { value }])),
  });

const reactions = () =>
  stage.fake.requests
    .filter(({ method, path }) => method === "PUT" && path.includes("/reactions/"))
    .map(({ path }) => path.split("/").slice(-4));

test("reacts with the emoji of the tag that fits, and not at all when none does", async () => {
  const { fake, general } = stage;
  await autotag({ mode: "react", labels: "🐱 cat, 🐶 dog" });
  fake.post(general, { by: ann, pictures: [picture("a bridge")] });
  const cat = fake.post(general, { by: ann, pictures: [picture("a cat")] });
  await eventually(() => expect(reactions()).toEqual([[cat.id, "reactions", "🐱", "@me"]]));
  await autotag({ mode: "off" });
  fake.post(general, { by: ann, pictures: [picture("a dog")] });
  await pause(150);
  expect(reactions()).toHaveLength(1);
});

test("replies without a ping; the poster or a moderator takes it away with one tap", async () => {
  const { fake, guild, general } = stage;
  await autotag({ mode: "reply", labels: "cat, dog" });
  const message = fake.post(general, { by: ann, pictures: [picture("dog")] });
  await stage.untilSaid(general, "dog");
  const sent = fake.requests.find(({ method, path }) => method === "POST" && path.endsWith("/messages"));
  expect(sent?.body).toMatchObject({
    allowed_mentions: { parse: [] },
    enforce_nonce: true,
    message_reference: { message_id: message.id },
  });
  const customId = `untag:${general.id}:${message.id}`;
  const bob = fake.member(guild, "bob");
  expect((await stage.press({ who: bob, where: general }, customId)).text).toContain(
    "Only the person who posted",
  );
  expect((await stage.press({ who: ann, where: general }, customId)).text).toBe("Removed.");
});

test("tags when a picture is posted, not at every edit and link preview, in an indexed channel or not", async () => {
  const { fake, general } = stage;
  await autotag({ mode: "reply", labels: "cat, dog" });
  const tagged = () => stage.saidIn(general).filter((said) => said.includes("cat"));
  const message = fake.post(general, { by: ann, content: "a cta", pictures: [picture("cat")] });
  await stage.untilSaid(general, "cat");
  fake.edit(message, { content: "a cat" });
  fake.edit(message, {});
  await stage.index(general);
  fake.edit(message, { content: "my cat" });
  await stage.ask(stage.asOwner, "index pause", { channel: { channel: general } });
  fake.edit(message, { content: "our cat" });
  fake.post(general, { by: ann, pictures: [picture("dog")] });
  await stage.untilSaid(general, "dog");
  expect(tagged()).toHaveLength(1);
});

test("does not tag pictures of programs, of those who opted out, or its own", async () => {
  const { fake, guild, general } = stage;
  await autotag({ mode: "react", labels: "🐱 cat" });
  await stage.ask({ who: ann, where: general }, "privacy opt-out");
  fake.post(general, { by: ann, pictures: [picture("cat")] });
  fake.post(general, { by: fake.member(guild, "robot", [], true), pictures: [picture("cat")] });
  await pause(200);
  expect(reactions()).toEqual([]);
});

test("writes to a log channel only when all its readers can see the pictures' channel", async () => {
  const { fake, guild, general } = stage;
  const log = fake.channel(guild, "log");
  const answer = await stage.ask(stage.asOwner, "autotag", {
    channel: { channel: general },
    mode: { value: "log" },
    labels: { value: "cat" },
    log: { channel: log },
  });
  expect(answer.text).toContain("log channel");
  const message = fake.post(general, { by: ann, pictures: [picture("cat")] });
  await stage.untilSaid(log, message.id);

  const closed = fake.channel(guild, "closed", {
    overwrites: [
      { id: guild.id, type: 0, deny: P.ViewChannel },
      { id: fake.botId, type: 1, allow: P.ViewChannel | P.ReadMessageHistory },
    ],
  });
  const refused = await stage.ask(stage.asOwner, "autotag", {
    channel: { channel: closed },
    mode: { value: "log" },
    labels: { value: "cat" },
    log: { channel: log },
  });
  expect(refused.text).toContain("Not everybody who reads that log channel");
});

test("points out reposts, but not a person's own correction and not a forward", async () => {
  const { fake, guild, general } = stage;
  await stage.index(general);
  await autotag({ mode: "react", reposts: true });
  const bob = fake.member(guild, "bob");
  const first = fake.post(general, { by: ann, pictures: [picture("statue")] });
  await stage.untilPlaced([first]);
  const corrected = fake.post(general, { by: ann, pictures: [picture("statue")] });
  const forward = fake.post(general, { by: bob, forward: first });
  await stage.untilPlaced([first, corrected, forward]);
  const repost = fake.post(general, { by: bob, pictures: [picture("statue")] });
  await eventually(() => expect(reactions()).toEqual([[repost.id, "reactions", "♻️", "@me"]]));
  // Deleted posts are no reposts' originals.
  fake.erase([first, corrected, forward, repost]);
  await stage.untilPlaced([]);
  const alone = fake.post(general, { by: bob, pictures: [picture("statue")] });
  await stage.untilPlaced([alone]);
  await pause(100);
  expect(reactions()).toHaveLength(1);
});
