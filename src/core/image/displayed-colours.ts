import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import sharp from "sharp";
import { type CodedColours, fromCodedColours } from "./formats/coded-colours.ts";
import { SCREEN_GAMMA } from "./formats/png-chunks.ts";
import type { RawPicture } from "./raw-picture.ts";

/** How the numbers in a file become the colours of a screen, which are sRGB. */
export type ColourSpace =
  | { readonly kind: "srgb" }
  | { readonly kind: "profile"; readonly icc: Uint8Array }
  /** Of a PNG: a value v in 0..1 stands for the light v ^ (1 / gamma). */
  | { readonly kind: "gamma"; readonly gamma: number }
  | ({ readonly kind: "coded" } & CodedColours);

/** The picture in the colours that a screen shows. A profile that cannot be used counts for nothing, as in viewers. */
export async function displayedColours(picture: RawPicture, space: ColourSpace): Promise<RawPicture> {
  if (space.kind === "srgb") return picture;
  if (space.kind === "gamma") return withTone(picture, space.gamma);
  if (space.kind === "coded") return fromCodedColours(picture, space);
  return (await changesColours(space.icc)) ? throughProfile(picture, space.icc) : picture;
}

function withTone({ data, ...size }: RawPicture, gamma: number): RawPicture {
  const tone = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.round(255 * (value / 255) ** (SCREEN_GAMMA / gamma)),
  );
  return { ...size, data: data.map((value) => tone[value] ?? 0) };
}

/** Most pictures with a profile have one of sRGB: whether it changes anything is tried once on a cube of colours. */
const known = new LRUCache<string, Promise<boolean>>({ max: 256 });
const CUBE_STEPS = 6;
/** Two writings of one space differ by rounding. */
const MAX_ROUNDING = 3;

export function changesColours(icc: Uint8Array): Promise<boolean> {
  const key = createHash("sha1").update(icc).digest("base64");
  const answer = known.get(key) ?? changesCube(icc).catch(() => false);
  known.set(key, answer);
  return answer;
}

async function changesCube(icc: Uint8Array): Promise<boolean> {
  const level = (step: number) => Math.round((255 * (step % CUBE_STEPS)) / (CUBE_STEPS - 1));
  const colours = CUBE_STEPS ** 3;
  const data = new Uint8Array(3 * colours);
  for (let index = 0; index < colours; index++)
    data.set(
      [level(index), level(Math.floor(index / CUBE_STEPS)), level(Math.floor(index / CUBE_STEPS ** 2))],
      3 * index,
    );
  const changed = await throughProfile({ data, width: colours, height: 1 }, icc);
  return changed.data.some((value, at) => Math.abs(value - (data[at] ?? 0)) > MAX_ROUNDING);
}

/** By the colour space that an ICC profile names. */
export const isOfGreys = (icc: Uint8Array): boolean =>
  Buffer.from(icc.subarray(16, 20)).toString("latin1") === "GRAY";

async function throughProfile(picture: RawPicture, icc: Uint8Array): Promise<RawPicture> {
  const isGrey = isOfGreys(icc);
  const { data, info } = await sharp(tiffWithProfile(picture, icc, isGrey ? 1 : 3), {
    limitInputPixels: false,
  })
    .removeAlpha()
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

/** The one way to hand a profile to the decoder together with pixels: an uncompressed TIFF. */
function tiffWithProfile({ data, width, height }: RawPicture, icc: Uint8Array, samples: 1 | 3): Buffer {
  const pixels = samples === 3 ? data : data.filter((_, at) => at % 3 === 0);
  const pixelOffset = 8;
  const iccOffset = pixelOffset + pixels.length + (pixels.length % 2);
  const directoryOffset = iccOffset + icc.length + (icc.length % 2);
  const fields = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, 1, 8],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, samples === 3 ? 2 : 1],
    [273, LONG, 1, pixelOffset],
    [277, SHORT, 1, samples],
    [278, LONG, 1, height],
    [279, LONG, 1, pixels.length],
    [34675, UNDEFINED, icc.length, iccOffset],
  ] as const;
  const tiff = Buffer.alloc(directoryOffset + 2 + 12 * fields.length + 4);
  tiff.write("II*\0", "latin1");
  tiff.writeUInt32LE(directoryOffset, 4);
  tiff.set(pixels, pixelOffset);
  tiff.set(icc, iccOffset);
  tiff.writeUInt16LE(fields.length, directoryOffset);
  for (const [index, [tag, type, count, value]] of fields.entries()) {
    const at = directoryOffset + 2 + 12 * index;
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  }
  return tiff;
}
