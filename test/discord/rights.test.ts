import { ChannelFlags, ChannelType, PermissionFlagsBits as P } from "discord.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LibraryView } from "../../src/core/library/library-view.ts";
import { eventually } from "../support/eventually.ts";
import { reply } from "./fake/http.ts";
import type { FakeReply } from "./fake/interactions.ts";
import type { FakeChannel, FakeMember, FakeMessage } from "./fake/model.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let ann: Invoker;

beforeEach(async () => {
  harness = await DiscordHarness.start();
  const { fake, guild, general } = harness;
  ann = { member: fake.member(guild, "ann"), channel: general };
});

afterEach(() => harness.dispose());

const button = (answer: FakeReply, start: string) =>
  answer.reply.components.find(({ customId }) => customId.startsWith(start))?.customId ?? "";

/** Posts a picture into an indexed channel and waits until it can be found. */
async function posted(
  channel: FakeChannel,
  words: string,
  more: Parameters<DiscordHarness["fake"]["post"]>[1] = {},
) {
  const message = harness.fake.post(channel, { pictures: [picture(words)], ...more });
  await eventually(async () => expect(await harness.placedMessageIds()).toContain(message.id));
  return message;
}

/** Finds words and shows the page to everybody in the caller's channel. */
async function show(caller: Invoker, words: string) {
  const found = await harness.slash(caller, "find", { query: { value: words } });
  const answer = await harness.press(caller, button(found, "show:"));
  if (answer.text.startsWith("Shown")) await eventually(async () => expect(await isNoted(caller)).toBe(true));
  return answer;
}

/** Whether the bot's last message there is known as one about pictures. */
async function isNoted({ channel }: Invoker): Promise<boolean> {
  const notes = await harness.library.state.list(`discord/about/${harness.guild.id}/`);
  return [...notes.keys()].some((name) => name.endsWith(`/${channel.messages.at(-1)?.id}`));
}

const lastOf = (channel: FakeChannel): FakeMessage => {
  const message = channel.messages.at(-1);
  if (!message) throw new Error("nothing was posted there");
  return message;
};

/** The reply fails, also when discord.js sends it again at once, and something changes before it is tried again. */
function beforeTheSecondTry(change: () => void): void {
  harness.fake.faults.push({
    method: "PATCH",
    path: /@original$/,
    times: 2,
    respond: (_request, response) => {
      change();
      reply(response, 502, {});
      return true;
    },
  });
}

test("a picture that is deleted while it is drawn is left out, and nothing went wrong", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const gone = await posted(general, "lantern gone");
  const kept = await posted(general, "lantern kept");
  const { thumbnail } = LibraryView.prototype;
  const drawn = vi.spyOn(LibraryView.prototype, "thumbnail");
  drawn.mockImplementationOnce(async function (this: LibraryView, id) {
    fake.erase([gone]);
    await harness.waitForPlaced([kept]);
    return thumbnail.call(this, id);
  });
  const answer = await harness.slash(ann, "find", { query: { value: "lantern gone" } });
  drawn.mockRestore();
  expect(answer.text).toContain(kept.id);
  expect(answer.text).not.toContain(gone.id);
});

test.each(["find", "duplicates", "Find similar"])(
  "%s shows nothing that became unreadable while the answer was on its way",
  async (command) => {
    const { fake, guild, general } = harness;
    const attic = fake.channel(guild, "attic");
    await harness.startBot();
    for (const channel of [general, attic]) await harness.index(channel);
    const open = await posted(general, "lantern open");
    const [secret] = [await posted(attic, "lantern"), await posted(attic, "lantern")];
    beforeTheSecondTry(() => fake.overwrite(attic, { id: ann.member.userId, type: 1, deny: P.ViewChannel }));
    const answer =
      command === "Find similar"
        ? await harness.menu(ann, command, open)
        : await harness.slash(ann, command, command === "find" ? { query: { value: "lantern" } } : {});
    expect(answer.text).not.toContain(secret.id);
    expect(answer.text).not.toContain(attic.id);
    expect(answer.text).toMatch(command === "duplicates" ? /No reposts/ : /among (the )?1 picture/);
  },
);

test("a role taken away while a slow answer was made is noticed before it is sent", async () => {
  const { fake, guild } = harness;
  const keeper = fake.role(guild, "keeper");
  const attic = fake.channel(guild, "attic", {
    overwrites: [
      { id: guild.id, type: 0, deny: P.ViewChannel },
      { id: keeper, type: 0, allow: P.ViewChannel },
      { id: fake.botId, type: 1, allow: P.ViewChannel },
    ],
  });
  ann.member.roles = [keeper];
  await harness.startBot({ trustMemberMs: 0 });
  await harness.index(attic);
  const secret = await posted(attic, "lantern");
  expect((await harness.slash(ann, "find", { query: { value: "lantern" } })).text).toContain(secret.id);
  beforeTheSecondTry(() => {
    ann.member.roles = [];
  });
  const answer = await harness.slash(ann, "find", { query: { value: "lantern" } });
  expect(answer.text).not.toContain(secret.id);
  beforeTheSecondTry(() => void guild.members.delete(ann.member.userId));
  ann.member.roles = [keeper];
  expect((await harness.slash(ann, "find", { query: { value: "lantern" } })).text).toBe(
    "You are no longer in this server.",
  );
});

test("a picture deleted while the answer was on its way is not in it", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const [doomed, kept] = [await posted(general, "lantern old"), await posted(general, "lantern new")];
  beforeTheSecondTry(() => fake.erase([doomed]));
  const answer = await harness.slash(ann, "find", { query: { value: "lantern" } });
  expect(answer.text).toContain(kept.id);
  expect(answer.text).not.toContain(doomed.id);
});

test("in a time-out nobody shows pictures, removes tags of others or manages", async () => {
  const { fake, guild, general } = harness;
  const staff = fake.role(guild, "staff", P.ManageGuild | P.ManageMessages);
  ann.member.roles = [staff];
  await harness.startBot();
  await harness.index(general);
  await posted(general, "lantern");
  const shown = await show(ann, "lantern");
  expect(shown.text).toContain("Shown");
  ann.member.timedOut = true;
  expect((await show(ann, "lantern")).text).toBe("You cannot post pictures in this channel.");
  expect((await harness.slash(ann, "status")).text).toContain("Only people who may manage this server");
});

test("pictures are shown only by who may post pictures there, also in threads", async () => {
  const { fake, guild, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const message = await posted(general, "lantern");
  const thread = fake.thread(general, "talk");
  const refused = "You cannot post pictures in this channel.";
  // Everybody may write in channels here, and nobody in threads.
  expect((await show({ ...ann, channel: thread }, "lantern")).text).toBe(refused);
  const everyone = guild.roles.get(guild.id);
  if (!everyone) throw new Error("every server has that role");
  fake.overwrite(general, { id: guild.id, type: 0, allow: P.SendMessagesInThreads, deny: P.SendMessages });
  expect((await show({ ...ann, channel: thread }, "lantern")).text).toContain("Shown");
  expect((await show(ann, "lantern")).text).toBe(refused);
  fake.overwrite(general, { id: guild.id, type: 0, deny: P.AttachFiles });
  expect((await show(ann, "lantern")).text).toBe(refused);
  expect(lastOf(thread).content).toContain(message.id);
});

test("what is shown names who shows it, goes with its picture, and can be taken back by them alone", async () => {
  const { fake, guild, general } = harness;
  const bob: Invoker = { member: fake.member(guild, "bob"), channel: general };
  const hall = fake.channel(guild, "hall");
  await harness.startBot();
  await harness.index(general);
  const picture1 = await posted(general, "lantern");
  await show({ ...ann, channel: hall }, "lantern");
  const copy = lastOf(hall);
  expect(copy.content).toContain(`shown by <@${ann.member.userId}>`);
  fake.erase([picture1]);
  await eventually(() => expect(hall.messages).not.toContain(copy));

  await posted(general, "lantern again");
  await show({ ...ann, channel: hall }, "lantern");
  const second = lastOf(hall);
  const takeBack = JSON.stringify(second.components).match(/unshow:\d+/)?.[0] ?? "";
  const refusal = await harness.press({ ...bob, channel: hall }, takeBack, undefined, second);
  expect(refusal.text).toContain("Only the person who showed");
  expect(hall.messages).toContain(second);
  // A forged id cannot name a message that was never shown.
  const other = fake.postByBot(hall, { content: "an announcement" });
  await harness.press({ ...ann, channel: hall }, takeBack, undefined, other);
  expect(hall.messages).toContain(other);
  const taken = await harness.press({ ...ann, channel: hall }, takeBack, undefined, second);
  expect(taken.text).toBe("Taken back.");
  expect(hall.messages).not.toContain(second);
});

test("what was shown goes too when its poster erases it, or its channel is no longer indexed", async () => {
  const { fake, guild, general } = harness;
  const hall = fake.channel(guild, "hall");
  const there = { ...ann, channel: hall };
  await harness.startBot();
  await harness.index(general);
  await posted(general, "lantern", { by: ann.member });
  await show(there, "lantern");
  await harness.slash(ann, "privacy delete");
  await eventually(() => expect(hall.messages).toEqual([]));
  await posted(general, "lantern two", { at: Date.now() + 1_000 });
  await show(there, "lantern");
  expect(hall.messages).toHaveLength(1);
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: general } });
  await eventually(() => expect(hall.messages).toEqual([]));
});

test("a channel's pictures are shown where the same people read, by whatever roles", async () => {
  const { fake, guild } = harness;
  const [members, guests] = [fake.role(guild, "members"), fake.role(guild, "guests")];
  const forMembers = [
    { id: guild.id, type: 0 as const, deny: P.ViewChannel },
    { id: members, type: 0 as const, allow: P.ViewChannel },
    { id: fake.botId, type: 1 as const, allow: P.ViewChannel },
  ];
  const [lounge, photos] = ["lounge", "photos"].map((name) =>
    fake.channel(guild, name, { overwrites: forMembers }),
  );
  if (!lounge || !photos) throw new Error("made above");
  ann.member.roles = [members];
  await harness.startBot();
  await harness.index(photos);
  await posted(photos, "lantern");
  const there = { ...ann, channel: lounge };
  expect((await show(there, "lantern")).text).toBe("Shown.");
  fake.overwrite(lounge, { id: guests, type: 0, allow: P.ViewChannel });
  expect((await show(there, "lantern")).text).toContain("None of these pictures may be seen by everybody");
});

test("a removed attachment is not findable although a sticker or a poll is left of its message", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const messages = [await posted(general, "lantern"), await posted(general, "ladder")];
  const [first, second] = messages;
  if (!first || !second) throw new Error("posted above");
  fake.edit(first, {
    attachments: [],
    extras: { sticker_items: [{ id: "1", name: "wave", format_type: 1 }] },
  });
  fake.edit(second, { attachments: [], extras: { poll: { question: { text: "which?" } } } });
  await harness.waitForPlaced([]);
});

test("a message of stickers proves nothing while Discord keeps content back", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const message = await posted(general, "lantern");
  fake.applicationFlags = 0;
  fake.edit(message, {
    attachments: [],
    extras: { sticker_items: [{ id: "1", name: "wave", format_type: 1 }] },
  });
  await eventually(() =>
    expect(fake.requests.some(({ path }) => path.endsWith("/applications/@me"))).toBe(true),
  );
  await harness.slash(harness.asOwner, "status");
  await harness.waitForPlaced([message]);
});

test("pictures of a channel whose age restriction is lifted are found everywhere, and hidden when it is set", async () => {
  const { fake, guild, general } = harness;
  const bar = fake.channel(guild, "bar", { nsfw: true });
  await harness.startBot();
  await harness.index(bar);
  const message = await posted(bar, "lantern");
  const found = async () => (await harness.slash(ann, "find", { query: { value: "lantern" } })).text;
  expect(await found()).not.toContain(message.id);
  bar.nsfw = false;
  fake.reveal(bar);
  await eventually(async () => expect(await found()).toContain(message.id));
  bar.nsfw = true;
  fake.reveal(bar);
  await eventually(async () => expect(await found()).not.toContain(message.id));
  expect(general.nsfw).toBe(false);
});

test("a picture forwarded from another server of the bot is indexed here too", async () => {
  const { fake, general } = harness;
  const elsewhere = fake.guild("elsewhere");
  const hall = fake.channel(elsewhere, "hall");
  await harness.startBot();
  await harness.index(general);
  const chief = elsewhere.members.get(elsewhere.ownerId);
  if (!chief) throw new Error("a guild has an owner");
  await harness.slash({ member: chief, channel: hall }, "index add", { channel: { channel: hall } });
  await harness.waitForIndexed(hall);
  const original = fake.post(hall, { pictures: [picture("lantern")] });
  await harness.waitForPlaced([original], elsewhere);
  const forward = fake.post(general, { forward: original });
  await harness.waitForPlaced([forward]);
});

test("/status counts what waits in this server only", async () => {
  const { fake, general } = harness;
  const elsewhere = fake.guild("elsewhere");
  const hall = fake.channel(elsewhere, "hall");
  await harness.startBot();
  await harness.index(general);
  const chief = elsewhere.members.get(elsewhere.ownerId);
  if (!chief) throw new Error("a guild has an owner");
  let open: () => void = () => undefined;
  fake.cdn.gate = new Promise((resolve) => {
    open = resolve;
  });
  fake.post(general, { pictures: [picture("a"), picture("b"), picture("c")] });
  await eventually(async () =>
    expect((await harness.slash(harness.asOwner, "status")).text).toContain("3 pictures waiting"),
  );
  const answer = await harness.slash({ member: chief, channel: hall }, "status");
  expect(answer.text).toContain("0 pictures waiting");
  open();
});

test("the button of tags deletes nothing but tags of a picture of one's own", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  const mine = fake.post(general, { by: ann.member, content: "hello" });
  const announcement = fake.postByBot(general, { content: "an announcement" });
  const forged = await harness.press(ann, `untag:${general.id}:${mine.id}`, undefined, announcement);
  expect(forged.text).toContain("Only the person who posted the picture");
  expect(general.messages).toContain(announcement);
});

test("tags go with their picture, and those of a spoiler are blurred like it", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.slash(harness.asOwner, "autotag", {
    channel: { channel: general },
    mode: { value: "reply" },
    labels: { value: "cat, dog" },
  });
  const [plain, hidden] = [
    fake.post(general, { by: ann.member, pictures: [picture("cat")] }),
    fake.post(general, { by: ann.member, pictures: [picture("dog")], spoiler: true }),
  ];
  await eventually(() => expect(harness.botMessages(general)).toHaveLength(2));
  const texts = harness.botMessages(general);
  expect(texts.find((text) => text.includes("dog"))).toContain("||dog||");
  expect(texts.find((text) => text.includes("cat"))).not.toContain("||");
  fake.erase([plain]);
  await eventually(() => expect(harness.botMessages(general)).toHaveLength(1));
  fake.edit(hidden, { attachments: [], content: "nothing to see" });
  await eventually(() => expect(harness.botMessages(general)).toEqual([]));
  // Also where nothing is indexed, and the picture went while the bot was away.
  const third = fake.post(general, { by: ann.member, pictures: [picture("cat")] });
  await harness.waitForBotMessage(general, "cat");
  await eventually(async () =>
    expect((await harness.library.state.list(`discord/about/${harness.guild.id}/`)).size).toBe(1),
  );
  await harness.restartBot(() => fake.erase([third], false));
  await eventually(() => expect(harness.botMessages(general)).toEqual([]));
});

test("no reaction names what is behind a spoiler", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.slash(harness.asOwner, "autotag", {
    channel: { channel: general },
    mode: { value: "react" },
    labels: { value: "🐱 cat, 🐶 dog" },
  });
  fake.post(general, { by: ann.member, pictures: [picture("dog")], spoiler: true });
  const seen = fake.post(general, { by: ann.member, pictures: [picture("cat")] });
  const reactions = () => fake.requests.filter(({ path }) => path.includes("/reactions/"));
  await eventually(() => expect(reactions()).toHaveLength(1));
  expect(reactions()[0]?.path).toContain(seen.id);
});

test("a command handed to a role in the server's Integrations is theirs to use", async () => {
  const { fake, guild, general } = harness;
  const curator = fake.role(guild, "curator");
  await harness.startBot();
  const ask = () => harness.slash(ann, "index add", { channel: { channel: general } });
  expect((await ask()).text).toContain("Only people who may manage this server");
  fake.commandPermissions.set(guild.id, [{ id: curator, type: 1, permission: true }]);
  expect((await ask()).text).toContain("Only people who may manage this server");
  ann.member.roles = [curator];
  expect((await ask()).text).toContain("will be indexed");
  fake.commandPermissions.get(guild.id)?.push({ id: ann.member.userId, type: 2, permission: false });
  expect((await harness.slash(ann, "index status")).text).toContain("Only people who may manage this server");
});

test("retention is to the second: kept until then, shown to nobody after, and erased within a round", async () => {
  const { fake, general } = harness;
  const DAY = 86_400_000;
  await harness.startBot({ times: { maintenanceMs: 3_600_000, retryRounds: 1 } });
  await harness.index(general);
  const kept: FakeMessage[] = [];
  for (let day = 0; day < 7; day += 1) {
    // The oldest is half a minute short of seven days.
    const at = Date.now() - day * DAY - (DAY - 30_000);
    kept.push(fake.post(general, { pictures: [picture(`lantern ${day}`)], at }));
  }
  const expiring = fake.post(general, {
    pictures: [picture("lantern late")],
    at: Date.now() - 7 * DAY + 3_000,
  });
  await harness.waitForPlaced([...kept, expiring]);
  const answer = await harness.slash(harness.asOwner, "index retention", { days: { value: 7 } });
  expect(answer.text).toContain("0 pictures were erased now");
  const found = async () => (await harness.slash(ann, "find", { query: { value: "lantern" } })).text;
  // No maintenance runs meanwhile: the question itself notices.
  await eventually(async () => expect(await found()).not.toContain(expiring.id));
  const text = await found();
  for (const { id } of kept) expect(text).toContain(id);
  await harness.waitForPlaced(kept);
});

test("members see a voice channel's pictures only with Connect, which a time-out takes", async () => {
  const { fake, guild } = harness;
  const stage = fake.channel(guild, "stage", {
    type: ChannelType.GuildVoice,
    overwrites: [{ id: guild.id, type: 0, allow: P.Connect }],
  });
  await harness.startBot();
  await harness.index(stage);
  const message = await posted(stage, "lantern");
  const found = async (who: FakeMember) =>
    (await harness.slash({ ...ann, member: who }, "find", { query: { value: "lantern" } })).text;
  expect(await found(ann.member)).toContain(message.id);
  ann.member.timedOut = true;
  const text = await found(ann.member);
  expect(text).not.toContain(message.id);
  expect(text).toContain("among the 0 pictures");
});

test("the message that shows how far a channel is read goes when not all who see it may know", async () => {
  const { fake, guild, general } = harness;
  const attic = fake.channel(guild, "attic");
  fake.post(attic, { pictures: [picture("lantern")], announce: false });
  await harness.startBot();
  let open: () => void = () => undefined;
  fake.cdn.gate = new Promise((resolve) => {
    open = resolve;
  });
  await harness.slash(harness.asOwner, "index add", { channel: { channel: attic } });
  await eventually(() => expect(harness.botMessages(general).join()).toContain(attic.id));
  fake.overwrite(attic, { id: fake.botId, type: 1, allow: P.ViewChannel });
  fake.overwrite(attic, { id: guild.id, type: 0, deny: P.ViewChannel });
  // By the next reply, both changes have arrived.
  await harness.slash(harness.asOwner, "status");
  open();
  await harness.waitForIndexed(attic);
  await eventually(() => expect(harness.botMessages(general).join()).not.toContain(attic.id));
});

test("where people see what is posted and not what was, nothing is shown that they cannot read", async () => {
  const { fake, guild } = harness;
  const staff = fake.role(guild, "staff");
  const bot = { id: fake.botId, type: 1 as const, allow: P.ViewChannel | P.ReadMessageHistory };
  const lobby = fake.channel(guild, "lobby", {
    overwrites: [
      { id: guild.id, type: 0, deny: P.ReadMessageHistory },
      { id: staff, type: 0, allow: P.ReadMessageHistory },
      bot,
    ],
  });
  const room = fake.channel(guild, "staff", {
    overwrites: [
      { id: guild.id, type: 0, deny: P.ViewChannel },
      { id: staff, type: 0, allow: P.ViewChannel | P.ReadMessageHistory },
      bot,
    ],
  });
  ann.member.roles = [staff];
  await harness.startBot();
  for (const channel of [lobby, room]) await harness.index(channel);
  await posted(room, "vault");
  await posted(lobby, "lantern");
  const refused = "None of these pictures may be seen by everybody";
  const there = { ...ann, channel: lobby };
  for (const words of ["vault", "lantern"]) expect((await show(there, words)).text).toContain(refused);
  expect((await show({ ...ann, channel: room }, "lantern")).text).toContain("Shown");
});

test("an answer for one person never replaces a message that all can read, whatever id a client sends", async () => {
  const { fake, guild, general } = harness;
  const hall = fake.channel(guild, "hall");
  await harness.startBot();
  await harness.index(general);
  for (let at = 0; at < 10; at += 1) await posted(general, `lantern ${at}`);
  const found = await harness.slash(ann, "find", { query: { value: "lantern" } });
  const open = fake.postByBot(hall, { content: "an announcement" });
  for (const id of [button(found, "page:"), button(found, "filter:")]) {
    const answer = await harness.press({ ...ann, channel: hall }, id, undefined, open);
    expect(answer.callbacks).toMatchObject([{ type: 5, flags: 64 }]);
  }
});

test("what was made a spoiler after it was indexed is blurred, and its words are not told", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const message = await posted(general, "dragon", { description: "it was the butler" });
  const ask = async () =>
    JSON.stringify((await harness.slash(ann, "find", { query: { value: "dragon" } })).reply);
  expect(await ask()).toContain("butler");
  const [attachment] = message.attachments;
  if (!attachment) throw new Error("posted above");
  fake.edit(message, { attachments: [{ ...attachment, flags: 8 }] });
  await eventually(async () => expect(await ask()).not.toContain("butler"));
  expect(await ask()).toContain('"spoiler":true');
  await harness.restartBot();
  expect(await ask()).not.toContain("butler");
  const other = await posted(general, "wizard");
  const spoilers = async () =>
    JSON.stringify((await harness.slash(ann, "find", { query: { value: "wizard" } })).reply).match(
      /"spoiler":true/g,
    )?.length;
  expect(await spoilers()).toBe(1);
  general.flags = ChannelFlags.IsSpoilerChannel;
  fake.overwrite(general, { id: harness.guild.id, type: 0 });
  await eventually(async () => expect(await spoilers()).toBe(2));
  expect(other.attachments[0]?.flags).toBe(0);
});

test("no count tells of a private thread to who is not in it", async () => {
  const { fake, guild, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const thread = fake.thread(general, "talk", {
    type: ChannelType.PrivateThread,
    members: new Set([fake.botId, ann.member.userId]),
  });
  await posted(thread, "secret");
  const staff: Invoker = {
    member: fake.member(guild, "staff", [fake.role(guild, "staff", P.ManageGuild)]),
    channel: general,
  };
  const count = async (who: Invoker) =>
    (await harness.slash(who, "index status", { channel: { channel: general } })).text;
  expect(await count(staff)).toContain("0 pictures findable");
  expect(await count(harness.asOwner)).toContain("1 picture findable");
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: general } });
  await harness.index(general);
  await harness.waitForBotMessage(general, "**complete**");
  expect(harness.botMessages(general).join()).not.toContain("1 picture findable");
});

test("no tag of a picture is suggested before it was shown", async () => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  const message = await posted(general, "ledger");
  const [placed] = await harness.library.posts.placements({ guildId: harness.guild.id });
  await harness.library.tags.put(placed?.id ?? "", "hidden tag");
  beforeTheSecondTry(() => fake.overwrite(general, { id: ann.member.userId, type: 1, deny: P.ViewChannel }));
  const hall = { ...ann, channel: fake.channel(harness.guild, "hall") };
  expect((await harness.slash(hall, "find", { query: { value: "ledger" } })).text).not.toContain(message.id);
  const suggested = fake.complete({ userId: ann.member.userId, channel: hall.channel }, "find", {
    name: "query",
    value: "hid",
  });
  await harness.waitForReply(suggested);
  expect(JSON.stringify(suggested.callbacks)).not.toContain("hidden tag");
});
