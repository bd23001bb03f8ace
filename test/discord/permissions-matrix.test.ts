import { ChannelFlags, ChannelType, PermissionFlagsBits as P } from "discord.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { FakeReply } from "./fake/interactions.ts";
import type { FakeChannel, FakeMember, FakeMessage } from "./fake/model.ts";
import { canRead, permissionsIn } from "./fake/permissions.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

/** Every kind of member runs commands in every kind of channel; what they see is compared with Discord's own rules. */

let harness: DiscordHarness;
const channels = new Map<string, FakeChannel>();
const people = new Map<string, Invoker>();
/** Messages by channel name: one picture of its own, and one that was posted everywhere. */
const own = new Map<string, FakeMessage>();
const shared = new Map<string, FakeMessage>();
const hidden = new Set(["obfuscated", "lost"]);

const REFUSED =
  "Only people who may manage this server, or were given this command in its settings, can do that.";

const peopleNames = [
  "owner",
  "admin",
  "staff",
  "member",
  "barred member",
  "staff until a second ago",
  "staff in a time-out",
  "thread member",
  "thread manager",
  "member in the age-restricted channel",
];

beforeAll(async () => {
  harness = await DiscordHarness.start();
  await harness.startBot();
  build();
  for (const channel of [...channels.values()].filter(({ type }) => !isThreadType(type))) {
    await harness.index(channel);
  }
  let at = Date.now() - 3_600_000;
  for (const [name, channel] of channels) {
    if (channel.type === ChannelType.GuildForum) continue;
    at += 1_000;
    own.set(name, harness.fake.post(channel, { pictures: [picture(`secret ${name}`)], at }));
    shared.set(name, harness.fake.post(channel, { pictures: [picture("secret shared")], at: at + 500 }));
  }
  await harness.waitForPlaced([...own.values(), ...shared.values()]);
  const { fake } = harness;
  const obfuscated = channels.get("obfuscated");
  const lost = channels.get("lost");
  if (!obfuscated || !lost) throw new Error("built above");
  fake.hide(obfuscated);
  fake.overwrite(lost, { id: fake.botId, type: 1, deny: P.ViewChannel });
  // By the next reply, both changes have arrived.
  await harness.slash(harness.asOwner, "status");
});

afterAll(() => harness.dispose());

function build(): void {
  const { fake, guild, general } = harness;
  const staff = fake.role(guild, "staff", P.ManageGuild);
  const admin = fake.role(guild, "admin", P.Administrator);
  const threads = fake.role(guild, "threads", P.ManageThreads);
  const member = (name: string, roles: string[] = []): FakeMember => fake.member(guild, name, roles);
  const barred = member("barred");
  const joined = member("joined");
  const staffOnly = [
    { id: guild.id, type: 0 as const, deny: P.ViewChannel },
    { id: staff, type: 0 as const, allow: P.ViewChannel | P.ReadMessageHistory },
    { id: fake.botId, type: 1 as const, allow: P.ViewChannel | P.ReadMessageHistory },
  ];
  const add = (name: string, more: Partial<FakeChannel> = {}) =>
    channels.set(name, fake.channel(guild, name, more)).get(name) ?? general;
  channels.set("general", general);
  const staffRoom = add("staff-room", { overwrites: staffOnly });
  add("not-for-barred", { overwrites: [{ id: barred.userId, type: 1, deny: P.ViewChannel }] });
  add("no-history", {
    overwrites: [
      { id: guild.id, type: 0, deny: P.ReadMessageHistory },
      { id: fake.botId, type: 1, allow: P.ReadMessageHistory },
    ],
  });
  add("age-restricted", { nsfw: true });
  add("news", { type: ChannelType.GuildAnnouncement });
  add("voice", {
    type: ChannelType.GuildVoice,
    overwrites: [
      { id: staff, type: 0, allow: P.Connect },
      { id: fake.botId, type: 1, allow: P.Connect },
    ],
  });
  add("obfuscated");
  add("lost");
  const forum = add("forum", { type: ChannelType.GuildForum });
  const thread = (name: string, parent: FakeChannel, more: Partial<FakeChannel> = {}) =>
    channels.set(name, fake.thread(parent, name, more));
  thread("forum-post", forum);
  thread("staff-thread", staffRoom);
  const invited = new Set([fake.botId, joined.userId]);
  thread("private-thread", general, { type: ChannelType.PrivateThread, members: invited });
  thread("private-staff-thread", staffRoom, { type: ChannelType.PrivateThread, members: invited });

  const invoker = (who: FakeMember, roles?: string[]): Invoker => ({
    member: who,
    channel: general,
    ...(roles ? { roles } : {}),
  });
  people.set("owner", invoker(harness.owner));
  people.set("admin", invoker(member("admin", [admin])));
  people.set("staff", invoker(member("staff", [staff])));
  people.set("member", invoker(member("member")));
  people.set("barred member", invoker(barred));
  people.set("thread member", invoker(joined));
  people.set("thread manager", invoker(member("manager", [threads])));
  // The gateway never sent the removal of the role: only this interaction shows it.
  const former = member("former", [staff]);
  people.set("staff until a second ago", invoker(former, []));
  const silenced = member("silenced", [staff]);
  silenced.timedOut = true;
  people.set("staff in a time-out", invoker(silenced));
  const restricted = channels.get("age-restricted") ?? general;
  people.set("member in the age-restricted channel", {
    member: member("curious"),
    channel: restricted,
  });
}

const isThreadType = (type: ChannelType) =>
  type === ChannelType.PublicThread || type === ChannelType.PrivateThread;

/** Names of the channels whose pictures this member may be shown, by Discord's own rules. */
function mayRead({ member, channel: callerChannel, roles = member.roles }: Invoker): string[] {
  const guild = { ...harness.guild, members: new Map([[member.userId, { ...member, roles }]]) };
  const names = [...own.keys()].filter((name) => {
    const channel = channels.get(name);
    if (!channel || hidden.has(name)) return false;
    const parent = guild.channels.get(channel.parentId ?? "") ?? channel;
    if (parent.nsfw && !callerChannel.nsfw) return false;
    const bits = permissionsIn(guild, channel, member.userId);
    if (channel.type === ChannelType.GuildVoice && !(bits & P.Connect)) return false;
    return canRead(guild, channel, member.userId);
  });
  return names.sort();
}

const nameOfMessage = (id: string): string =>
  [...own, ...shared].find(([, message]) => message.id === id)?.[0] ?? `unknown message ${id}`;

const linked = (text: string): string[] =>
  [...text.matchAll(/channels\/\d+\/(\d+)\/(\d+)/g)].map((match) => nameOfMessage(match[2] ?? ""));

async function allPages(caller: Invoker, first: FakeReply): Promise<string> {
  let text = first.text;
  for (let answer = first; ; ) {
    const next = answer.reply.components.find(({ customId }) => customId.endsWith(":n"));
    if (!next || next.disabled) return text;
    answer = await harness.press(caller, next.customId);
    text += `\n${answer.text}`;
  }
}

/** No text of a reply names a channel that the member may not read. */
function expectNoLeak(text: string, allowed: readonly string[]): void {
  const outside = [...own.keys()].filter((name) => !allowed.includes(name));
  for (const name of outside) {
    const id = channels.get(name)?.id ?? "";
    expect(text, name).not.toContain(id);
    expect(text, name).not.toMatch(new RegExp(`secret ${name}\\b`));
  }
  expect(text).not.toContain("___hidden___");
}

describe.each(peopleNames)("%s", (name) => {
  const caller = (): Invoker => {
    const found = people.get(name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };

  test("finds exactly what Discord would show, on all pages, with correct counts", async () => {
    const allowed = mayRead(caller());
    const first = await harness.slash(caller(), "find", { query: { value: "secret" } });
    const text = await allPages(caller(), first);
    const places = linked(text);
    // The picture posted everywhere is shown once, from one of the allowed channels.
    expect([...new Set(places)].sort()).toEqual(allowed);
    expect(places).toHaveLength(allowed.length + 1);
    expect(first.text).toContain(`among ${allowed.length + 1} pictures`);
    expectNoLeak(text, allowed);
  });

  test("finds by picture within the same limits", async () => {
    const allowed = mayRead(caller());
    const attachment = harness.fake.attach(picture("secret staff-room"));
    const answer = await harness.slash(caller(), "find", { image: { attachment } });
    const seesExample = allowed.includes("staff-room");
    const found = linked(await allPages(caller(), answer));
    expect(new Set(found)).toEqual(new Set(allowed.filter((place) => place !== "staff-room")));
    expect(found).toHaveLength(seesExample ? allowed.length : allowed.length + 1);
    // Only those who may see an example in the library learn that it is there.
    expect(answer.text.includes("The example itself is in the library")).toBe(seesExample);
    const message = own.get("general");
    if (!message) throw new Error("posted above");
    const similar = linked(await allPages(caller(), await harness.menu(caller(), "Find similar", message)));
    // The picture posted everywhere is shown from where it was posted last.
    const others = allowed.filter((place) => place !== "general");
    expect(new Set(similar)).toEqual(new Set(others.length > 0 ? others : allowed));
    expect(similar).toHaveLength(allowed.includes("general") ? allowed.length : allowed.length + 1);
  });

  test.each(["direct message", "another server"] as const)(
    "finds from a %s exactly what Discord would show, by the roles that they have now",
    async (outside) => {
      const roles = caller().member.roles;
      const allowed = mayRead({ member: caller().member, roles, channel: harness.general });
      const there = { ...caller(), channel: harness.general, outside };
      const first = await harness.slash(there, "find", { query: { value: "secret" } });
      const text = await allPages(there, first);
      const places = linked(text);
      expect([...new Set(places)].sort()).toEqual(allowed);
      expect(places).toHaveLength(allowed.length + 1);
      expect(first.text).toContain(`among ${allowed.length + 1} pictures`);
      expectNoLeak(text, allowed);
      expect(first.ephemeral).toBe(true);
      expect(first.reply.components.some(({ customId }) => customId.startsWith("show:"))).toBe(false);
      for (const [place, message] of own) {
        if (allowed.includes(place)) continue;
        const guildId = harness.guild.id;
        const [found] = await harness.library.posts.placements({ guildId, messageIds: [message.id] });
        const select = first.reply.components.find(({ customId }) => customId.startsWith("like:"));
        const forged = await harness.press(there, select?.customId ?? "like:x", [found?.id ?? ""]);
        expect(forged.text, place).toContain("no longer there");
      }
    },
  );

  test("filters only narrow what they may see, whatever is chosen", async () => {
    const allowed = mayRead(caller());
    const first = await harness.slash(caller(), "find", { query: { value: "secret" } });
    const query = first.reply.components.find(({ customId }) => customId.startsWith("filter:"))?.customId;
    for (const [place, channel] of channels) {
      if (channel.type === ChannelType.GuildForum) continue;
      const id = `by:${query?.split(":")[1]}:channel`;
      const answer = await harness.press(caller(), id, [channel.id], undefined, 8);
      const found = linked(answer.text).filter((each) => each === place);
      expect(found.length > 0, place).toBe(allowed.includes(place));
      expectNoLeak(answer.text, allowed);
    }
  });

  test("sees reposts only in readable channels", async () => {
    const allowed = mayRead(caller());
    const answer = await harness.slash(caller(), "duplicates");
    const places = linked(answer.text);
    expect(places.every((place) => allowed.includes(place))).toBe(true);
    if (allowed.length > 1) expect(answer.text).toContain(`${allowed.length} times`);
    expectNoLeak(answer.text, allowed);
  });

  test("learns nothing by naming an unreadable channel: it looks like one without pictures", async () => {
    const allowed = mayRead(caller());
    const nothing = await harness.slash(caller(), "find", {
      query: { value: "secret" },
      author: { userId: "123456789" },
    });
    const closed = [...channels].filter(
      ([place, { type }]) =>
        !allowed.includes(place) && type !== ChannelType.GuildForum && !hasAllowedThread(place, allowed),
    );
    await Promise.all(
      closed.map(async ([place, channel]) => {
        const found = await harness.slash(caller(), "find", {
          query: { value: "secret" },
          channel: { channel },
        });
        expect(found.text, place).toBe(nothing.text);
        expect(found.reply.files, place).toHaveLength(0);
        const repeats = await harness.slash(caller(), "duplicates", { channel: { channel } });
        expect(linked(repeats.text), place).toEqual([]);
      }),
    );
  });

  test("gets no picture by forged ids", async () => {
    const allowed = mayRead(caller());
    const first = await harness.slash(caller(), "find", { query: { value: "secret" } });
    const select = first.reply.components.find(({ customId }) => customId.startsWith("like:"));
    for (const [place, message] of own) {
      if (allowed.includes(place)) continue;
      const [found] = await harness.library.posts.placements({
        guildId: harness.guild.id,
        messageIds: [message.id],
      });
      const answer = await harness.press(caller(), select?.customId ?? "like:x", [found?.id ?? ""]);
      expect(answer.text, place).toContain("no longer there");
      expect(answer.reply.files, place).toHaveLength(0);
      const query = select?.customId.split(":")[1];
      for (const [menu, value] of [
        ["who", found?.id],
        ["mark", `not-${found?.id}`],
      ] as const) {
        const forged = await harness.press(caller(), `${menu}:${query}`, [value ?? ""]);
        expect(forged.text, `${menu} ${place}`).toContain("no longer there");
      }
    }
  });

  test("shares with the channel only what all its readers can see", async () => {
    const first = await harness.slash(caller(), "find", { query: { value: "secret" } });
    const show = first.reply.components.find(({ customId }) => customId.startsWith("show:"));
    const answer = await harness.press(caller(), show?.customId ?? "show:x:0");
    const open = ["general", "news", "forum-post"];
    if (caller().channel.nsfw) open.push("age-restricted");
    for (const followUp of answer.followUps) {
      for (const place of linked(followUp.text)) expect(open).toContain(place);
      const ranks = [...followUp.text.matchAll(/^\*\*(\d+)\*\*/gm)].map((match) => Number(match[1]));
      expect(ranks).toEqual(ranks.map((_, at) => at + 1));
      expect(followUp.text).not.toMatch(/among|alike|page/);
    }
  });

  test("manages only with the permission to, and only what is visible", async () => {
    const allowed = mayRead(caller());
    const bits = caller().roles
      ? []
      : caller().member.roles.map((id) => harness.guild.roles.get(id)?.permissions ?? 0n);
    const may =
      caller().member.userId === harness.guild.ownerId ||
      (!caller().member.timedOut && bits.some((each) => (each & (P.ManageGuild | P.Administrator)) !== 0n));
    const restricted = channels.get("age-restricted");
    for (const command of ["status", "index status"]) {
      const answer = await harness.slash(caller(), command);
      if (may) expectNoLeak(answer.text.replaceAll(restricted?.id ?? "", ""), allowed);
      else expect(answer.text).toBe(REFUSED);
    }
    const exported = await harness.slash(caller(), "index export");
    const lines = exported.reply.files.map(({ bytes }) => Buffer.from(bytes).toString()).join("");
    if (may) {
      const places = lines.split("\n").flatMap((line) => (line ? [JSON.parse(line).messageId] : []));
      const seen = restricted ? [...allowed, "age-restricted"] : allowed;
      expect([...new Set(places.map(nameOfMessage))].sort()).toEqual([...new Set(seen)].sort());
      expect(exported.text).toContain(`${places.length} posts in the index`);
    } else {
      expect(exported.text).toBe(REFUSED);
      expect(lines).toBe("");
    }
    const staffRoom = channels.get("staff-room");
    if (!staffRoom || may) return;
    const removal = await harness.slash(caller(), "index remove", { channel: { channel: staffRoom } });
    expect(removal.text).toBe(REFUSED);
  });
});

function hasAllowedThread(place: string, allowed: readonly string[]): boolean {
  const parentId = channels.get(place)?.id;
  return allowed.some((name) => channels.get(name)?.parentId === parentId);
}

test("a repost is pointed out only when everybody in the channel can see the earlier post", async () => {
  const { fake, general } = harness;
  await harness.slash(harness.asOwner, "autotag", {
    channel: { channel: general },
    mode: { value: "reply" },
    reposts: { value: true },
  });
  const poster = people.get("staff")?.member;
  const secret = fake.post(general, {
    pictures: [picture("secret staff-room")],
    ...(poster ? { by: poster } : {}),
  });
  const open = fake.post(general, { pictures: [picture("secret news")], ...(poster ? { by: poster } : {}) });
  const notices = () =>
    harness
      .botMessages(general)
      .filter((words) => words.includes("♻️"))
      .join("\n");
  await eventually(() => expect(notices()).toContain(own.get("news")?.id));
  const messages = notices();
  expectNoLeak(messages, ["general", "news"]);
  fake.erase([secret, open]);
});

test("what is shared with the channel reveals nothing of channels that only the invoker can see", async () => {
  const { fake, guild } = harness;
  const overwrites = [
    { id: guild.id, type: 0 as const, deny: P.ViewChannel },
    { id: fake.botId, type: 1 as const, allow: P.ViewChannel | P.ReadMessageHistory },
  ];
  const attic = fake.channel(guild, "attic", { overwrites });
  const cellar = fake.channel(guild, "cellar");
  await harness.index(attic);
  await harness.index(cellar);
  const filename = "evidence-against-bob.png";
  const at = Date.now() - 7_200_000;
  const posts = [
    fake.post(attic, { pictures: [picture("lantern alone")], filename, at }),
    fake.post(attic, { pictures: [picture("lantern twice")], filename, at }),
    fake.post(cellar, { pictures: [picture("lantern twice")], filename: "lamp.png" }),
  ];
  await eventually(async () =>
    expect(await harness.placedMessageIds()).toEqual(expect.arrayContaining(posts.map(({ id }) => id))),
  );
  const [secret, hiddenTwin, openTwin] = posts.map(({ id }) => id);
  const ask = await harness.slash(harness.asOwner, "find", { query: { value: "lantern alone" } });
  const button = (answer: FakeReply, start: string) =>
    answer.reply.components.find(({ customId }) => customId.startsWith(start));
  const select = button(ask, "like:");
  const like = await harness.press(harness.asOwner, select?.customId ?? "");
  for (const answer of [ask, like]) {
    const shown = await harness.press(harness.asOwner, button(answer, "show:")?.customId ?? "");
    await eventually(() => expect(shown.followUps).toHaveLength(1));
    const text = shown.followUps[0]?.text ?? "";
    expect(text).toContain(openTwin);
    expect(text).toContain("1: lamp.png");
    for (const secretWord of [secret, hiddenTwin, attic.id, "evidence", "among", "alike"]) {
      expect(text).not.toContain(secretWord);
    }
  }
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: attic } });
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: cellar } });
});

test("pictures of another server are never found", async () => {
  const { fake } = harness;
  const elsewhere = fake.guild("elsewhere");
  const hall = fake.channel(elsewhere, "hall");
  const ann = people.get("member")?.member;
  if (!ann) throw new Error("built above");
  elsewhere.members.set(ann.userId, ann);
  fake.announceGuild(elsewhere);
  const chief = elsewhere.members.get(elsewhere.ownerId);
  if (!chief) throw new Error("a guild has an owner");
  await harness.slash({ member: chief, channel: hall }, "index add", { channel: { channel: hall } });
  const answer = await harness.slash({ member: ann, channel: hall }, "find", { query: { value: "secret" } });
  expect(answer.text).toContain("among the 0 pictures");
  const first = await harness.slash({ member: ann, channel: harness.general }, "find", {
    query: { value: "secret" },
  });
  const page = first.reply.components.find(({ customId }) => customId.startsWith("page:"))?.customId ?? "";
  const stolen = await harness.press({ member: ann, channel: hall }, page);
  expect(stolen.followUps.map(({ text }) => text).join()).toContain("too old, or it is somebody else's");
});

test("the hidden flag is the one that Discord documents", () => {
  expect(ChannelFlags.ChannelObfuscated).toBe(1 << 17);
});
