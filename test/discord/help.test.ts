import { ChannelType, Locale, PermissionFlagsBits as P } from "discord.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commands } from "../../src/discord/commands/index.ts";
import { translations } from "../../src/discord/texts/languages.ts";
import { eventually } from "../support/eventually.ts";
import type { FakeReply } from "./fake/interactions.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let ann: Invoker;

beforeAll(async () => {
  harness = await DiscordHarness.start();
  const { fake, guild, general } = harness;
  ann = { member: fake.member(guild, "ann"), channel: general };
  await harness.startBot();
});

afterAll(() => harness.dispose());

/** Every name and description that Discord shows, with its translations and its limit in characters. */
function* textsOf(
  node: unknown,
): Generator<{ text: string; localised: Record<string, string>; max: number; isName: boolean }> {
  if (Array.isArray(node)) for (const each of node) yield* textsOf(each);
  else if (typeof node === "object" && node !== null) {
    const { name, description, name_localizations, description_localizations, value, type } = node as Record<
      string,
      never
    >;
    // Choices and context menus have free names.
    const isFree = value !== undefined || type === 3;
    if (typeof name === "string")
      yield {
        text: name,
        localised: name_localizations ?? {},
        max: isFree && value !== undefined ? 100 : 32,
        isName: !isFree,
      };
    if (description)
      yield { text: description, localised: description_localizations ?? {}, max: 100, isName: false };
    for (const [key, inner] of Object.entries(node))
      if (!key.endsWith("localizations")) yield* textsOf(inner);
  }
}

/** Discord's own pattern for names of slash commands and their options. */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

test("no text of a command lacks a language, and none is longer than Discord takes", () => {
  const locales = Object.keys(translations).sort();
  expect(locales).toEqual(
    [
      Locale.German,
      Locale.French,
      Locale.SpanishES,
      Locale.SpanishLATAM,
      Locale.PortugueseBR,
      Locale.Japanese,
    ].sort(),
  );
  const menus = commands.filter(({ kind }) => kind === "message-menu").map(({ data }) => data.name);
  let count = 0;
  for (const { text, localised, max, isName } of textsOf(commands.map(({ data }) => data))) {
    count += 1;
    expect(Object.keys(localised).sort(), text).toEqual(locales);
    for (const each of [text, ...Object.values(localised)]) {
      expect(each.length, each).toBeGreaterThan(0);
      expect(each.length, each).toBeLessThanOrEqual(max);
      if (!isName || menus.includes(text)) continue;
      expect(each).toMatch(NAME);
      expect(each).toBe(each.toLowerCase());
    }
  }
  expect(count).toBeGreaterThan(100);
});

test("names of one level stay different in every language", () => {
  const levels: { name: string; name_localizations?: Record<string, string> | null }[][] = [];
  const collect = (options: unknown) => {
    if (!Array.isArray(options)) return;
    levels.push(options);
    for (const { options: inner } of options) collect(inner);
  };
  collect(commands.map(({ data }) => data));
  for (const level of levels)
    for (const locale of Object.keys(translations)) {
      const names = level.map(({ name, name_localizations }) => name_localizations?.[locale] ?? name);
      expect(new Set(names).size, names.join()).toBe(names.length);
    }
});

test("/help tells members and managers what is theirs", async () => {
  const forAnn = await harness.slash(ann, "help");
  expect(forAnn.text).toContain("/find query:");
  expect(forAnn.text).not.toContain("/index add");
  expect((await harness.slash(harness.asOwner, "help")).text).toContain("/index add");
});

test("on joining the bot says once what comes next, where newcomers are greeted", async () => {
  const { fake } = harness;
  const joined = fake.guild("joined");
  const lobby = fake.channel(joined, "lobby");
  joined.systemChannelId = lobby.id;
  fake.announceGuild(joined);
  await eventually(() => expect(harness.botMessages(lobby).join()).toContain("/index add"));
  fake.leave(joined);
  const noted = () => harness.library.state.get(`discord/welcomed/${joined.id}`);
  await eventually(async () => expect(await noted()).toBeUndefined());
  fake.announceGuild(joined);
  await eventually(() => expect(harness.botMessages(lobby)).toHaveLength(2));
  await harness.restartBot();
  await harness.slash(harness.asOwner, "status");
  expect(harness.botMessages(lobby)).toHaveLength(2);
});

test("a category, or all channels but some, are indexed at once, without a public note for each", async () => {
  const { fake, guild, general } = harness;
  const category = fake.channel(guild, "pictures", { type: ChannelType.GuildCategory });
  const [one, two, adult, closed, other] = [
    fake.channel(guild, "one", { parentId: category.id }),
    fake.channel(guild, "two", { parentId: category.id }),
    fake.channel(guild, "adult", { parentId: category.id, nsfw: true }),
    fake.channel(guild, "closed", {
      parentId: category.id,
      overwrites: [{ id: guild.id, type: 0, deny: P.ViewChannel }],
    }),
    fake.channel(guild, "other"),
  ];
  const messages = [one, two, other].map((channel) =>
    fake.post(channel, { pictures: [picture(channel.name)], announce: false }),
  );
  const before = harness.botMessages(general).length;
  const added = await harness.slash(harness.asOwner, "index add", { channel: { channel: category } });
  expect(added.text).toContain("2 channels will be indexed");
  expect(added.text).toContain("1 age-restricted left out");
  await harness.waitForPlaced(messages.slice(0, 2));
  const all = await harness.slash(harness.asOwner, "index add", {
    all: { value: true },
    except: { value: `<#${general.id}> and <#${adult.id}>` },
  });
  expect(all.text).toContain("1 channel will be indexed");
  expect(all.text).toContain("2 were indexed already");
  await harness.waitForPlaced(messages);
  expect(harness.botMessages(general)).toHaveLength(before);
  const { indexed } = JSON.parse(
    JSON.stringify(await harness.library.settings.get(`discord:guild:${guild.id}`)),
  );
  expect(Object.keys(indexed).sort()).toEqual([one.id, two.id, other.id].sort());
  expect(closed.messages).toEqual([]);
  const attic = fake.channel(guild, "attic");
  const cellar = fake.channel(guild, "hr-private");
  const except = (value: string) =>
    harness.slash(harness.asOwner, "index add", { all: { value: true }, except: { value } });
  for (const misspelt of ["hr-privat", "hr"])
    expect((await except(misspelt)).text).toContain(`${misspelt} is no channel`);
  expect((await except(`#HR-Private, general, ${adult.id}`)).text).toContain("1 channel will be indexed");
  const now = JSON.stringify(await harness.library.settings.get(`discord:guild:${guild.id}`));
  expect([now.includes(attic.id), now.includes(cellar.id)]).toEqual([true, false]);
  expect((await harness.slash(harness.asOwner, "index add")).text).toContain("Name a channel or a category");
});

test("a manager learns how many pictures a channel has, before anything of it is read", async () => {
  const { fake, guild, asOwner } = harness;
  const attic = fake.channel(guild, "attic");
  for (const filename of ["a.png", "b.mp4", "c.txt"])
    fake.post(attic, { pictures: [picture(filename)], filename, announce: false });
  const estimate = () => harness.slash(asOwner, "index estimate", { channel: { channel: attic } });
  fake.searchReadyInS = 4.2;
  expect((await estimate()).text).toBe(
    "Discord still prepares its search of this server. Please try again in 5 seconds.",
  );
  fake.searchReadyInS = undefined;
  expect((await estimate()).text).toContain(`about 2 messages with pictures or films in <#${attic.id}>`);
  expect(fake.requests.some(({ path }) => path === `/channels/${attic.id}/messages`)).toBe(false);
  expect((await harness.slash(ann, "index estimate", { channel: { channel: attic } })).text).toContain(
    "Only people who may manage",
  );
  fake.overwrite(attic, { id: fake.botId, type: 1, deny: P.ViewChannel });
  expect((await estimate()).text).toContain("That channel cannot be used");
});

test("what managers change, and what is erased by age, is said in the channel that they chose", async () => {
  const { fake, guild, asOwner, owner, general } = harness;
  const audit = fake.channel(guild, "audit");
  const said = () => harness.botMessages(audit).join("\n");
  await harness.slash(asOwner, "index captions", { keep: { value: false } });
  expect((await harness.slash(asOwner, "index log", { channel: { channel: audit } })).text).toContain(
    "written to",
  );
  await harness.slash(asOwner, "index captions", { keep: { value: true } });
  await eventually(() => expect(said()).toContain(`<@${owner.userId}> ran \`/index captions\` · keep: true`));
  await harness.index(general);
  const old = Date.now() - 30 * 86_400_000;
  const posted = fake.post(general, { pictures: [picture("old barn")], at: old });
  await eventually(async () => expect(await harness.placedMessageIds()).toContain(posted.id));
  await harness.library.settings.set(`discord:guild:${guild.id}`, {
    ...((await harness.library.settings.get(`discord:guild:${guild.id}`)) as object),
    retentionDays: 7,
  });
  await harness.restartBot();
  await eventually(() => expect(said()).toContain("1 picture was erased: posted more than 7 days ago"));
  expect(said()).not.toContain("keep: false");
  fake.overwrite(general, { id: fake.botId, type: 1, deny: P.SendMessages });
  await eventually(async () =>
    expect((await harness.slash(asOwner, "index log", { channel: { channel: general } })).text).toContain(
      "The bot may not write in",
    ),
  );
  await harness.slash(asOwner, "index log");
  expect(harness.botMessages(audit).at(-1)).toContain("ran `/index log`");
  const lines = harness.botMessages(audit).length;
  await harness.slash(asOwner, "index retention", { days: { value: 0 } });
  await harness.slash(asOwner, "index captions", { keep: { value: false } });
  expect(harness.botMessages(audit)).toHaveLength(lines);
});

test("earlier questions of the viewer are suggested to them alone, and go with /privacy delete", async () => {
  const { fake, general, owner } = harness;
  await harness.slash(ann, "find", { query: { value: "a red boat" } });
  await harness.slash(ann, "find", { query: { value: "a lighthouse" } });
  const suggested = async (userId: string, typed: string) => {
    const answer: FakeReply = fake.complete({ userId, channel: general }, "find", {
      name: "query",
      value: typed,
    });
    await eventually(() => expect(answer.callbacks).toHaveLength(1));
    return answer.callbacks[0]?.data.text ?? "";
  };
  expect(await suggested(ann.member.userId, "BOAT")).toContain("a red boat");
  expect(await suggested(ann.member.userId, "boat")).not.toContain("lighthouse");
  expect(await suggested(owner.userId, "boat")).toBe("[]");
  await harness.slash(ann, "privacy delete");
  expect(await suggested(ann.member.userId, "")).toBe("[]");
});
