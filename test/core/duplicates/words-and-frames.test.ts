import sharp from "sharp";
import { expect, test } from "vitest";
import { findDuplicates } from "../../../src/core/duplicates/find-duplicates.ts";
import { findSamePictures } from "../../../src/core/duplicates/same-pictures.ts";
import { idOf } from "../../support/new-image.ts";
import { captioned, scene } from "../image/comparison/drawn-pictures.ts";
import { everything, named, openDuplicateLibrary } from "./duplicate-library.ts";
import { brightened, painted } from "./painted.ts";

const line = (text: string) => ({
  text,
  confidence: 0.95,
  box: { x: 0, y: 0.8, width: 1, height: 0.1 },
  angle: 0,
});

async function pair(first: readonly string[], second: readonly string[]) {
  const library = await openDuplicateLibrary();
  await library.add("first", { pixels: painted(1) });
  await library.add("second", { pixels: brightened(painted(1)) });
  await library.catalog.readings.put([
    { id: idOf("first"), engine: "test", lines: first.map(line) },
    { id: idOf("second"), engine: "test", lines: second.map(line) },
  ]);
  return library;
}

test("pictures in which other words were read are variants, whatever their pixels", async () => {
  const library = await pair(["MONDAY MORNING"], ["SO LONG FRIEND"]);
  expect(await findDuplicates(await library.parts(), { scope: everything })).toEqual([]);
  const [group] = await findDuplicates(await library.parts(), { scope: everything, kind: "variant" });
  expect(group).toMatchObject({ kind: "variant", reclaimableBytes: 0 });
  const same = await findSamePictures(await library.parts(), idOf("second"), everything);
  expect(same.map(({ id }) => id)).toEqual([idOf("second")]);
});

test.each([
  ["the same words", ["MONDAY MORNING"], ["MONDAY MORNlNG"]],
  ["words in one of them", ["MONDAY MORNING"], []],
])("with %s a copy stays one", async (_, first, second) => {
  const library = await pair(first, second);
  expect(await findDuplicates(await library.parts(), { scope: everything })).toHaveLength(1);
});

test("what was read later counts, although the pixels were compared before", async () => {
  const library = await pair([], []);
  expect(await findDuplicates(await library.parts(), { scope: everything })).toHaveLength(1);
  await library.catalog.readings.put([
    { id: idOf("first"), engine: "better", lines: [line("MONDAY MORNING")] },
    { id: idOf("second"), engine: "better", lines: [line("SO LONG FRIEND")] },
  ]);
  expect(await findDuplicates(await library.parts(), { scope: everything })).toEqual([]);
});

async function groupsOf(pictures: Readonly<Record<string, Buffer>>) {
  const library = await openDuplicateLibrary();
  for (const [name, bytes] of Object.entries(pictures)) {
    const { data, info } = await sharp(bytes)
      .resize(256, 256, { fit: "inside" })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    await library.add(name, { pixels: { data, width: info.width, height: info.height } });
  }
  const groups = await findDuplicates(await library.parts(), { scope: everything });
  return named(groups, Object.keys(pictures)).map((names) => names.sort());
}

function watermarked(picture: Buffer): Promise<Buffer> {
  const mark = `<svg width="640" height="480"><text x="50%" y="45%" text-anchor="middle" font-family="sans-serif" font-weight="bold" font-size="72" fill="#fff" fill-opacity="0.6" stroke="#000" stroke-opacity="0.4">example.com</text></svg>`;
  return sharp(picture)
    .composite([{ input: Buffer.from(mark) }])
    .jpeg()
    .toBuffer();
}

test("versions of a photo with something over each in another place are one picture", async () => {
  const photo = await scene(3);
  const versions = {
    photo,
    marked: await watermarked(photo),
    words: await captioned(photo, "HELLO WORLD"),
    turned: await sharp(await captioned(photo, "HELLO WORLD"))
      .rotate(90)
      .jpeg()
      .toBuffer(),
  };
  expect(await groupsOf(versions)).toEqual([["marked", "photo", "turned", "words"]]);
});

test("two captions in one place of a photo are not one picture, even beside the photo", async () => {
  const photo = await scene(3);
  const versions = {
    photo,
    monday: await captioned(photo, "MONDAY MORNING"),
    friend: await captioned(photo, "SO LONG FRIEND"),
  };
  const groups = await groupsOf(versions);
  expect(groups.every((names) => !(names.includes("monday") && names.includes("friend")))).toBe(true);
});

test("two animations that begin alike are not one picture", async () => {
  const library = await openDuplicateLibrary();
  await library.add("one", { pixels: painted(1), facts: { format: "gif", pages: 12 } });
  await library.add("other", { pixels: painted(1), facts: { format: "gif", pages: 9 } });
  await library.add("still", { pixels: painted(1) });
  expect(await findDuplicates(await library.parts(), { scope: everything })).toEqual([]);
  const same = await findSamePictures(await library.parts(), idOf("one"), everything);
  expect(same.map(({ id }) => id)).toEqual([idOf("one")]);
});
