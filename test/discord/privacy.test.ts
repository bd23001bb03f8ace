import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LibraryError } from "../../src/core/errors.ts";
import type { Settings } from "../../src/core/ports.ts";
import { dropDisabledCaption } from "../../src/discord/ingest/captions.ts";
import { GuildSettingsStore } from "../../src/discord/ingest/guild-settings.ts";
import { openTestLibrary } from "../support/test-library.ts";
import type { FakeMember, FakeMessage } from "./fake/model.ts";
import { eventually } from "./support/eventually.ts";
import { type Asking, picture, Stage } from "./support/stage.ts";

let stage: Stage;
let ann: Asking;
let bob: FakeMember;
let byAnn: FakeMessage[];
let byBob: FakeMessage;

beforeEach(async () => {
  stage = await Stage.set();
  const { fake, guild, general } = stage;
  ann = { who: fake.member(guild, "ann"), where: general };
  bob = fake.member(guild, "bob");
  byAnn = [
    fake.post(general, { by: ann.who, pictures: [picture("garden")], announce: false }),
    fake.post(general, { by: ann.who, pictures: [picture("kitchen")], announce: false }),
  ];
  byBob = fake.post(general, { by: bob, pictures: [picture("garage")], announce: false });
  await stage.start();
  await stage.index(general);
  await stage.untilPlaced([...byAnn, byBob]);
});

afterEach(() => stage.strike());

test("opting out erases at once and keeps new pictures out, also those of a later history read", async () => {
  const { fake, general } = stage;
  const answer = await stage.ask(ann, "privacy opt-out");
  expect(answer.text).toContain("2 pictures were erased");
  await stage.untilPlaced([byBob]);
  fake.post(general, { by: ann.who, pictures: [picture("attic")] });
  await pause(100);
  await stage.ask(stage.asOwner, "index remove", { channel: { channel: general } });
  await stage.index(general);
  await stage.untilPlaced([byBob]);

  await stage.ask(ann, "privacy opt-in");
  const fresh = fake.post(general, { by: ann.who, pictures: [picture("cellar")], at: Date.now() + 1_000 });
  await stage.untilPlaced([byBob, fresh]);
});

test("deleting erases what was posted so far, for good, and not what comes", async () => {
  const { fake, general } = stage;
  const answer = await stage.ask(ann, "privacy delete");
  expect(answer.text).toContain("2 pictures were erased");
  const fresh = fake.post(general, { by: ann.who, pictures: [picture("roof")], at: Date.now() + 1_000 });
  await stage.untilPlaced([byBob, fresh]);
  await stage.ask(stage.asOwner, "index remove", { channel: { channel: general } });
  await stage.index(general);
  await stage.untilPlaced([byBob, fresh]);
});

test("the export holds everything of the person and nothing of others", async () => {
  const answer = await stage.ask(ann, "privacy export");
  expect(answer.ephemeral).toBe(true);
  const exported = JSON.parse(Buffer.from(answer.reply.files[0]?.bytes ?? []).toString());
  const ids = exported.pictures.map(({ messageId }: { messageId: string }) => messageId).sort();
  expect(ids).toEqual(byAnn.map(({ id }) => id).sort());
  expect(JSON.stringify(exported)).not.toContain(bob.userId);
});

const unreadable = async () => {
  throw new LibraryError("The settings cannot be read.");
};

test("while choices cannot be read no picture is taken in, and it is noted for another try", async () => {
  const { fake, general } = stage;
  let isDown = false;
  const failing = (settings: Settings): Settings => ({
    ...settings,
    get: (key) => (isDown && key.includes(":person:") ? unreadable() : settings.get(key)),
  });
  await stage.stopBot();
  await stage.library.close();
  stage.library = (await openTestLibrary(stage.folder, { aroundSettings: failing })).library;
  await stage.start();
  isDown = true;
  const late = fake.post(general, { by: ann.who, pictures: [picture("attic")] });
  await eventually(async () => {
    const noted = await stage.library.cursors.cursors(`discord/retry/${general.guildId}/`);
    expect([...noted.keys()].join()).toContain(late.id);
  });
  await stage.untilPlaced([...byAnn, byBob]);
  isDown = false;
  await stage.stopBot();
  await stage.start();
  await stage.untilPlaced([...byAnn, byBob, late]);
});

test("a caption that was just written goes where it cannot be read whether the server keeps captions", async () => {
  const dropped: string[] = [];
  const settings = new GuildSettingsStore({ ...stage.library.settings, get: unreadable });
  const posted = {
    setCaption: async (_guildId: string, messageId: string) => void dropped.push(messageId),
  };
  await dropDisabledCaption({ settings, library: { posted } }, "1", "2");
  expect(dropped).toEqual(["2"]);
});
