import { afterAll, beforeAll, expect, test } from "vitest";
import { PictureError } from "../../src/core/index.ts";
import { eventually } from "../support/eventually.ts";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

let harness: DiscordHarness;
let ann: Invoker;
let readsFilms = true;

beforeAll(async () => {
  const isHoliday = (bytes: Uint8Array) => Buffer.from(bytes).toString() === "film holiday";
  const shots = (bytes: Uint8Array) => (isHoliday(bytes) ? { 42000: "sunset harbour" } : undefined);
  const facts = (bytes: Uint8Array) =>
    isHoliday(bytes) ? { format: "mp4" as const, durationMs: 60_000 } : {};
  const beforePicture = (bytes: Uint8Array) => {
    if (!readsFilms && Buffer.from(bytes).toString().startsWith("film"))
      throw new PictureError("decoder-missing", "There is no ffmpeg.");
  };
  harness = await DiscordHarness.start(new FakeEmbedder({ shots, facts, beforePicture }));
  await harness.startBot();
  ann = { member: harness.fake.member(harness.guild, "ann"), channel: harness.general };
  await harness.index(harness.general);
});

afterAll(() => harness.dispose());

const find = (query: string) => harness.slash(ann, "find", { query: { value: query } });
const placed = () => harness.placedMessageIds();

test("a posted film is found by its shots, shown by the one that fits, and goes with its message", async () => {
  const { fake, general } = harness;
  const film = fake.post(general, { pictures: [picture("film holiday")], filename: "holiday.mp4" });
  await eventually(async () => expect(await placed()).toContain(film.id));
  const answer = await find("sunset harbour");
  expect(answer.text).toContain(film.id);
  expect(answer.text).toContain("at 0:42");
  expect(Buffer.from(answer.reply.files[0]?.bytes ?? []).toString()).toBe("thumbnail of sunset harbour");
  fake.erase([film]);
  await eventually(async () => expect(await placed()).not.toContain(film.id));
});

test("films that came before ffmpeg was there are read once their channel is indexed again", async () => {
  const { fake, general, asOwner } = harness;
  readsFilms = false;
  const film = fake.post(general, { pictures: [picture("film of a kite")], filename: "kite.mp4" });
  const still = fake.post(general, { pictures: [picture("a kite")] });
  await eventually(async () => expect(await placed()).toEqual([still.id]));
  readsFilms = true;
  await harness.slash(asOwner, "index remove", { channel: { channel: general } });
  await harness.index(general);
  await eventually(async () => expect(await placed()).toEqual([film.id, still.id]));
  fake.erase([film, still]);
});

test("a film larger than is fetched is left out before it is fetched", async () => {
  const { fake, general } = harness;
  const attachment = { ...fake.attach(picture("film huge"), "huge.mp4"), size: 2 ** 30 };
  const served = () => fake.cdn.served.some((path) => path.endsWith("huge.mp4"));
  const huge = fake.post(general, { content: "huge" });
  fake.edit(huge, { attachments: [attachment] });
  const after = fake.post(general, { pictures: [picture("after it")] });
  await eventually(async () => expect(await placed()).toContain(after.id));
  expect(served()).toBe(false);
  expect(await placed()).not.toContain(huge.id);
  fake.erase([after, huge]);
});

test("pictures of links are taken only where a manager wants them, and go with the setting", async () => {
  const { fake, general, asOwner } = harness;
  const links = (take: boolean) => harness.slash(asOwner, "index links", { take: { value: take } });
  const post = (page: string) => {
    const message = fake.post(general, { by: ann.member, content: `look: ${page}` });
    fake.unfurl(message, page, picture("lighthouse at dusk"));
    return message;
  };
  const before = post("https://example.com/before");
  // Once this one is there, the preview before it was looked at.
  const meanwhile = fake.post(general, { pictures: [picture("a lamp")] });
  await eventually(async () => expect(await placed()).toContain(meanwhile.id));
  fake.erase([meanwhile]);
  await eventually(async () => expect(await placed()).not.toContain(meanwhile.id));
  expect((await links(true)).text).toContain("from now on");
  const shown = post("https://example.com/lighthouse");
  const picked = fake.post(general, { pictures: [picture("lighthouse model")] });
  await eventually(async () => expect(await placed()).toEqual([shown.id, picked.id]));
  expect(await placed()).not.toContain(before.id);
  const answer = await find("lighthouse at dusk");
  expect(answer.text).toContain(shown.id);
  expect(answer.text).toContain("example.com");
  expect(fake.cdn.served.every((path) => /^\/(attachments|external)\//.test(path))).toBe(true);

  // Its poster, or a moderator, takes the preview away.
  fake.edit(shown, { embeds: [] });
  await eventually(async () => expect(await placed()).toEqual([picked.id]));
  const again = post("https://example.com/another");
  await eventually(async () => expect(await placed()).toEqual([picked.id, again.id]));
  await harness.restartBot();
  expect((await find("lighthouse at dusk")).text, "it is still there").toContain(again.id);
  expect((await links(false)).text).toContain("1 picture was erased");
  expect(await placed()).toEqual([picked.id]);
  fake.unfurl(again, "https://example.com/yet-another", picture("lighthouse"));
  const last = fake.post(general, { pictures: [picture("a ship")] });
  await eventually(async () => expect(await placed()).toEqual([picked.id, last.id]));
});

test("posted stickers are taken by choice, once each message, and no repost is made of them", async () => {
  const { fake, guild, general, asOwner } = harness;
  const take = (wanted: boolean) => harness.slash(asOwner, "index stickers", { take: { value: wanted } });
  const sticker = fake.cdn.sticker(picture("dancing walrus"), "walrus");
  const wave = { sticker_items: [sticker] };
  const before = fake.post(general, { by: ann.member, extras: wave });
  expect((await take(true)).text).toContain("from now on");
  const lottie = { id: "123", name: "moving", format_type: 3 };
  const shown = fake.post(general, {
    by: ann.member,
    extras: { sticker_items: [sticker, lottie, { id: "x" }] },
  });
  const elsewhere = fake.channel(guild, "elsewhere");
  const original = fake.post(elsewhere, { by: ann.member, extras: wave });
  const forwarded = fake.post(general, { by: ann.member, forward: original });
  const mine = async () =>
    (await placed()).filter((id) => [before, shown, forwarded].some((each) => each.id === id));
  await eventually(async () => expect(await mine()).toEqual([shown.id, forwarded.id]));
  expect((await find("dancing walrus")).text).toContain("walrus.png");
  fake.edit(shown, { content: "hello" });
  const repeats = await harness.slash(ann, "duplicates");
  expect(repeats.text).not.toContain(shown.id);
  expect(await mine()).toEqual([shown.id, forwarded.id]);
  fake.erase([forwarded]);
  await eventually(async () => expect(await mine()).toEqual([shown.id]));
  expect((await take(false)).text).toContain("1 picture was erased");
  expect(await mine()).toEqual([]);
});

test("pictures of links in a forwarded message are taken like those of links", async () => {
  const { fake, guild, general, asOwner } = harness;
  await harness.slash(asOwner, "index links", { take: { value: true } });
  const elsewhere = fake.channel(guild, "linked elsewhere");
  const original = fake.post(elsewhere, { by: ann.member, content: "https://example.com/owl" });
  fake.unfurl(original, "https://example.com/owl", picture("snowy owl"));
  const forwarded = fake.post(general, { by: ann.member, forward: original });
  await eventually(async () => expect(await placed()).toContain(forwarded.id));
  expect((await find("snowy owl")).text).toContain(forwarded.id);
  fake.erase([forwarded]);
  await harness.slash(asOwner, "index links", { take: { value: false } });
});

test("one who opted out posts no links for the index either", async () => {
  const { fake, general, asOwner } = harness;
  await harness.slash(asOwner, "index links", { take: { value: true } });
  await harness.slash(ann, "privacy opt-out");
  const message = fake.post(general, { by: ann.member, content: "https://example.com/mine" });
  fake.unfurl(message, "https://example.com/mine", picture("a bridge"));
  const other = fake.post(general, { pictures: [picture("a tower")] });
  await eventually(async () => expect(await placed()).toContain(other.id));
  expect(await placed()).not.toContain(message.id);
});
