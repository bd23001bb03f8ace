import { setTimeout as pause } from "node:timers/promises";
import { PermissionFlagsBits as P } from "discord.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { FakeChannel } from "./fake/model.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let mods: FakeChannel;
let secret: FakeChannel;
let audit: FakeChannel;
let ann: Invoker;

beforeAll(async () => {
  harness = await DiscordHarness.start();
  const { fake, guild, general } = harness;
  const closed = (name: string) =>
    fake.channel(guild, name, {
      overwrites: [
        { id: guild.id, type: 0, deny: P.ViewChannel },
        { id: fake.botId, type: 1, allow: P.ViewChannel | P.ReadMessageHistory | P.SendMessages },
      ],
    });
  mods = closed("mods");
  secret = closed("secret");
  audit = closed("audit");
  // Who reads the alerts does not read everything.
  const staff = fake.role(guild, "staff");
  fake.overwrite(mods, { id: staff, type: 0, allow: P.ViewChannel });
  ann = { member: fake.member(guild, "ann"), channel: general };
  await harness.startBot();
});

afterAll(() => harness.dispose());

const set = (action: string, options: Parameters<DiscordHarness["slash"]>[2] = {}) =>
  harness.slash(harness.asOwner, "safety set", { action: { value: action }, ...options });

const post = (channel: FakeChannel, words: string, more: object = {}) =>
  harness.fake.post(channel, { by: ann.member, pictures: [picture(words)], ...more });

/** By then everything posted before was looked at. */
async function settled(): Promise<void> {
  const marker = post(harness.general, "weapon marker");
  await harness.waitForBotMessage(mods, marker.id);
}

test("nothing is judged before a manager chose it, and what they choose is checked", async () => {
  const { general } = harness;
  expect((await harness.slash(harness.asOwner, "safety list")).text).toContain("Nothing is set");
  post(general, "weapon");
  await pause(100);
  expect(harness.fake.cdn.served).toEqual([]);
  expect((await set("flag", { labels: { value: "weapon" } })).text).toContain("Name the channel");
  expect((await set("flag", { channel: { channel: mods } })).text).toContain("at least one label");
  expect((await set("log", { labels: { value: "weapon" } })).text).toContain(
    "Choose the log's channel first",
  );
  const tooSure = { labels: { value: "weapon" }, channel: { channel: mods }, threshold: { value: 2 } };
  expect((await set("flag", tooSure)).text).toContain("between 0.05 and 0.95");
  for (const name of ["safety list", "safety off", "safety set"]) {
    const answer = await harness.slash(ann, name, { action: { value: "flag" }, labels: { value: "cat" } });
    expect(answer.text).toContain("Only people who may manage this server");
  }
});

test("moderators are told in their channel, of places that all of them can read", async () => {
  const { fake, guild, general } = harness;
  const rule = await set("flag", { labels: { value: "weapon, blood" }, channel: { channel: mods } });
  expect(rule.text).toContain(`tell moderators in a channel <#${mods.id}> · weapon, blood`);
  const flagged = post(general, "weapon");
  await harness.waitForBotMessage(mods, flagged.id);
  expect(harness.botMessages(mods)).toEqual([
    `🛡️ <@${ann.member.userId}> posted what looks like weapon: <#${general.id}> https://discord.com/channels/${guild.id}/${general.id}/${flagged.id}`,
  ]);
  const restricted = fake.channel(guild, "adults", { nsfw: true });
  const quiet = [post(general, "a meadow"), post(restricted, "weapon"), post(mods, "weapon")];
  fake.edit(flagged, { content: "again" });
  const hidden = post(secret, "blood");
  await eventually(() => expect(harness.botMessages(mods).at(-1)).toContain("not everybody here can read"));
  await settled();
  const told = harness.botMessages(mods);
  expect(told).toHaveLength(3);
  for (const { id } of [...quiet, hidden, secret]) expect(told.join("\n")).not.toContain(id);
  expect(general.messages.some(({ id }) => id === flagged.id)).toBe(true);
});

test("a poster is asked for a spoiler, once, unless it is one; the question goes with the picture", async () => {
  const { fake, general } = harness;
  await set("spoiler", { labels: { value: "spider" } });
  const asked = () => harness.botMessages(general).filter((text) => text.includes("spider"));
  post(general, "spider", { spoiler: true });
  post(general, "spider", { by: fake.member(harness.guild, "robot", [], true) });
  const open = post(general, "spider");
  await eventually(() => expect(asked()).toHaveLength(1));
  expect(asked()[0]).toContain(`<@${ann.member.userId}>, this looks like spider.`);
  const sent = fake.requests.filter(({ path }) => path === `/channels/${general.id}/messages`).at(-1);
  expect(sent?.body).toMatchObject({
    allowed_mentions: { parse: [], users: [ann.member.userId] },
    message_reference: { message_id: open.id },
  });
  await settled();
  expect(asked()).toHaveLength(1);
  fake.erase([open]);
  await eventually(() => expect(asked()).toEqual([]));
});

test("it is noted in the log, also in indexed channels and of those who opted out; off is off", async () => {
  const { general } = harness;
  await harness.slash(harness.asOwner, "index log", { channel: { channel: audit } });
  await harness.index(general);
  await set("log", { labels: { value: "fire" }, threshold: { value: 0.3 } });
  await harness.waitForBotMessage(audit, "labels: fire");
  post(general, "fire");
  await harness.waitForBotMessage(audit, "posted in");
  expect(harness.botMessages(audit).at(-1)).toBe(
    `<@${ann.member.userId}> posted in <#${general.id}> what looks like fire (/safety)`,
  );
  await harness.slash(ann, "privacy opt-out");
  post(general, "fire");
  const notes = () => harness.botMessages(audit).filter((text) => text.includes("looks like fire"));
  await eventually(() => expect(notes()).toHaveLength(2));
  await harness.slash(harness.asOwner, "safety off", { action: { value: "log" } });
  const list = await harness.slash(harness.asOwner, "safety list");
  expect(list.text).not.toContain("fire");
  expect(list.text).toContain("weapon, blood");
  post(general, "fire");
  await settled();
  expect(notes()).toHaveLength(2);
  harness.fake.dropChannel(mods);
  await harness.waitForBotMessage(audit, "The channel where /safety set wrote was deleted: that is off now.");
  await eventually(async () =>
    expect((await harness.slash(harness.asOwner, "safety list")).text).not.toContain("weapon"),
  );
});

test("the log tells no place that not all of its readers can read", async () => {
  const { fake, guild, asOwner } = harness;
  const open = fake.channel(guild, "open-log");
  await harness.slash(asOwner, "index log", { channel: { channel: open } });
  await set("log", { labels: { value: "smoke" } });
  post(secret, "smoke");
  await harness.waitForBotMessage(open, "posted in a channel that not everybody here can read");
  expect(harness.botMessages(open).join("\n")).not.toContain(secret.id);
  await harness.slash(asOwner, "index log");
  expect((await harness.slash(asOwner, "safety list")).text).toContain("Choose the log's channel first");
});

test("rules that end with a channel are told, also of one deleted while the bot was away; after a restart nobody is asked again", async () => {
  const { fake, guild, general, asOwner } = harness;
  const [log, moderators, gone] = ["log", "moderators", "gone"].map((name) => fake.channel(guild, name));
  if (!log || !moderators || !gone) throw new Error("unreachable");
  await harness.slash(asOwner, "index log", { channel: { channel: log } });
  await harness.slash(asOwner, "scam watch", { channel: { channel: gone } });
  const tags = { channel: { channel: general }, mode: { value: "log" }, log: { channel: gone } };
  await harness.slash(asOwner, "autotag set", { ...tags, labels: { value: "lamp" } });
  const bob = { by: fake.member(guild, "bob") };
  const asked = () => harness.botMessages(general).filter((text) => text.includes("looks like spider"));
  const before = post(general, "spider", bob);
  await eventually(() => expect(asked()).toHaveLength(1));
  await harness.restartBot(() => guild.channels.delete(gone.id));
  await harness.waitForBotMessage(log, "The channel where /scam watch, /autotag set wrote was deleted");
  expect((await harness.slash(asOwner, "autotag list")).text).not.toContain(gone.id);
  expect((await harness.slash(asOwner, "scam list")).text).toContain("No alerts are sent yet");
  fake.edit(before, {});
  post(general, "spider", bob);
  await eventually(() => expect(asked()).toHaveLength(2));
  post(general, "spider", bob);
  await eventually(() => expect(asked()).toHaveLength(3));

  await set("flag", { labels: { value: "weapon" }, channel: { channel: moderators } });
  fake.dropChannel(log);
  await harness.waitForBotMessage(moderators, "The channel where /index log wrote was deleted");
  fake.overwrite(moderators, { id: fake.botId, type: 1, deny: P.SendMessages });
  await eventually(async () =>
    expect((await harness.slash(asOwner, "safety list")).text).toContain(
      `The bot may not write in <#${moderators.id}>`,
    ),
  );
});
