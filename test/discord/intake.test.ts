import { setTimeout as pause } from "node:timers/promises";
import { ChannelType } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { eventually } from "./support/eventually.ts";
import { picture, Stage } from "./support/stage.ts";

let stage: Stage;
let gate: Promise<void> | undefined;

beforeEach(async () => {
  gate = undefined;
  stage = await Stage.set(new FakeEmbedder({ beforePicture: () => gate }));
  await stage.start();
  await stage.index(stage.general);
});

afterEach(() => stage.strike());

const answers = async (query: string) =>
  (await stage.ask(stage.asOwner, "find", { query: { value: query } })).reply.files.length;

test("every picture of a message is kept, other files are not", async () => {
  const { fake, general } = stage;
  const message = fake.post(general, { pictures: [picture("red fox"), picture("snow owl")] });
  fake.post(general, { pictures: [picture("shopping list")], filename: "notes.txt" });
  await stage.untilPlaced([message, message]);
});

test("messages of channels that are not indexed, and the bot's own, are not kept", async () => {
  const { fake, guild, general } = stage;
  const other = fake.channel(guild, "other");
  fake.post(other, { pictures: [picture("a secret")] });
  const bot = guild.members.get(fake.botId);
  fake.post(general, { pictures: [picture("own thumbnail")], ...(bot ? { by: bot } : {}) });
  const kept = fake.post(general, { pictures: [picture("kept")] });
  await stage.untilPlaced([kept]);
});

test("a forwarded picture is found where it was forwarded to, also when the original goes", async () => {
  const { fake, general } = stage;
  const original = fake.post(general, { pictures: [picture("lighthouse")] });
  await stage.untilPlaced([original]);
  const forward = fake.post(general, { forward: original });
  await stage.untilPlaced([original, forward]);
  fake.erase([original]);
  await stage.untilPlaced([forward]);
  expect(await answers("lighthouse")).toBe(1);
});

test("threads and forum posts of an indexed channel are kept, also ones begun later", async () => {
  const { fake, guild, general } = stage;
  const forum = fake.channel(guild, "forum", { type: ChannelType.GuildForum });
  await stage.index(forum);
  const thread = fake.thread(general, "thread");
  const post = fake.thread(forum, "post");
  const messages = [
    fake.post(thread, { pictures: [picture("in a thread")] }),
    fake.post(post, { pictures: [picture("in a forum")] }),
  ];
  await stage.untilPlaced(messages);
  fake.dropChannel(thread);
  await stage.untilPlaced(messages.slice(1));
});

test("an edit that takes a picture off a message erases it; a link preview changes nothing", async () => {
  const { fake, general } = stage;
  const message = fake.post(general, { pictures: [picture("first"), picture("second")] });
  await stage.untilPlaced([message, message]);
  fake.edit(message, {});
  fake.edit(message, { attachments: message.attachments.slice(0, 1) });
  await stage.untilPlaced([message]);
  expect(await stage.ask(stage.asOwner, "find", { query: { value: "second" } })).toMatchObject({
    reply: { files: { length: 1 } },
  });
});

test("deleted messages are erased: one, many at once, and in threads the client does not remember", async () => {
  const { fake, general } = stage;
  const thread = fake.thread(general, "old talk");
  const messages = ["one", "two", "three"].map((word) => fake.post(general, { pictures: [picture(word)] }));
  const inThread = fake.post(thread, { pictures: [picture("four")] });
  await stage.untilPlaced([...messages, inThread]);
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
  await stage.untilPlaced([...messages.slice(1), inThread]);
  fake.erase(messages.slice(1));
  await stage.untilPlaced([inThread]);
  fake.erase([inThread]);
  await stage.untilPlaced([]);
  const { images } = await stage.library.status();
  expect(images).toBe(0);
});

test("a message deleted while its picture is being fetched or looked at ends erased", async () => {
  const { fake, general } = stage;
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
  await stage.untilPlaced([last]);
  await pause(100);
  await stage.untilPlaced([last]);
});

test("a deleted channel is forgotten with its threads and its rule", async () => {
  const { fake, guild, general } = stage;
  const doomed = fake.channel(guild, "doomed");
  await stage.index(doomed);
  const thread = fake.thread(doomed, "thread");
  const messages = [
    fake.post(doomed, { pictures: [picture("a")] }),
    fake.post(thread, { pictures: [picture("b")] }),
  ];
  const kept = fake.post(general, { pictures: [picture("c")] });
  await stage.untilPlaced([...messages, kept]);
  fake.dropChannel(doomed);
  await stage.untilPlaced([kept]);
  const status = await stage.ask(stage.asOwner, "index status");
  expect(status.text).not.toContain(doomed.id);
});

test("an outage of a server erases nothing and shows nothing; a removal erases everything", async () => {
  const { fake, guild, general } = stage;
  const message = fake.post(general, { pictures: [picture("tower")] });
  await stage.untilPlaced([message]);
  guild.unavailable = true;
  fake.gateway.dispatch("GUILD_DELETE", { id: guild.id, unavailable: true });
  await pause(100);
  await stage.untilPlaced([message]);

  const missed = fake.post(general, { pictures: [picture("bridge")], announce: false });
  guild.unavailable = false;
  fake.announceGuild(guild);
  await stage.untilPlaced([message, missed]);

  fake.guilds.delete(guild.id);
  fake.gateway.dispatch("GUILD_DELETE", { id: guild.id });
  await stage.untilPlaced([]);
  expect(await stage.library.settings.get(`discord:guild:${guild.id}`)).toBeUndefined();
});

test("a picture that cannot be used is skipped, others beside it are not", async () => {
  const { fake, general } = stage;
  fake.post(general, { pictures: [picture("broken picture")] });
  const good = fake.post(general, { pictures: [picture("good picture")] });
  await stage.untilPlaced([good]);
});
