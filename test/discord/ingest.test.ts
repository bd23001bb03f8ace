import { setTimeout as pause } from "node:timers/promises";
import { ChannelType } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ENTIRE_LIBRARY } from "../../src/core/index.ts";
import { eventually } from "../support/eventually.ts";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { DiscordHarness, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let gate: Promise<void> | undefined;

beforeEach(async () => {
  gate = undefined;
  harness = await DiscordHarness.start(new FakeEmbedder({ beforePicture: () => gate }));
  await harness.startBot();
  await harness.index(harness.general);
});

afterEach(() => harness.dispose());

const answers = async (query: string) =>
  (await harness.slash(harness.asOwner, "find", { query: { value: query } })).reply.files.length;

test("every picture of a message is indexed, other files are not", async () => {
  const { fake, general } = harness;
  const message = fake.post(general, { pictures: [picture("red fox"), picture("snow owl")] });
  fake.post(general, { pictures: [picture("shopping list")], filename: "notes.txt" });
  await harness.waitForPlaced([message, message]);
});

test("messages of channels that are not indexed, and the bot's own, are ignored", async () => {
  const { fake, guild, general } = harness;
  const other = fake.channel(guild, "other");
  fake.post(other, { pictures: [picture("a secret")] });
  const bot = guild.members.get(fake.botId);
  fake.post(general, { pictures: [picture("own thumbnail")], ...(bot ? { by: bot } : {}) });
  const kept = fake.post(general, { pictures: [picture("kept")] });
  await harness.waitForPlaced([kept]);
});

test("a forwarded picture is found where it was forwarded to, also when the original is deleted", async () => {
  const { fake, general } = harness;
  const original = fake.post(general, { pictures: [picture("lighthouse")] });
  await harness.waitForPlaced([original]);
  const forward = fake.post(general, { forward: original });
  await harness.waitForPlaced([original, forward]);
  fake.erase([original]);
  await harness.waitForPlaced([forward]);
  expect(await answers("lighthouse")).toBe(1);
});

test("threads and forum posts of an indexed channel are indexed, also ones started later", async () => {
  const { fake, guild, general } = harness;
  const forum = fake.channel(guild, "forum", { type: ChannelType.GuildForum });
  await harness.index(forum);
  const thread = fake.thread(general, "thread");
  const post = fake.thread(forum, "post");
  const messages = [
    fake.post(thread, { pictures: [picture("in a thread")] }),
    fake.post(post, { pictures: [picture("in a forum")] }),
  ];
  await harness.waitForPlaced(messages);
  fake.dropChannel(thread);
  await harness.waitForPlaced(messages.slice(1));
});

test("an edit that removes a picture from a message erases it; a link preview changes nothing", async () => {
  const { fake, general } = harness;
  const message = fake.post(general, { pictures: [picture("first"), picture("second")] });
  await harness.waitForPlaced([message, message]);
  fake.edit(message, {});
  fake.edit(message, { attachments: message.attachments.slice(0, 1) });
  await harness.waitForPlaced([message]);
  expect(await harness.slash(harness.asOwner, "find", { query: { value: "second" } })).toMatchObject({
    reply: { files: { length: 1 } },
  });
});

test("deleted messages are erased: one, many at once, and in threads that the client has not cached", async () => {
  const { fake, general } = harness;
  const thread = fake.thread(general, "old talk");
  const messages = ["one", "two", "three"].map((word) => fake.post(general, { pictures: [picture(word)] }));
  const inThread = fake.post(thread, { pictures: [picture("four")] });
  await harness.waitForPlaced([...messages, inThread]);
  fake.gateway.dispatch("THREAD_UPDATE", {
    ...{ id: thread.id, guild_id: thread.guildId, type: 11 },
    name: "x",
    parent_id: general.id,
    thread_metadata: {
      archived: true,
      archive_timestamp: new Date().toISOString(),
      auto_archive_duration: 60,
      locked: false,
    },
  });
  fake.erase(messages.slice(0, 1));
  await harness.waitForPlaced([...messages.slice(1), inThread]);
  fake.erase(messages.slice(1));
  await harness.waitForPlaced([inThread]);
  fake.erase([inThread]);
  await harness.waitForPlaced([]);
  const { images } = await harness.library.within(ENTIRE_LIBRARY).status();
  expect(images).toBe(0);
});

test("a message deleted while its picture is being downloaded or embedded is erased", async () => {
  const { fake, general } = harness;
  let open = () => {};
  fake.cdn.gate = new Promise((resolve) => {
    open = resolve;
  });
  const fetching = fake.post(general, { pictures: [picture("still on its way")] });
  await eventually(() => expect(fake.cdn.served).toHaveLength(1));
  fake.erase([fetching]);
  await pause(50);
  open();
  fake.cdn.gate = undefined;

  let look = () => {};
  gate = new Promise((resolve) => {
    look = resolve;
  });
  const looking = fake.post(general, { pictures: [picture("being looked at")] });
  const edited = fake.post(general, { content: "look", pictures: [picture("taken off meanwhile")] });
  await eventually(() => expect(fake.cdn.served).toHaveLength(3));
  await pause(50);
  fake.erase([looking]);
  fake.edit(edited, { attachments: [] });
  await pause(50);
  look();
  gate = undefined;

  const last = fake.post(general, { pictures: [picture("the last one")] });
  await harness.waitForPlaced([last]);
  await pause(100);
  await harness.waitForPlaced([last]);
});

test("a deleted channel is erased with its threads and its tag rule", async () => {
  const { fake, guild, general } = harness;
  const doomed = fake.channel(guild, "doomed");
  await harness.index(doomed);
  const thread = fake.thread(doomed, "thread");
  const messages = [
    fake.post(doomed, { pictures: [picture("a")] }),
    fake.post(thread, { pictures: [picture("b")] }),
  ];
  const kept = fake.post(general, { pictures: [picture("c")] });
  await harness.waitForPlaced([...messages, kept]);
  fake.dropChannel(doomed);
  await harness.waitForPlaced([kept]);
  const status = await harness.slash(harness.asOwner, "index status");
  expect(status.text).not.toContain(doomed.id);
});

test("an outage of a server erases nothing and shows nothing; a removal erases everything", async () => {
  const { fake, guild, general } = harness;
  const message = fake.post(general, { pictures: [picture("tower")] });
  await harness.waitForPlaced([message]);
  guild.unavailable = true;
  fake.gateway.dispatch("GUILD_DELETE", { id: guild.id, unavailable: true });
  await pause(100);
  await harness.waitForPlaced([message]);

  const missed = fake.post(general, { pictures: [picture("bridge")], announce: false });
  guild.unavailable = false;
  fake.announceGuild(guild);
  await harness.waitForPlaced([message, missed]);

  fake.guilds.delete(guild.id);
  fake.gateway.dispatch("GUILD_DELETE", { id: guild.id });
  await harness.waitForPlaced([]);
  expect(await harness.library.settings.get(`discord:guild:${guild.id}`)).toBeUndefined();
});

test("an unusable picture is skipped, others in the same message are not", async () => {
  const { fake, general } = harness;
  fake.post(general, { pictures: [picture("broken picture")] });
  const good = fake.post(general, { pictures: [picture("good picture")] });
  await harness.waitForPlaced([good]);
});
