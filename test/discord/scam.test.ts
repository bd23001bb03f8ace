import { setTimeout as pause } from "node:timers/promises";
import { PermissionFlagsBits as P } from "discord.js";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { FakeChannel, FakeMember, FakeMessage } from "./fake/model.ts";
import { roleJson } from "./fake/payloads.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let alerts: FakeChannel;
let market: FakeChannel;
let third: FakeChannel;
let secret: FakeChannel;
let mod: Invoker;
let botRole: string;

beforeAll(async () => {
  harness = await DiscordHarness.start();
  const { fake, guild, general } = harness;
  const bot = { id: fake.botId, type: 1 as const, allow: P.ViewChannel | P.ReadMessageHistory };
  const staff = fake.role(guild, "mods", P.ManageMessages);
  botRole = fake.role(guild, "powers", P.ManageMessages | P.ModerateMembers);
  guild.members.get(fake.botId)?.roles.push(botRole);
  alerts = fake.channel(guild, "mods", {
    overwrites: [
      { id: guild.id, type: 0, deny: P.ViewChannel },
      { id: staff, type: 0, allow: P.ViewChannel | P.ReadMessageHistory },
      bot,
    ],
  });
  market = fake.channel(guild, "market");
  third = fake.channel(guild, "third");
  secret = fake.channel(guild, "secret", {
    overwrites: [{ id: guild.id, type: 0, deny: P.ViewChannel }, bot],
  });
  mod = { member: fake.member(guild, "mod", [staff]), channel: general };
  await harness.startBot();
});

afterAll(() => harness.dispose());

beforeEach(() => alerts.messages.splice(0));

const watch = (options: Record<string, string | number | boolean> = {}, by = harness.asOwner) =>
  harness.slash(by, "scam watch", {
    channel: { channel: alerts },
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [name, { value }])),
  });

let people = 0;
/** Everybody new: what somebody posted before does not count. */
const somebody = (roles: string[] = []): FakeMember => {
  people += 1;
  return harness.fake.member(harness.guild, `person ${people}`, roles);
};

const alertsSoFar = () => harness.botMessages(alerts);

async function nextAlert(since = alertsSoFar().length): Promise<string> {
  await eventually(() => expect(alertsSoFar().length).toBeGreaterThan(since));
  return alertsSoFar().at(-1) ?? "";
}

const isThere = ({ channelId, id }: FakeMessage) =>
  harness.fake.findChannel(channelId)?.messages.some((each) => each.id === id) === true;

const post = (channel: FakeChannel, words: string, by: FakeMember) =>
  harness.fake.post(channel, { by, pictures: [picture(words)] });

test("a marked picture raises an alert wherever it is posted again, and nothing else unless a manager chose it", async () => {
  const example = post(market, "free coins", somebody());
  const marked = await harness.menu(mod, "Mark as scam", example);
  expect(marked.text).toContain("1 picture was put on the list");
  expect(marked.text).toContain("No alerts are sent yet");
  expect((await harness.menu(mod, "Mark as scam", example)).text).toContain("on the list already");
  const unplaced = await harness.slash(harness.asOwner, "scam watch", { action: { value: "delete" } });
  expect(unplaced.text).toContain("Name the channel");
  const set = await watch();
  expect(set.text).toContain("compared with the list (1 picture)");
  expect(set.text).toContain("Nothing else is done.");
  const ann = somebody();
  const other = post(market, "free kittens", ann);
  const alert = nextAlert();
  const again = post(market, "free coins", ann);
  expect(await alert).toBe(
    `🚨 <@${ann.userId}> posted a picture of the scam list: <#${market.id}> https://discord.com/channels/${harness.guild.id}/${market.id}/${again.id}`,
  );
  expect([other, again].map(isThere)).toEqual([true, true]);
  // An edit shows the same picture; where alerts are read, it may be shown.
  harness.fake.edit(again, { content: "really" });
  post(alerts, "free coins", mod.member);
  await pause(100);
  expect(alertsSoFar()).toHaveLength(1);
  const off = await harness.slash(harness.asOwner, "scam watch");
  expect(off.text).toContain("Nothing is watched any more");
  post(market, "free coins", ann);
  await pause(100);
  expect(alertsSoFar()).toHaveLength(1);
  await watch();
});

test("the message is deleted and its poster timed out where a manager chose so, never a moderator", async () => {
  expect((await watch({ action: "timeout", minutes: 30 })).text).toContain("timed out for 30 minutes");
  const ann = somebody();
  // What is not named stays.
  const kept = await harness.slash(harness.asOwner, "scam watch", { bursts: { value: true } });
  expect(kept.text).toContain(
    `<#${alerts.id}>. The message is deleted, and its poster timed out for 30 minutes.`,
  );
  const posted = post(market, "free coins", ann);
  const alert = await nextAlert(0);
  expect(alert).toContain("1 message was deleted.");
  expect(alert).toContain("They are timed out for 30 minutes.");
  expect(isThere(posted)).toBe(false);
  expect(ann.timedOut).toBe(true);
  const byMod = post(market, "free coins", mod.member);
  expect(await nextAlert(1)).toContain("they may manage messages themselves");
  expect(isThere(byMod)).toBe(true);
  expect(mod.member.timedOut).toBeUndefined();
  const webhook = harness.fake.member(harness.guild, "hook", [], true);
  harness.guild.members.delete(webhook.userId);
  const byHook = harness.fake.post(market, {
    by: webhook,
    pictures: [picture("free coins")],
    webhook: { id: webhook.userId, applicationId: "7" },
  });
  expect(await nextAlert(2)).toContain("1 message was deleted.");
  expect(isThere(byHook)).toBe(false);
});

test("what the bot may not do is refused when chosen, and told where a channel denies it", async () => {
  const { fake, guild } = harness;
  fake.overwrite(third, { id: fake.botId, type: 1, deny: P.ManageMessages });
  await watch({ action: "delete" });
  const posted = post(third, "free coins", somebody());
  expect(await nextAlert(0)).toContain("give the bot Manage Messages there");
  expect(isThere(posted)).toBe(true);
  const chief = post(market, "free coins", somebody([fake.role(guild, "chief", P.Administrator)]));
  expect(await nextAlert(1)).toContain("they may manage messages themselves");
  expect(isThere(chief)).toBe(true);
  const powers = guild.roles.get(botRole);
  if (!powers) throw new Error("made above");
  const change = (permissions: bigint) => {
    powers.permissions = permissions;
    fake.gateway.dispatch("GUILD_ROLE_UPDATE", { guild_id: guild.id, role: roleJson(powers, 3) });
  };
  const set = async (permissions: bigint, action: string) => {
    change(permissions);
    let text = "";
    await eventually(async () => {
      ({ text } = await watch({ action }));
      expect(text).toContain("The bot may not");
    });
    return text;
  };
  expect(await set(P.ManageMessages, "timeout")).toContain("Timeout Members");
  expect(await set(0n, "delete")).toContain("Manage Messages");
  change(P.ManageMessages | P.ModerateMembers);
  fake.overwrite(third, { id: fake.botId, type: 1, allow: P.ManageMessages });
  await eventually(async () => expect((await watch({ action: "timeout" })).text).toContain("timed out"));
});

test("an old message that is only touched is not taken for one just posted", async () => {
  await watch({ action: "timeout" });
  const { fake } = harness;
  const ann = somebody();
  const old = fake.post(market, {
    by: ann,
    pictures: [picture("free coins")],
    at: Date.now() - 300 * 86_400_000,
    announce: false,
  });
  // Pinned: the message is told as edited, and nothing in it changed.
  fake.edit(old, {});
  post(market, "free coins", somebody());
  expect(await nextAlert(0)).toContain("1 message was deleted.");
  expect(isThere(old)).toBe(true);
  expect(ann.timedOut).toBeUndefined();
});

test("one file that cannot be fetched hides neither the others of its message nor a burst", async () => {
  await watch({ action: "alert", bursts: true });
  const { fake, guild } = harness;
  fake.cdn.next = "missing";
  const two = fake.post(market, {
    by: somebody(),
    pictures: [picture("gone"), picture("free coins")],
  });
  await harness.waitForBotMessage(alerts, two.id);
  const ann = somebody();
  fake.cdn.next = "missing";
  for (const channel of [market, third, harness.general, fake.channel(guild, "fourth")])
    post(channel, "win nitro", ann);
  await harness.waitForBotMessage(alerts, `<@${ann.userId}> posted one picture in several channels`);
});

test("evidence in a thread of the channel of alerts stays", async () => {
  await watch({ action: "delete" });
  const evidence = post(harness.fake.thread(alerts, "case 12"), "free coins", somebody());
  post(market, "free coins", somebody());
  expect(await nextAlert(0)).toContain("1 message was deleted.");
  expect(isThere(evidence)).toBe(true);
});

test("one picture of one member in three channels is a burst: all its messages go, and others' do not count", async () => {
  const { fake, general } = harness;
  await watch({ action: "delete" });
  const [ann, bob] = [somebody(), somebody()];
  const byAnn = [post(general, "cheap shoes", ann), post(market, "cheap shoes", ann)];
  const byBob = post(third, "cheap shoes", bob);
  const unlike = post(third, "my cat", ann);
  await pause(100);
  expect(alertsSoFar()).toEqual([]);
  byAnn.push(post(third, "cheap shoes", ann));
  const alert = await nextAlert(0);
  expect(alert).toContain("one picture in several channels");
  expect(alert).toContain("3 messages were deleted.");
  expect(byAnn.map(isThere)).toEqual([false, false, false]);
  expect([byBob, unlike].map(isThere)).toEqual([true, true]);
  await watch({ bursts: false });
  const robot = fake.member(harness.guild, "robot", [], true);
  for (const channel of [general, market, third]) {
    post(channel, "cheap hats", bob);
    post(channel, "news of the day", robot);
  }
  await pause(150);
  await watch({ bursts: true });
  for (const channel of [general, market, third]) post(channel, "more news", robot);
  await pause(100);
  expect(alertsSoFar()).toHaveLength(1);
});

test("an alert names no place that not all of its readers can read, and the picture still goes", async () => {
  await watch({ action: "delete" });
  const posted = post(secret, "free coins", somebody());
  const alert = await nextAlert(0);
  expect(alert).toContain("1 message where not everybody here can read");
  expect(alert).not.toContain(secret.id);
  expect(alert).not.toContain(posted.id);
  expect(isThere(posted)).toBe(false);
});

test("it also reaches those who opted out and indexed channels, where the picture is forgotten with its message", async () => {
  const { fake, general } = harness;
  await watch({ action: "delete" });
  await harness.index(general);
  const ann: Invoker = { member: somebody(), channel: general };
  await harness.slash(ann, "privacy opt-out");
  const hidden = post(general, "free coins", ann.member);
  await nextAlert(0);
  const open = post(general, "free coins", somebody());
  await nextAlert(1);
  expect([hidden, open].map(isThere)).toEqual([false, false]);
  const gone = [hidden.id, open.id];
  await eventually(async () =>
    expect((await harness.placedMessageIds()).filter((id) => gone.includes(id))).toEqual([]),
  );
  const forwarded = fake.post(general, { by: somebody(), forward: open });
  await nextAlert(2);
  expect(isThere(forwarded)).toBe(false);
});

test("moderators of the server look at the list and take pictures off it, nobody else does anything", async () => {
  const { fake, guild, general } = harness;
  const attachment = fake.attach(picture("fake giveaway"));
  await harness.slash(mod, "scam mark", { picture: { attachment } });
  const list = await harness.slash(mod, "scam list");
  expect(list.text).toContain("2 pictures on the scam list");
  expect(list.text).toContain(`<@${mod.member.userId}>`);
  expect(list.reply.files.map(({ name }) => name)).toEqual(["1.webp", "2.webp"]);
  const menu = list.reply.components.find(({ customId }) => customId.startsWith("unscam:"));
  const [newest = ""] = menu?.values ?? [];
  // Who may manage messages in one channel alone decides nothing for the server.
  const host = somebody();
  fake.overwrite(general, { id: host.userId, type: 1, allow: P.ManageMessages });
  const example = post(market, "holiday", somebody());
  const refusal = "Only people who may manage messages in this server";
  for (const member of [host, somebody()]) {
    const caller = { member, channel: general };
    for (const answer of [
      await harness.menu(caller, "Mark as scam", example),
      await harness.slash(caller, "scam mark", { picture: { attachment } }),
      await harness.slash(caller, "scam list"),
    ])
      expect(answer.text).toContain(refusal);
    const pressed = await harness.press(caller, menu?.customId ?? "", [newest]);
    expect(pressed.followUps.at(-1)?.text).toContain(refusal);
    const turned = await harness.press(caller, "scams:0:n");
    expect(turned.followUps.at(-1)?.text).toContain(refusal);
  }
  // Handed the command in Integrations, they may use what stands beneath its answers.
  const helpers = fake.role(guild, "helpers");
  fake.commandPermissions.set(guild.id, [{ id: helpers, type: 1, permission: true }]);
  const helper = { member: somebody([helpers]), channel: general };
  expect((await harness.press(helper, "scams:0:n")).text).toContain("2 pictures on the scam list");
  fake.commandPermissions.delete(guild.id);
  expect((await watch({}, mod)).text).toContain("Only people who may manage this server");
  const audit = fake.channel(guild, "audit");
  await harness.slash(harness.asOwner, "index log", { channel: { channel: audit } });
  const less = await harness.press(mod, menu?.customId ?? "", [newest]);
  expect(less.text).toContain("1 picture on the scam list");
  await harness.waitForBotMessage(audit, "took a picture off the scam list");
  await harness.slash(mod, "scam mark", { picture: { attachment } });
  await harness.waitForBotMessage(audit, "put 1 picture on the scam list");
  await watch({ action: "delete" });
  post(market, "fake giveaway", somebody());
  await harness.waitForBotMessage(audit, "1 message deleted (/scam watch)");
});

test("who marked is in their export and goes when they ask for it; the list goes with the bot", async () => {
  const { fake, guild, general } = harness;
  const mine = await harness.slash(mod, "privacy export");
  const kept = JSON.parse(Buffer.from(mine.reply.files[0]?.bytes ?? []).toString());
  expect(kept.scamMarks).toHaveLength(2);
  await harness.slash(mod, "privacy delete");
  const list = await harness.slash(mod, "scam list");
  expect(list.text).toContain("2 pictures on the scam list");
  expect(list.text).not.toContain(mod.member.userId);
  // A restart reads the list again.
  await harness.restartBot();
  await harness.slash({ member: harness.owner, channel: general }, "scam watch", {
    channel: { channel: alerts },
  });
  post(market, "free coins", somebody());
  await nextAlert(0);
  fake.dropChannel(alerts);
  await eventually(async () =>
    expect((await harness.library.settings.get<object>(`discord:guild:${guild.id}`)) ?? {}).toMatchObject({
      scam: { channelId: null },
    }),
  );
  fake.leave(guild);
  await eventually(async () => expect([...(await harness.library.state.list("discord/scam"))]).toEqual([]));
});
