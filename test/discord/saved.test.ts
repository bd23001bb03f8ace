import { setTimeout as pause } from "node:timers/promises";
import { ChannelType, PermissionFlagsBits as P } from "discord.js";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import type { FakeChannel, FakeMember, FakeMessage } from "./fake/model.ts";
import { canRead, permissionsIn } from "./fake/permissions.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let staffRoom: FakeChannel;
let watchers: FakeChannel;
let staff: string;
let poster: FakeMember;

const thresholds = { none: 0.2, tag: 0.4, alike: 0.98, similar: 0.9, nothing: { cosine: 0.45 } };
const noticeTimes = { gatherMs: 60, betweenMs: 0 };

beforeAll(async () => {
  harness = await DiscordHarness.start(new FakeEmbedder({ traits: { thresholds } as never }));
  const { fake, guild, general } = harness;
  const members = guild.roles.get(guild.id);
  if (members) members.permissions |= P.SendMessagesInThreads | P.AttachFiles;
  staff = fake.role(guild, "staff", P.ManageMessages);
  staffRoom = fake.channel(guild, "staff-room", {
    overwrites: [
      { id: guild.id, type: 0, deny: P.ViewChannel },
      { id: staff, type: 0, allow: P.ViewChannel },
      { id: fake.botId, type: 1, allow: P.ViewChannel | P.ReadMessageHistory },
    ],
  });
  watchers = fake.thread(general, "watchers");
  poster = fake.member(guild, "poster");
  await harness.startBot({ noticeTimes });
  await harness.index(general);
  await harness.index(staffRoom);
});

afterAll(() => harness.dispose());

beforeEach(() => watchers.messages.splice(0));

let people = 0;
const somebody = (roles: string[] = []): Invoker => {
  people += 1;
  return { member: harness.fake.member(harness.guild, `person ${people}`, roles), channel: harness.general };
};

const add = (who: Invoker, query: string, options: Parameters<DiscordHarness["slash"]>[2] = {}) =>
  harness.slash(who, "saved add", { query: { value: query }, ...options });

const directly = { dm: { value: true } };
const inThread = () => ({ thread: { channel: watchers } });

/** What the bot wrote to somebody in private, after its first message. */
const toldTo = ({ member }: Invoker) => harness.fake.directChannel(member.userId).messages.slice(1);

async function post(channel: FakeChannel, words: string, by = poster): Promise<FakeMessage> {
  const message = harness.fake.post(channel, { by, pictures: [picture(words)] });
  await eventually(async () => expect(await harness.placedMessageIds()).toContain(message.id));
  return message;
}

const stop = async (who: Invoker) => {
  const list = await harness.slash(who, "saved list");
  const menu = list.reply.components.find(({ customId }) => customId === "unsaved");
  for (const id of menu?.values ?? []) await harness.press(who, "unsaved", [id]);
};

test("a member is told of a new picture that fits, in private, with a way to stop it", async () => {
  const ann = somebody();
  expect((await add(ann, "lighthouse", directly)).text).toContain("told in a direct message");
  expect(harness.fake.directChannel(ann.member.userId).messages[0]?.text).toContain(
    "New pictures for **lighthouse** in home will be told here",
  );
  await post(harness.general, "a bridge");
  await post(harness.general, "lighthouse", ann.member);
  const fits = await post(harness.general, "lighthouse in a storm");
  await eventually(() => expect(toldTo(ann)).toHaveLength(1));
  const [notice] = toldTo(ann);
  expect(notice?.text).toContain("New for **lighthouse** in home");
  expect([...(notice?.text.matchAll(/channels\/\d+\/\d+\/(\d+)/g) ?? [])].map(([, id]) => id)).toEqual([
    fits.id,
  ]);
  expect(notice?.files).toHaveLength(1);
  const button = notice?.components.find(({ customId }) => customId.startsWith("unsave:"))?.customId ?? "";
  const other = somebody();
  expect((await harness.press(other, button)).text).toContain("Only the member who saved this");
  const outside: Invoker = { ...ann, outside: "direct message" };
  expect((await harness.press(outside, button)).text).toBe("Removed.");
  await post(harness.general, "lighthouse at noon");
  await pause(200);
  expect(toldTo(ann)).toHaveLength(1);
  // What the notice showed goes, and the notice with it.
  harness.fake.erase([fits]);
  await eventually(() => expect(toldTo(ann)).toHaveLength(0));
});

test("only what the viewer may see at that moment is told, and in a thread only what all of its readers may", async () => {
  const { fake, guild } = harness;
  const [ann, chief, former, gone] = [somebody(), somebody([staff]), somebody([staff]), somebody()];
  for (const who of [ann, chief, former, gone]) await add(who, "vault", directly);
  await add(chief, "vault", inThread()).then(({ text }) => expect(text).toContain("saved that already"));
  await add(chief, "the vault", inThread());
  former.member.roles = [];
  guild.members.delete(gone.member.userId);
  const secret = await post(staffRoom, "vault");
  await eventually(() => expect(toldTo(chief)).toHaveLength(1));
  expect(toldTo(chief)[0]?.text).toContain(secret.id);
  const open = await post(harness.general, "vault door");
  for (const who of [ann, former]) {
    await eventually(() => expect(toldTo(who)).toHaveLength(1));
    expect(toldTo(who)[0]?.text).toContain(open.id);
    expect(toldTo(who)[0]?.text).not.toContain(secret.id);
  }
  await harness.waitForBotMessage(watchers, open.id);
  expect(harness.botMessages(watchers).join("\n")).not.toContain(secret.id);
  expect(harness.botMessages(watchers).join("\n")).toContain(
    `New for **the vault** · <@${chief.member.userId}>`,
  );
  const sent = fake.requests.filter(({ path }) => path === `/channels/${watchers.id}/messages`).at(-1);
  expect(sent?.body).toMatchObject({ allowed_mentions: { parse: [], users: [chief.member.userId] } });
  expect(toldTo(gone)).toEqual([]);
  expect(await harness.library.state.list(`discord/saved/${guild.id}/${gone.member.userId}/`)).toEqual(
    new Map(),
  );
  for (const who of [ann, chief, former]) await stop(who);
});

test("pictures of one moment come in one notice, and the next waits", async () => {
  await harness.stopBot();
  await harness.startBot({ noticeTimes: { gatherMs: 800, betweenMs: 600_000 } });
  const ann = somebody();
  await add(ann, "parrot", directly);
  const posts = [await post(harness.general, "parrot one"), await post(harness.general, "parrot two")];
  await eventually(() => expect(toldTo(ann)).toHaveLength(1));
  for (const { id } of posts) expect(toldTo(ann)[0]?.text).toContain(id);
  await post(harness.general, "parrot three");
  await pause(1_000);
  expect(toldTo(ann)).toHaveLength(1);
  await stop(ann);
  await harness.stopBot();
  await harness.startBot({ noticeTimes });
});

test("more pictures than one notice has room for come in the next, and none is lost", async () => {
  const ann = somebody();
  await add(ann, "marathon", directly);
  const messages: FakeMessage[] = [];
  for (let at = 0; at < 12; at += 1)
    messages.push(harness.fake.post(harness.general, { by: poster, pictures: [picture(`marathon ${at}`)] }));
  const told = () =>
    toldTo(ann)
      .map(({ text }) => text)
      .join("\n");
  await eventually(() => {
    for (const { id } of messages) expect(told()).toContain(id);
  });
  await stop(ann);
});

test("where nothing can be delivered it is refused, and stopped when that comes later", async () => {
  const { fake, guild, general } = harness;
  const ann = somebody();
  expect((await add(ann, "heron")).text).toContain("Where are you to be told?");
  fake.directChannel(ann.member.userId).isClosed = true;
  expect((await add(ann, "heron", directly)).text).toContain("The bot cannot write to you");
  expect((await harness.slash(ann, "saved list")).text).toContain("You saved nothing");
  const hidden = fake.thread(staffRoom, "hidden");
  expect((await add(ann, "heron", { thread: { channel: hidden } })).text).toContain(
    "That thread cannot be used",
  );
  expect((await add(ann, "heron", { thread: { channel: general } })).text).toContain(
    "That thread cannot be used",
  );
  const quiet = fake.thread(general, "quiet");
  fake.overwrite(general, { id: ann.member.userId, type: 1, deny: P.SendMessagesInThreads });
  await eventually(async () =>
    expect((await add(ann, "heron", { thread: { channel: quiet } })).text).toContain(
      "You may not post pictures",
    ),
  );
  fake.directChannel(ann.member.userId).isClosed = false;
  await add(ann, "heron", directly);
  fake.directChannel(ann.member.userId).isClosed = true;
  await post(general, "heron");
  await eventually(async () =>
    expect((await harness.slash(ann, "saved list")).text).toContain("could not be delivered"),
  );
  for (let at = 1; at < 10; at += 1) {
    fake.directChannel(ann.member.userId).isClosed = false;
    await add(ann, `heron ${at}`, directly);
  }
  expect((await add(ann, "one more", directly)).text).toContain("You saved 10 here");
  expect(guild.channels.get(quiet.id)?.type).toBe(ChannelType.PublicThread);
  await stop(ann);
});

test("of every kind of channel, each kind of member is told what Discord would show them, and nothing else", async () => {
  const { fake, guild, general } = harness;
  const joined = somebody();
  const bot = { id: fake.botId, type: 1 as const, allow: P.ViewChannel | P.ReadMessageHistory | P.Connect };
  const places: FakeChannel[] = [
    general,
    staffRoom,
    fake.channel(guild, "barred", {
      overwrites: [{ id: joined.member.userId, type: 1, deny: P.ViewChannel }],
    }),
    fake.channel(guild, "adults", { nsfw: true }),
    fake.channel(guild, "talk", {
      type: ChannelType.GuildVoice,
      overwrites: [{ id: staff, type: 0, allow: P.Connect }, bot],
    }),
    fake.channel(guild, "no-history", {
      overwrites: [{ id: guild.id, type: 0, deny: P.ReadMessageHistory }, bot],
    }),
  ];
  for (const channel of places.slice(2)) await harness.index(channel);
  places.push(
    fake.thread(general, "private", {
      type: ChannelType.PrivateThread,
      members: new Set([fake.botId, joined.member.userId]),
    }),
  );
  const silenced = somebody([staff]);
  silenced.member.timedOut = true;
  const people = [somebody(), joined, somebody([staff]), silenced];
  for (const who of people) await add(who, "zebra", directly);
  const posts = new Map<string, FakeChannel>();
  for (const channel of places) posts.set((await post(channel, `zebra ${channel.id}`)).id, channel);
  const last = await post(general, "zebra last");
  for (const who of people) {
    const wantedOf = ([id, channel]: [string, FakeChannel]) => {
      const bits = permissionsIn(guild, channel, who.member.userId);
      const hears = channel.type !== ChannelType.GuildVoice || (bits & P.Connect) !== 0n;
      return canRead(guild, channel, who.member.userId) && hears && !channel.nsfw ? [id] : [];
    };
    const told = () =>
      toldTo(who)
        .map(({ text }) => text)
        .join();
    // Channels are read side by side: what was posted last may be told of first.
    await eventually(() => {
      for (const id of [...[...posts].flatMap(wantedOf), last.id]) expect(told()).toContain(id);
    });
    const heard = [...posts.keys()].filter((id) => told().includes(id));
    expect(heard, who.member.name).toEqual([...posts].flatMap(wantedOf));
  }
  for (const who of people) await stop(who);
});

test("what was saved is its owner's alone: in their export, erased at their word, and with the server", async () => {
  const { fake, guild, general } = harness;
  const [ann, bob] = [somebody(), somebody()];
  await add(ann, "walrus", directly);
  await add(bob, "penguin", { thread: { channel: watchers } });
  const bobs = await harness.slash(bob, "saved list");
  expect(bobs.text).toContain("penguin");
  expect(bobs.text).not.toContain("walrus");
  const [id = ""] = (await harness.slash(ann, "saved list")).reply.components[0]?.values ?? [];
  await harness.press(bob, "unsaved", [id]);
  expect((await harness.slash(ann, "saved list")).text).toContain("walrus");
  const exported = await harness.slash(ann, "privacy export");
  const kept = JSON.parse(Buffer.from(exported.reply.files[0]?.bytes ?? []).toString());
  expect(kept.savedSearches).toMatchObject([{ guildId: guild.id, words: "walrus", threadId: null }]);
  await harness.slash(ann, "privacy delete");
  expect((await harness.slash(ann, "saved list")).text).toContain("You saved nothing");
  await post(general, "walrus");
  await pause(200);
  expect(toldTo(ann)).toEqual([]);
  fake.leave(guild);
  await eventually(async () => expect([...(await harness.library.state.list("discord/saved"))]).toEqual([]));
});
