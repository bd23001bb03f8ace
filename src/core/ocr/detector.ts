import { ModelError } from "../errors.ts";
import type { RawPicture } from "../image/raw-picture.ts";
import { resizeRaw } from "../image/raw-picture.ts";
import type { DetectorRecipe } from "../models/descriptor.ts";
import { onlyNames, openSession, type RunExclusive, Tensor } from "../onnx-runtime.ts";
import { findBoxes } from "./find-boxes.ts";
import type { OrientedRectangle } from "./min-area-rectangle.ts";

export interface Detector {
  /** The lines of text in a picture looked at with this longest side, in the picture's own pixels. */
  detect(picture: RawPicture, longestSide: number): Promise<OrientedRectangle[]>;
}

/** The network halves its input five times. */
const STRIDE = 32;
/**
 * Up to this side inputs have a few sizes only, and memory is kept from one to the next: a fifth of the time of a look that
 * most pictures get and that ends with it.
 */
const MAX_KEPT_SIDE = 480;

/** @throws ModelError when the file is damaged */
export async function openDetector(
  file: string,
  { mean, std }: DetectorRecipe,
  { threads, runExclusive }: { readonly threads: number; readonly runExclusive: RunExclusive },
): Promise<Detector> {
  const ofFewSizes = await openSession(file, { threads });
  const ofAnySize = await openSession(file, { threads, growsArena: false });
  const { input, output } = onlyNames(ofAnySize, file);
  return {
    async detect(picture, longestSide) {
      const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
      const [width, height] = [snapped(picture.width * scale), snapped(picture.height * scale)];
      const resized = await resizeRaw(picture, width, height);
      const pixels = planes(resized, mean, std);
      const feed = { [input]: new Tensor("float32", pixels, [1, 3, height, width]) };
      const session = Math.max(width, height) <= MAX_KEPT_SIDE ? ofFewSizes : ofAnySize;
      const results = await runExclusive(() => session.run(feed, [output]));
      const map = results[output]?.data;
      if (!(map instanceof Float32Array) || map.length !== width * height)
        throw new ModelError(`${file} gives no map of its input's size, so it is no text detector.`);
      const [factorX, factorY] = [picture.width / width, picture.height / height];
      return findBoxes({ probabilities: map, width, height }).map((box) => scaled(box, factorX, factorY));
    },
  };
}

const snapped = (side: number) => Math.max(STRIDE, Math.round(side / STRIDE) * STRIDE);

/** The two factors differ by a few per cent at most, so a rectangle stays one. */
function scaled(box: OrientedRectangle, factorX: number, factorY: number): OrientedRectangle {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  return {
    centre: { x: box.centre.x * factorX, y: box.centre.y * factorY },
    width: box.width * Math.hypot(cos * factorX, sin * factorY),
    height: box.height * Math.hypot(sin * factorX, cos * factorY),
    angle: Math.atan2(sin * factorY, cos * factorX),
  };
}

/** Blue first, as the network was trained. */
function planes(
  { data, width, height }: RawPicture,
  mean: DetectorRecipe["mean"],
  std: DetectorRecipe["std"],
): Float32Array {
  const plane = width * height;
  const pixels = new Float32Array(3 * plane);
  for (const [channel, from] of [2, 1, 0].entries()) {
    const [shift, factor] = [(mean[channel] ?? 0) * 255, 1 / ((std[channel] ?? 1) * 255)];
    for (let at = 0; at < plane; at++)
      pixels[channel * plane + at] = ((data[3 * at + from] ?? 0) - shift) * factor;
  }
  return pixels;
}
