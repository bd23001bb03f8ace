import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { FakeMember, FakeMessage } from "./fake/model.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

const PLURALKIT = "466378653216014359";

let harness: DiscordHarness;
let ann: Invoker;
let webhook: FakeMember;

beforeEach(async () => {
  harness = await DiscordHarness.start();
  const { fake, guild, general } = harness;
  ann = { member: fake.member(guild, "ann"), channel: general };
  webhook = { userId: "555", name: "Luna", roles: [], bot: true };
});

afterEach(() => harness.dispose());

const byProxy = (words: string, applicationId = PLURALKIT, more = {}): FakeMessage =>
  harness.fake.post(harness.general, {
    by: webhook,
    pictures: [picture(words)],
    webhook: { id: webhook.userId, applicationId },
    ...more,
  });

/** A member posts, and a proxy does it over. */
function proxied(words: string, applicationId?: string): FakeMessage {
  const { fake, general } = harness;
  const original = fake.post(general, { by: ann.member, pictures: [picture(words)] });
  const copy = byProxy(words, applicationId);
  fake.erase([original]);
  return copy;
}

const authors = async () =>
  (await harness.library.posts.placements({ guildId: harness.guild.id })).map(
    ({ placement }) => placement.authorId,
  );

const credit = (author: string) =>
  harness.slash(harness.asOwner, "index proxies", { author: { value: author } });

test("by default the webhook counts", async () => {
  await harness.startBot();
  await harness.index(harness.general);
  const copy = proxied("lantern");
  await harness.waitForPlaced([copy]);
  expect(await authors()).toEqual([webhook.userId]);
});

test("where a server chose so, the member behind counts: live, by the files just posted there", async () => {
  await harness.startBot({ askPluralKit: async () => undefined });
  await credit("member");
  await harness.index(harness.general);
  const copy = proxied("lantern", "431544605209788416");
  await harness.waitForPlaced([copy]);
  expect(await authors()).toEqual([ann.member.userId]);
  const exported = await harness.slash(ann, "privacy export");
  expect(Buffer.from(exported.reply.files[0]?.bytes ?? []).toString()).toContain(copy.id);
  expect((await harness.slash(ann, "privacy opt-out")).text).toContain("1 picture was erased");
  proxied("ladder");
  const other = byProxy("a news feed", "99", { filename: "feed.png" });
  await harness.waitForPlaced([other]);
  expect(await authors()).toEqual([webhook.userId]);
});

test("in history PluralKit says who is behind its messages, and nobody is asked about others", async () => {
  const asked: string[] = [];
  const [mine, feed] = [
    byProxy("lantern", PLURALKIT, { announce: false }),
    byProxy("news", "99", { announce: false }),
  ];
  let isAway = true;
  await harness.startBot({
    askPluralKit: async (id) => {
      asked.push(id);
      if (isAway) throw new Error("PluralKit answered 503");
      return ann.member.userId;
    },
  });
  await credit("member");
  await harness.index(harness.general);
  // Who cannot be told is not indexed as somebody else, and is tried again.
  await harness.waitForPlaced([feed]);
  isAway = false;
  await harness.waitForPlaced([mine, feed]);
  expect((await authors()).sort()).toEqual([ann.member.userId, webhook.userId].sort());
  await eventually(() => expect(new Set(asked)).toEqual(new Set([mine.id])));
});

test("a webhook is named, since no mention names it", async () => {
  await harness.startBot();
  await harness.index(harness.general);
  harness.fake.post(harness.general, {
    by: webhook,
    pictures: [picture("lantern")],
    webhook: { id: webhook.userId, applicationId: "99", name: "News **@everyone**" },
  });
  const ask = async () => (await harness.slash(ann, "find", { query: { value: "lantern" } })).text;
  await eventually(async () => expect(await ask()).toContain("· News \\*\\*@\u200beveryone\\*\\* ·"));
  expect(await ask()).not.toContain(`<@${webhook.userId}>`);
  await harness.restartBot();
  expect(await ask()).toContain("· News");
});
