import type { Sharp } from "sharp";
import { PictureError } from "../errors.ts";
import { type CompositedPicture, composite } from "./transparency.ts";

/** Programs write white as one of these; a little more comes from sharpening and rounding. Of far less than white all would be black. */
const WHITES = [
  { white: 1, least: 0.1, most: 1.05 },
  { white: 255, least: 32, most: 256 },
  { white: 65_535, least: 8192, most: 65_536 },
];
/** Below black, as a share of white, where it is but ringing, or a colour that no screen has. */
const MAX_BELOW_BLACK = 0.3;

/**
 * Pixels stored as floating-point numbers, in the range that they show to be meant. Without a profile they are taken for
 * values of a screen, as the programs that write such files for people mean them.
 * @throws PictureError where no usual white fits: the tone would be a guess
 */
export async function floatsToRaw(pipeline: Sharp): Promise<CompositedPicture> {
  const space = (await pipeline.metadata()).channels < 3 ? "b-w" : "scrgb";
  const { data, info } = await pipeline
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw({ depth: "float" })
    .toBuffer({ resolveWithObject: true });
  const floats = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const { width, height, channels } = info;
  const colours = channels < 3 ? 1 : 3;
  const scale = 255 / whiteOf(floats, channels, colours);
  const rgba = new Uint8Array(width * height * 4);
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    for (let channel = 0; channel < 3; channel++)
      rgba[to + channel] = toByte((floats[from + (colours === 1 ? 0 : channel)] ?? 0) * scale);
    rgba[to + 3] = channels > colours ? toByte((floats[from + colours] ?? 0) * 255) : 255;
  }
  return composite({ data: rgba, width, height, channels: 4 });
}

/** Not a number counts as black. */
const toByte = (value: number) => (value > 0 ? Math.min(255, Math.round(value)) : 0);

function whiteOf(floats: Float32Array, channels: number, colours: number): number {
  let [least, most] = [0, 0];
  for (let at = 0; at < floats.length; at += channels) {
    for (let channel = 0; channel < colours; channel++) {
      const value = floats[at + channel] ?? 0;
      if (value > most) most = value;
      if (value < least) least = value;
    }
  }
  const range = WHITES.find((each) => most >= each.least && most <= each.most);
  if (range && least >= -MAX_BELOW_BLACK * range.white) return range.white;
  throw new PictureError(
    "unsupported-format",
    `Its pixels are numbers from ${short(least)} to ${short(most)}, of which it is not known what is black and what is white. Export it as JPEG or PNG and add that.`,
  );
}

const short = (value: number) => Number(value.toPrecision(3)).toString();
