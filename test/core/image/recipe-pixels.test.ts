import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { RawPicture } from "../../../src/core/image/raw-picture.ts";
import { recipePixels } from "../../../src/core/image/recipe-pixels.ts";
import type { ImageRecipe } from "../../../src/core/types.ts";

const SIZE = 16;
const FILL = [127, 10, 200] as const;

/** A picture by a formula that the reference was given too. */
function formula(width: number, height: number): RawPicture {
  const data = new Uint8Array(3 * width * height);
  for (let at = 0; at < data.length; at++) {
    const [channel, pixel] = [at % 3, Math.floor(at / 3)];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    data[at] = (x * 7 + y * 13 + channel * 50 + ((x * y) % 17) * 9) % 256;
  }
  return { data, width, height };
}

/** Interleaved bytes, as Pillow has them. */
function bytesOf(planes: Float32Array): Uint8Array {
  const plane = planes.length / 3;
  return Uint8Array.from(planes, (_, at) =>
    Math.round(255 * (planes[(at % 3) * plane + Math.floor(at / 3)] ?? 0)),
  );
}

/** SHA-256 of the bytes that Pillow 11.3.0 makes: `resize`, and for "pad" `paste` into a square, sizes by Python's `round`. */
test.each([
  ["squash", "lanczos", "40x25", "4c41d41d093ce7cd1314ea6896d62dcedbfe6c4ebc92453721c55e6b027c6d58"],
  ["pad", "lanczos", "40x25", "4b31fa3b9648f0a2c0266cb8add45346cdb10153de848de887a36e2aa806c510"],
  ["pad", "bilinear", "40x25", "8df5e94f29f21bb04fc33690ab645d80f9e86b9782d465095823cb7815b38c4c"],
  ["squash", "lanczos", "9x30", "0f3a5467393acedd7f331e6268f28490f81a65b090f4d88db8e5d4604c6f4903"],
  ["pad", "lanczos", "9x30", "58b24e438aa3061f57d4adfeee19059e2d182b717c3463111b81ee4129280e7a"],
  ["pad", "bilinear", "9x30", "1380b83e2a9045cd992316f59fc5cdce72ab2bfec75b768248e1d2ca36a79513"],
  ["squash", "lanczos", "500x31", "6f38811a623c81d295f804016b0fcf08adb2ff30bb880eda5247c5e3186b9090"],
  ["pad", "lanczos", "500x31", "7486e20dd4e3427c1777669900d6b365a1ea20e2a2d0988e819ee81f69d9da23"],
  ["pad", "bilinear", "500x31", "11fed358879a519f4f4c0f3d6864d166834082d05455aaab3ebcebbef301d1a4"],
  ["squash", "lanczos", "32x5", "9cb7716458b299ca373d34dcf9ac63789cb6a71b3011db2332becab3839c13a0"],
  ["pad", "lanczos", "32x5", "9fd901616949b00a2cc804eeeaf0028bbd2c1a5eba9bcd9147993ffe332f22ea"],
  ["pad", "bilinear", "32x5", "4eb5d59d69cf4951ff0ad8200c825322a5b319c14025b331beaf1b03af9c0042"],
] as const)("%s with %s of %s equals Pillow, bit for bit", (resize, interpolation, size, digest) => {
  const [width = 0, height = 0] = size.split("x").map(Number);
  const recipe: ImageRecipe = {
    size: SIZE,
    resize,
    interpolation,
    fill: [...FILL],
    mean: [0, 0, 0],
    std: [1, 1, 1],
  };
  const bytes = bytesOf(recipePixels(formula(width, height), recipe));
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(digest);
});

test("what is around a padded picture is black where the recipe names no colour", () => {
  const recipe: ImageRecipe = {
    size: SIZE,
    resize: "pad",
    interpolation: "bicubic",
    mean: [0, 0, 0],
    std: [1, 1, 1],
  };
  const bytes = bytesOf(
    recipePixels({ data: new Uint8Array(3 * 64 * 8).fill(255), width: 64, height: 8 }, recipe),
  );
  const rows = Array.from({ length: SIZE }, (_, row) => bytes[3 * row * SIZE]);
  expect(rows).toEqual([0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0]);
});
