import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LibraryError } from "../../src/core/errors.ts";
import type { Settings } from "../../src/core/ports.ts";
import { dropDisabledCaption, GuildSettingsStore } from "../../src/discord/ingest/guild-settings.ts";
import { eventually } from "../support/eventually.ts";
import { openTestLibrary } from "../support/test-library.ts";
import type { FakeMember, FakeMessage } from "./fake/model.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let ann: Invoker;
let bob: FakeMember;
let byAnn: FakeMessage[];
let byBob: FakeMessage;

beforeEach(async () => {
  harness = await DiscordHarness.start();
  const { fake, guild, general } = harness;
  ann = { member: fake.member(guild, "ann"), channel: general };
  bob = fake.member(guild, "bob");
  byAnn = [
    fake.post(general, { by: ann.member, pictures: [picture("garden")], announce: false }),
    fake.post(general, { by: ann.member, pictures: [picture("kitchen")], announce: false }),
  ];
  byBob = fake.post(general, { by: bob, pictures: [picture("garage")], announce: false });
  await harness.startBot();
  await harness.index(general);
  await harness.waitForPlaced([...byAnn, byBob]);
});

afterEach(() => harness.dispose());

test("opting out erases at once and keeps new pictures out, also in a later backfill", async () => {
  const { fake, general } = harness;
  const answer = await harness.slash(ann, "privacy opt-out");
  expect(answer.text).toContain("2 pictures were erased");
  await harness.waitForPlaced([byBob]);
  fake.post(general, { by: ann.member, pictures: [picture("attic")] });
  await pause(100);
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: general } });
  await harness.index(general);
  await harness.waitForPlaced([byBob]);

  await harness.slash(ann, "privacy opt-in");
  const fresh = fake.post(general, { by: ann.member, pictures: [picture("cellar")], at: Date.now() + 1_000 });
  await harness.waitForPlaced([byBob, fresh]);
});

test("deleting erases what was posted so far, permanently, and not what is posted later", async () => {
  const { fake, general } = harness;
  const answer = await harness.slash(ann, "privacy delete");
  expect(answer.text).toContain("2 pictures were erased");
  const fresh = fake.post(general, { by: ann.member, pictures: [picture("roof")], at: Date.now() + 1_000 });
  await harness.waitForPlaced([byBob, fresh]);
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: general } });
  await harness.index(general);
  await harness.waitForPlaced([byBob, fresh]);
});

test("the export contains everything of the user and nothing of others", async () => {
  const answer = await harness.slash(ann, "privacy export");
  expect(answer.ephemeral).toBe(true);
  const exported = JSON.parse(Buffer.from(answer.reply.files[0]?.bytes ?? []).toString());
  const ids = exported.pictures.map(({ messageId }: { messageId: string }) => messageId).sort();
  expect(ids).toEqual(byAnn.map(({ id }) => id).sort());
  expect(JSON.stringify(exported)).not.toContain(bob.userId);
});

const unreadable = async () => {
  throw new LibraryError("The settings cannot be read.");
};

test("while privacy choices cannot be read no picture is indexed, and it is queued for a retry", async () => {
  const { fake, general } = harness;
  let isDown = false;
  const failing = (settings: Settings): Settings => ({
    ...settings,
    get: (key) => (isDown && key.includes(":person:") ? unreadable() : settings.get(key)),
  });
  await harness.stopBot();
  await harness.library.close();
  harness.library = (await openTestLibrary(harness.folder, { aroundSettings: failing })).library;
  await harness.startBot();
  isDown = true;
  const late = fake.post(general, { by: ann.member, pictures: [picture("attic")] });
  await eventually(async () => {
    const noted = await harness.library.state.list(`discord/retry/${general.guildId}/`);
    expect([...noted.keys()].join()).toContain(late.id);
  });
  await harness.waitForPlaced([...byAnn, byBob]);
  isDown = false;
  await harness.stopBot();
  await harness.startBot();
  await harness.waitForPlaced([...byAnn, byBob, late]);
});

test("a caption just written is removed when it cannot be read whether the server keeps captions", async () => {
  const dropped: string[] = [];
  const settings = new GuildSettingsStore({ ...harness.library.settings, get: unreadable });
  const posted = {
    setCaption: async (_guildId: string, messageId: string) => void dropped.push(messageId),
  };
  await dropDisabledCaption({ settings, library: { posts: posted } }, "1", "2");
  expect(dropped).toEqual(["2"]);
});

test("tags in a server where nothing is indexed go when their poster opts out", async () => {
  const { fake } = harness;
  const other = fake.guild("other");
  const lobby = fake.channel(other, "lobby");
  other.members.set(ann.member.userId, ann.member);
  fake.announceGuild(other);
  const owner = other.members.get(other.ownerId);
  if (!owner) throw new Error("a guild has an owner");
  await eventually(async () =>
    expect(
      (
        await harness.slash({ member: owner, channel: lobby }, "autotag", {
          channel: { channel: lobby },
          mode: { value: "reply" },
          labels: { value: "cat" },
        })
      ).text,
    ).toContain("are tagged"),
  );
  fake.post(lobby, { by: ann.member, pictures: [picture("cat")] });
  await harness.waitForBotMessage(lobby, "cat");
  await harness.slash(ann, "privacy opt-out");
  await eventually(() => expect(harness.botMessages(lobby)).toEqual([]));
});
