import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import {
  compareFingerprints,
  compareStoredFingerprints,
  computeFingerprint,
  detailDifference,
  FINGERPRINT_BYTES,
  HASH_BITS,
  prepareFingerprint,
} from "../../../../src/core/image/hashing/perceptual-hash.ts";
import { drawing, randomNumbers } from "../drawing.ts";

async function fingerprint(image: Sharp): Promise<Uint8Array> {
  const { data, info } = await image
    .resize(256, 256, { fit: "inside" })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return computeFingerprint({ data, width: info.width, height: info.height });
}

const original = await drawing(1, 600, 400).png().toBuffer();
const stored = await fingerprint(sharp(original));
const again = async (edited: Sharp) => fingerprint(sharp(await edited.png().toBuffer()));

describe("an edited copy is close to its original", () => {
  const edits: Record<string, [(image: Sharp) => Sharp, string]> = {
    "the picture itself": [(image) => image, "none"],
    "half the size": [(image) => image.resize(300), "none"],
    brighter: [(image) => image.linear(1.2), "none"],
    mirrored: [(image) => image.flop(), "mirrored"],
    "upside down": [(image) => image.flip(), "flipped"],
    "turned right": [(image) => image.rotate(90), "rotated 90°"],
    "turned left": [(image) => image.rotate(270), "rotated 270°"],
    "turned around": [(image) => image.rotate(180), "rotated 180°"],
    "a tenth cropped off around": [
      (image) => image.extract({ left: 30, top: 20, width: 540, height: 360 }),
      "none",
    ],
    "a tenth cropped off one corner": [
      (image) => image.extract({ left: 60, top: 40, width: 540, height: 360 }),
      "none",
    ],
    "with a white frame": [
      (image) => image.extend({ top: 30, bottom: 60, left: 30, right: 30, background: "#fff" }),
      "none",
    ],
  };

  test.each(Object.entries(edits))("%s", async (_, [edit, transform]) => {
    const copy = await again(edit(sharp(original)));
    const match = compareStoredFingerprints(stored, copy);
    expect(match.distance).toBeLessThanOrEqual(10);
    expect(match.transform).toBe(transform);
    expect(compareStoredFingerprints(copy, stored).distance).toBe(match.distance);
  });

  test("saved at low quality", async () => {
    const copy = await sharp(original).jpeg({ quality: 30 }).toBuffer();
    expect(compareStoredFingerprints(stored, await fingerprint(sharp(copy))).distance).toBeLessThanOrEqual(6);
  });

  test("mirrored and cropped, from either side", async () => {
    const cropped = sharp(original).extract({ left: 60, top: 0, width: 540, height: 400 });
    const copy = await again(sharp(await cropped.png().toBuffer()).rotate(90));
    expect(compareStoredFingerprints(stored, copy)).toMatchObject({
      transform: "rotated 90°",
      window: "without left",
    });
    expect(compareStoredFingerprints(copy, stored)).toMatchObject({ transform: "rotated 270°" });
  });
});

test("different pictures are far apart", async () => {
  const others = await Promise.all([2, 3, 4, 5, 6, 7, 8].map((seed) => fingerprint(drawing(seed, 600, 400))));
  for (const other of others) expect(compareStoredFingerprints(stored, other).distance).toBeGreaterThan(28);
});

test("pictures of one colour match nothing, not even each other", async () => {
  const plain = (background: string) =>
    fingerprint(sharp({ create: { width: 300, height: 200, channels: 3, background } }));
  expect(compareStoredFingerprints(await plain("#fff"), await plain("#333")).distance).toBe(HASH_BITS);
});

test("bytes of an unknown layout match nothing", () => {
  expect(compareStoredFingerprints(stored, new Uint8Array(8)).distance).toBe(HASH_BITS);
  expect(compareStoredFingerprints(stored, new Uint8Array(FINGERPRINT_BYTES).fill(255)).distance).toBe(
    HASH_BITS,
  );
});

test("comparing prepared fingerprints equals comparing the stored bytes", async () => {
  const other = await fingerprint(drawing(2, 600, 400));
  const ready = compareFingerprints(prepareFingerprint(stored), prepareFingerprint(other));
  expect(ready).toEqual(compareStoredFingerprints(stored, other));
});

describe("fine detail", () => {
  const page = (seed: number) => {
    const random = randomNumbers(seed);
    const rows = Array.from({ length: 26 }, (_, row) => {
      const words = Array.from(
        { length: 8 },
        () => `<rect x="WORD" y="${60 + row * 18}" height="9" width="W"/>`,
      );
      let x = 30;
      return words
        .map((word) => {
          const wide = 10 + random() * 40;
          const drawn = word.replace("WORD", `${x}`).replace("W", `${wide}`);
          x += wide + 8;
          return drawn;
        })
        .join("");
    });
    return sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="560"><rect width="400" height="560" fill="#fff"/>${rows.join("")}</svg>`,
      ),
    );
  };

  test("distinguishes pages of one layout that look alike from afar", async () => {
    const first = prepareFingerprint(await fingerprint(page(1)));
    const second = prepareFingerprint(await fingerprint(page(2)));
    expect(detailDifference(first, second, "none")).toBeGreaterThan(0.3);
  });

  test.each([
    ["saved at low quality", "none", (image: Sharp) => image.jpeg({ quality: 30 })],
    ["half the size", "none", (image: Sharp) => image.resize(200)],
    ["turned right", "rotated 90°", (image: Sharp) => image.rotate(90)],
    ["mirrored", "mirrored", (image: Sharp) => image.flop()],
  ] as const)("stays nearly the same in a copy %s", async (_, transform, edit) => {
    const bytes = await page(1).png().toBuffer();
    const copy = await edit(sharp(bytes)).toBuffer();
    const [a, b] = [await fingerprint(sharp(bytes)), await fingerprint(sharp(copy))];
    expect(detailDifference(prepareFingerprint(a), prepareFingerprint(b), transform)).toBeLessThan(0.1);
  });
});
