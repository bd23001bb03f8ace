import { afterEach, beforeEach, expect, test } from "vitest";
import { ENTIRE_LIBRARY, PictureError } from "../../src/core/index.ts";
import { eventually } from "../support/eventually.ts";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { FakeReader } from "../support/fake-reader.ts";
import { idOf } from "../support/new-image.ts";
import { DiscordHarness, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let reader: FakeReader;

beforeEach(async () => {
  reader = new FakeReader();
  harness = await DiscordHarness.start(new FakeEmbedder(), {}, reader);
  await harness.startBot();
  await harness.index(harness.general);
});
afterEach(() => harness.dispose());

const stateOf = async (shows: string) =>
  (await harness.library.within(ENTIRE_LIBRARY).texts([idOf(shows)]))[0]?.state;

const turn = (read: boolean) => harness.slash(harness.asOwner, "index text", { read: { value: read } });

test("text in posts is read only where a manager turned it on, old posts too, and erased when it is turned off", async () => {
  const { fake, general } = harness;
  await harness.waitForPlaced([fake.post(general, { pictures: [picture("bakery")] })]);
  expect(await stateOf("bakery")).toBe("unread");
  expect(reader.done).toEqual([]);
  expect((await harness.slash(harness.asOwner, "index status")).text).toContain("text in pictures not read");

  expect((await turn(true)).text).toContain("is read");
  await eventually(async () => expect(await stateOf("bakery")).toBe("read"));
  fake.post(general, { pictures: [picture("harbour")] });
  await eventually(async () => expect(await stateOf("harbour")).toBe("read"));
  const find = (query: string) => harness.slash(harness.asOwner, "find", { query: { value: query } });
  expect((await find("text:sign")).text).toContain("words 1 of 1");
  expect(reader.done.sort(), "each once").toEqual(["bakery", "harbour"]);
  expect((await harness.slash(harness.asOwner, "index status")).text).toContain("text in pictures read");

  expect((await turn(false)).text).toContain("erased");
  expect([await stateOf("bakery"), await stateOf("harbour")]).toEqual(["unread", "unread"]);
  expect((await find("text:sign")).text).not.toContain("words 1 of 1");
  fake.post(general, { pictures: [picture("museum")] });
  await eventually(async () => expect(await stateOf("museum")).toBe("unread"));
});

test("what was read goes with its message, and with its channel", async () => {
  const { fake, general } = harness;
  await turn(true);
  const message = fake.post(general, { pictures: [picture("bakery")] });
  fake.post(general, { pictures: [picture("harbour")] });
  await eventually(async () => expect(await stateOf("harbour")).toBe("read"));
  await eventually(async () => expect(await stateOf("bakery")).toBe("read"));
  fake.erase([message]);
  await eventually(async () => expect(await stateOf("bakery")).toBeUndefined());
  await harness.slash(harness.asOwner, "index remove", { channel: { channel: general } });
  await eventually(async () => expect(await stateOf("harbour")).toBeUndefined());
});

test("a picture that cannot be read is placed and found all the same, and is not read again", async () => {
  const { fake, general } = harness;
  await turn(true);
  let tries = 0;
  reader.before = () => {
    tries += 1;
    throw new PictureError("crashed-decoder", "It crashed, twice.");
  };
  const message = fake.post(general, { pictures: [picture("bakery")] });
  await harness.waitForPlaced([message]);
  await eventually(async () => expect(await stateOf("bakery")).toBe("failed"));
  const before = tries;
  await harness.library.readTexts();
  expect(tries).toBe(before);
});

test("a person's export has the words that were read in their pictures", async () => {
  const { fake, general, guild } = harness;
  await turn(true);
  const ann = { member: fake.member(guild, "ann"), channel: general };
  fake.post(general, { by: ann.member, pictures: [picture("bakery")] });
  await eventually(async () => expect(await stateOf("bakery")).toBe("read"));
  const answer = await harness.slash(ann, "privacy export");
  const exported = JSON.parse(Buffer.from(answer.reply.files[0]?.bytes ?? []).toString());
  expect(exported.pictures).toMatchObject([{ text: ["the bakery sign"] }]);
});
