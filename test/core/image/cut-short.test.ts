import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import { clip, drawing, randomNumbers } from "./drawing.ts";

const read = (bytes: Uint8Array) => readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS);
/** The same grains every time: which bytes come out decides what a decoder makes of their end. */
function noise(width: number, height: number, sigma = 40, seed = 6): Sharp {
  const random = randomNumbers(seed);
  const grey = () =>
    128 + sigma * Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
  const input = Buffer.from(
    Array.from({ length: width * height }, () => Math.max(0, Math.min(255, Math.round(grey())))),
  );
  return drawing(seed, width, height).composite([
    { input, raw: { width, height, channels: 1 }, blend: "soft-light" },
  ]);
}

const kinds: Record<string, () => Sharp> = {
  "a JPEG": () => noise(700, 500).jpeg(),
  "a small JPEG": () => noise(160, 120).jpeg(),
  "a big JPEG": () => noise(2600, 1900, 10).jpeg(),
  "a progressive JPEG": () => noise(700, 500).jpeg({ progressive: true }),
  "a grey JPEG": () => noise(700, 500).greyscale().jpeg(),
  "a JPEG without chroma subsampling": () => noise(700, 500).jpeg({ chromaSubsampling: "4:4:4" }),
  "a turned JPEG": () => noise(700, 500).withMetadata({ orientation: 6 }).jpeg(),
  "a JPEG with a plain margin below": () =>
    noise(700, 300).extend({ bottom: 200, background: "white" }).jpeg(),
  "a PNG": () => noise(300, 200).png(),
  "a palette PNG": () => noise(300, 200).png({ palette: true }),
  "a GIF": () => noise(300, 200).gif(),
};

describe.each(Object.entries(kinds))("%s", (name, make) => {
  let bytes: Buffer;
  beforeAll(async () => {
    bytes = await make().toBuffer();
  });

  test("cut in its last percent is read, and noted as cut", async () => {
    const whole = await read(bytes);
    expect(whole.picture).not.toHaveProperty("cut");
    for (const missing of [16, Math.round(bytes.length * 0.005), Math.round(bytes.length * 0.009)]) {
      const { picture, pixels } = await read(bytes.subarray(0, bytes.length - missing));
      expect(picture.cut).toBe(true);
      expect(picture).toMatchObject({ width: whole.picture.width, height: whole.picture.height });
      const upper = 100 * 224;
      const difference = pixels
        .slice(0, upper)
        .reduce((sum, value, at) => sum + Math.abs(value - whole.pixels[at]!), 0);
      // A progressive one lacks the last bit of what is missing.
      expect(difference / upper).toBeLessThan(name.includes("turned") ? 0.2 : 0.1);
    }
  });

  test.each([0.8, 0.5, 0.2, 0.05])("of which %f is there is damaged", async (share) => {
    await expect(read(bytes.subarray(0, bytes.length * share))).rejects.toMatchObject({ code: "damaged" });
  });
});

// At this length the first data that is tried in place of the rest decodes to the very same picture as nothing does.
test("much of a JPEG is missing even if what is put there makes no difference", async () => {
  const bytes = await drawing(15, 500, 400).jpeg().toBuffer();
  await expect(read(bytes.subarray(0, bytes.length * 0.2464068))).rejects.toMatchObject({ code: "damaged" });
});

test("no drawing of which a part is there is taken for whole", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const bytes = await drawing(seed, 200, 150)
      .jpeg({ progressive: seed % 3 === 0, chromaSubsampling: seed % 2 === 0 ? "4:4:4" : "4:2:0" })
      .toBuffer();
    const share = 0.05 + 0.7 * randomNumbers(seed)();
    await expect(read(bytes.subarray(0, bytes.length * share))).rejects.toMatchObject({ code: "damaged" });
  }
});

test.each([false, true])(
  "a JPEG without the mark of its end is noted as cut (progressive: %s)",
  async (progressive) => {
    for (const side of [120, 2400]) {
      const bytes = await drawing(6, side, side).jpeg({ progressive }).toBuffer();
      const { picture, pixels } = await read(bytes.subarray(0, -2));
      expect(picture.cut).toBe(true);
      expect(pixels).toEqual((await read(bytes)).pixels);
    }
  },
);

test("a JPEG followed by other data is whole", async () => {
  const bytes = await drawing(6).jpeg().toBuffer();
  const second = await drawing(7).jpeg().toBuffer();
  for (const more of [
    Buffer.alloc(3000),
    Buffer.from("SEFT trailer of a phone"),
    second,
    second.subarray(0, 900),
  ])
    expect((await read(Buffer.concat([bytes, more]))).picture).not.toHaveProperty("cut");
});

test("an animation whose later frames are missing is its first frame", async () => {
  const frames = await Promise.all([6, 7, 8].map((seed) => drawing(seed, 120, 90).png().toBuffer()));
  const bytes = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  const { picture } = await read(bytes.subarray(0, bytes.length * 0.8));
  expect(picture).toMatchObject({ width: 120, height: 90 });
});

test("a PNG with a wrong checksum is read, and not noted as cut: all of it is there", async () => {
  const bytes = await noise(300, 200).png().toBuffer();
  const whole = await read(bytes);
  // Of its header, after the signature, length, name and 13 bytes.
  bytes.writeUInt8(bytes.readUInt8(29) ^ 1, 29);
  const { picture } = await read(bytes);
  expect(picture).not.toHaveProperty("cut");
  expect(picture.fingerprint).toEqual(whole.picture.fingerprint);
});
