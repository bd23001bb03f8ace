import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { decode } from "../../../../src/core/image/decode.ts";
import { displayedColours } from "../../../../src/core/image/displayed-colours.ts";
import { coloursOfCodes } from "../../../../src/core/image/formats/coded-colours.ts";
import { heifColours } from "../../../../src/core/image/heif/heif-colours.ts";
import { openPicture } from "../../../../src/core/image/open-picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../../src/core/image/picture-limits.ts";
import { withChunk } from "../made-png.ts";

/** The colour that people see of a picture of one colour. */
async function shown(bytes: Uint8Array): Promise<number[]> {
  const opened = await openPicture(bytes, DEFAULT_PICTURE_LIMITS);
  const { data } = await displayedColours(await decode(opened, { reduced: undefined }), opened.colours);
  return [...data.subarray(0, 3)];
}

const plain = (rgb: readonly number[]) => {
  const [r = 0, g = 0, b = 0] = rgb;
  return sharp({ create: { width: 16, height: 16, channels: 3, background: { r, g, b } } });
};
const png = async (rgb: readonly number[], type: string, content: Uint8Array) =>
  withChunk(await plain(rgb).png().toBuffer(), type, content);
const cicp = (primaries: number, transfer: number) => Uint8Array.of(primaries, transfer, 0, 1);

/** White, red, green, blue, x and y of each. */
function chrm(...values: readonly number[]): Buffer {
  const content = Buffer.alloc(32);
  for (const [at, value] of values.entries()) content.writeUInt32BE(Math.round(value * 100_000), 4 * at);
  return content;
}
const P3 = [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06];

/** Within a level or two of what a colour management system gives. */
function expectNear(found: readonly number[], wanted: readonly number[]) {
  for (const [at, value] of wanted.entries())
    expect(Math.abs((found[at] ?? 0) - value)).toBeLessThanOrEqual(2);
}

test("Display P3 told by numbers is shown as sRGB", async () => {
  // What a profile of P3 makes of it, the numbers make too.
  const tagged = await plain([200, 100, 50]).png().toBuffer();
  const viaProfile = await shown(await withP3Profile(tagged));
  expectNear(await shown(await png([200, 100, 50], "cICP", cicp(12, 13))), viaProfile);
  expectNear(await shown(await png([200, 100, 50], "cHRM", chrm(...P3))), viaProfile);
  expectNear(await shown(await png([128, 128, 128], "cICP", cicp(12, 13))), [128, 128, 128]);
});

/** The profile of P3 over numbers that stay as they are. */
async function withP3Profile(bytes: Buffer): Promise<Buffer> {
  const icc = (await sharp(await plain([0, 0, 0]).withIccProfile("p3").png().toBuffer()).metadata()).icc;
  const content = Buffer.concat([Buffer.from("p3\0\0", "latin1"), deflateSync(icc ?? Buffer.of())]);
  return withChunk(bytes, "iCCP", content);
}

test("numbers of a screen change nothing, and unknown ones count for nothing", async () => {
  for (const codes of [cicp(1, 13), cicp(1, 1), cicp(2, 2), cicp(99, 99)])
    expect(await shown(await png([200, 100, 50], "cICP", codes))).toEqual([200, 100, 50]);
  const srgb = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];
  for (const values of [srgb, srgb.map(() => 0), srgb.map(() => 0.3)])
    expect(await shown(await png([200, 100, 50], "cHRM", chrm(...values)))).toEqual([200, 100, 50]);
});

test("cICP outranks gAMA", async () => {
  const gamma = Buffer.alloc(4);
  gamma.writeUInt32BE(100_000);
  const both = withChunk(await png([100, 100, 100], "gAMA", gamma), "cICP", cicp(1, 13));
  expect(await shown(both)).toEqual([100, 100, 100]);
});

test("primaries and gamma go together", async () => {
  const gamma = Buffer.alloc(4);
  gamma.writeUInt32BE(100_000);
  const bytes = withChunk(await png([55, 55, 55], "cHRM", chrm(...P3)), "gAMA", gamma);
  // Linear 55 of 255 is a middle grey on a screen.
  expectNear(await shown(bytes), [128, 128, 128]);
});

test("light beyond a screen's white is rolled off, and tones below stay in order", async () => {
  for (const transfer of [16, 18]) {
    const greys = [];
    for (const level of [0, 64, 96, 128, 148, 192, 255]) {
      const [r = 0, g = 0, b = 0] = await shown(await png([level, level, level], "cICP", cicp(9, transfer)));
      expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThanOrEqual(1);
      greys.push(r);
    }
    expect(greys).toEqual([...greys].sort((a, b) => a - b));
    expect(greys[0]).toBe(0);
    // The white of a page is 58 % of PQ and 75 % of HLG: bright, with room for brighter light.
    const page = greys[transfer === 16 ? 4 : 5] ?? 0;
    expect(page).toBeGreaterThan(180);
    expect(page).toBeLessThan(210);
    expect(greys[6]).toBeGreaterThanOrEqual(250);
  }
});

test("AVIF tells its colours by numbers in its head, and not in its pixels", () => {
  const box = (type: string, ...content: readonly Uint8Array[]) => {
    const length = Buffer.alloc(4);
    const bytes = Buffer.concat(content);
    length.writeUInt32BE(8 + bytes.length);
    return Buffer.concat([length, Buffer.from(type, "latin1"), bytes]);
  };
  const nclx = (primaries: number, transfer: number) =>
    box("colr", Buffer.from("nclx"), Uint8Array.of(0, primaries, 0, transfer, 0, 6, 0x80));
  const avif = (colour: Uint8Array, pixels: Uint8Array = Buffer.of()) =>
    Buffer.concat([box("ftyp", Buffer.from("avif")), box("meta", box("iprp", colour)), box("mdat", pixels)]);
  expect(heifColours(avif(nclx(12, 13)))).toEqual(coloursOfCodes(12, 13));
  expect(heifColours(avif(nclx(9, 16)))?.transfer).toBe("pq");
  expect(heifColours(avif(nclx(1, 13)))).toBeUndefined();
  expect(heifColours(avif(box("ispe"), nclx(9, 16)))).toBeUndefined();
  for (let length = 0; length < 60; length++) heifColours(avif(nclx(9, 16)).subarray(0, length));
});

test.each(["gif", "webp"] as const)("frames of an animated %s are counted like pages", async (format) => {
  const frames = await Promise.all([10, 90, 170].map((level) => plain([level, 9, 9]).png().toBuffer()));
  const animated = await sharp(frames, { join: { animated: true } })
    [format]()
    .toBuffer();
  expect((await openPicture(animated, DEFAULT_PICTURE_LIMITS)).pages).toBe(3);
  const still = await plain([9, 9, 9])[format]().toBuffer();
  expect((await openPicture(still, DEFAULT_PICTURE_LIMITS)).pages).toBe(1);
});

test("so are those of an animated PNG", async () => {
  const animated = await png([9, 9, 9], "acTL", Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 0));
  expect((await openPicture(animated, DEFAULT_PICTURE_LIMITS)).pages).toBe(5);
});
