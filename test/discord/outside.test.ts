import { PermissionFlagsBits as P } from "discord.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { FakeReply } from "./fake/interactions.ts";
import type { FakeChannel, FakeGuild, FakeMember, FakeMessage } from "./fake/model.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

/** Asking from a direct message, or as an app of one's own in a server without the bot. */

let harness: DiscordHarness;
let ann: FakeMember;
let home: FakeMessage;
let club: { guild: FakeGuild; channel: FakeChannel; post: FakeMessage };

beforeAll(async () => {
  harness = await DiscordHarness.start();
  await harness.startBot();
  const { fake, guild, general } = harness;
  ann = fake.member(guild, "ann");
  await harness.index(general);
  home = fake.post(general, { pictures: [picture("boat at home")] });
  const other = fake.guild("club @everyone");
  const channel = fake.channel(other, "hall");
  fake.announceGuild(other);
  const chief = other.members.get(other.ownerId);
  if (!chief) throw new Error("a guild has an owner");
  await eventually(async () => {
    const added = await harness.slash({ member: chief, channel }, "index add", { channel: { channel } });
    expect(added.text).toMatch(/will be indexed|is indexed/);
  });
  club = { guild: other, channel, post: fake.post(channel, { pictures: [picture("boat of the club")] }) };
  await harness.waitForPlaced([home]);
  await harness.waitForPlaced([club.post], other);
});

afterAll(() => harness.dispose());

const outside = (member = ann): Invoker => ({
  member,
  channel: harness.general,
  outside: "direct message",
});
const boat = { query: { value: "boat" } };
const menu = (answer: FakeReply, start: string) =>
  answer.reply.components.find(({ customId }) => customId.startsWith(start));

test("one who is in one server of the bot is answered there, and their buttons work", async () => {
  const answer = await harness.slash(outside(), "find", boat);
  expect(answer.text).toContain(home.id);
  expect(answer.text).not.toContain(club.post.id);
  const select = menu(answer, "like:");
  const like = await harness.press(outside(), select?.customId ?? "");
  expect(like.text).toContain("More like");
  const marks = menu(answer, "mark:");
  expect((await harness.press(outside(), marks?.customId ?? "", ["none"])).text).toContain("Noted");
  const forged = await harness.press(outside(), `show:${select?.customId.split(":")[1]}:0`);
  expect(forged.text).toContain("too old, or it is somebody else's");
});

test("one who is in none is told so, and learns of none", async () => {
  const stranger = { userId: "77700000000000001", name: "stranger", roles: [], bot: false };
  const answer = await harness.slash(outside(stranger), "find", boat);
  expect(answer.text).toContain("You share no server with this bot in which pictures can be found.");
});

test("one who is in several chooses, among those alone that they are in", async () => {
  const { fake } = harness;
  const bob = fake.member(harness.guild, "bob");
  club.guild.members.set(bob.userId, bob);
  const third = fake.guild("third");
  fake.announceGuild(third);
  const asked = await harness.slash(outside(bob), "find", boat);
  const choice = menu(asked, "server:");
  expect(choice?.values.sort()).toEqual([harness.guild.id, club.guild.id].sort());
  expect(asked.text).not.toContain("third");
  expect(asked.text).not.toContain("@everyone");
  const choose = (who: FakeMember, guildId: string) =>
    harness.press(outside(who), choice?.customId ?? "", [guildId]);
  expect((await choose(bob, club.guild.id)).text).toContain(club.post.id);
  expect((await choose(bob, harness.guild.id)).text).toContain(home.id);
  for (const forged of [third.id, "0", "../etc"]) {
    expect((await choose(bob, forged)).text, forged).toBe("You are no longer in this server.");
  }
  expect((await choose(ann, club.guild.id)).text).toContain("somebody else's");
  // Thrown out meanwhile.
  club.guild.members.delete(bob.userId);
  expect((await choose(bob, club.guild.id)).text).toBe("You are no longer in this server.");
});

test("rights that change while the answer is made are those that count", async () => {
  const { fake, guild } = harness;
  const role = fake.role(guild, "crew");
  const overwrites = [
    { id: guild.id, type: 0 as const, deny: P.ViewChannel },
    { id: role, type: 0 as const, allow: P.ViewChannel | P.ReadMessageHistory },
    { id: fake.botId, type: 1 as const, allow: P.ViewChannel | P.ReadMessageHistory },
  ];
  const deck = fake.channel(guild, "deck", { overwrites });
  await harness.index(deck);
  const secret = fake.post(deck, { pictures: [picture("boat below deck")] });
  await harness.waitForPlaced([home, secret]);
  const cat = fake.member(guild, "cat", [role]);
  expect((await harness.slash(outside(cat), "find", boat)).text).toContain(secret.id);
  // The role goes between the search and the sending: at the second look at the member.
  let looks = 0;
  fake.faults.push({
    method: "GET",
    path: new RegExp(`/guilds/${guild.id}/members/${cat.userId}$`),
    respond: () => {
      looks += 1;
      if (looks === 3) cat.roles = [];
      return false;
    },
  });
  const answer = await harness.slash(outside(cat), "find", boat);
  fake.faults.pop();
  expect(looks).toBeGreaterThan(3);
  expect(answer.text).toContain(home.id);
  for (const { text } of [...answer.edits, ...answer.followUps]) {
    expect(text).not.toContain(secret.id);
    expect(text).not.toContain("among 2");
  }
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: deck } });
});

test("Find similar and /classify work where the bot is not", async () => {
  const there: Invoker = { ...outside(), outside: "another server" };
  const similar = await harness.menu(there, "Find similar", home);
  expect(similar.text).toContain("Like that picture");
  expect(similar.text).toContain("among the 1 picture");
  const attachment = harness.fake.attach(picture("cat"));
  expect((await harness.slash(there, "classify", { image: { attachment } })).text).toMatch(/%/);
  expect((await harness.slash(there, "duplicates")).text).toContain("in servers that the bot has joined");
});

test("tags of pictures that somebody was shown are suggested to them, and to nobody else", async () => {
  const { fake, general, library } = harness;
  const [placed] = await library.posts.placements({ guildId: harness.guild.id, messageIds: [home.id] });
  await library.tags.put(placed?.id ?? "", "regatta");
  const here = { member: ann, channel: general };
  const suggested = async (userId: string) => {
    const answer = fake.complete({ userId, channel: general }, "find", { name: "query", value: "reg" });
    await eventually(() => expect(answer.callbacks).toHaveLength(1));
    return answer.callbacks[0]?.data.text ?? "";
  };
  expect(await suggested(ann.userId)).toBe("[]");
  await harness.slash(here, "find", boat);
  await eventually(async () => expect(await suggested(ann.userId)).toContain("regatta"));
  expect(await suggested(harness.owner.userId)).toBe("[]");
  await harness.slash(here, "privacy delete");
  expect(await suggested(ann.userId)).toBe("[]");
});
