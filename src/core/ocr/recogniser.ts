import { readFile } from "node:fs/promises";
import { ModelError } from "../errors.ts";
import type { RecogniserRecipe } from "../models/descriptor.ts";
import { onlyNames, openSession, type RunExclusive, Tensor } from "../onnx-runtime.ts";
import type { LineCrop } from "./crop-line.ts";

export interface RecognisedLine {
  readonly text: string;
  /** Mean probability of its characters, 0 to 1; 0 for no text. */
  readonly confidence: number;
}

export interface Recogniser {
  /** Height of the crops that it reads, in pixels. */
  readonly height: number;
  /** In the order of the crops, which have that height. One run at a time: a batch has the width of its widest. */
  recognise(crops: readonly LineCrop[]): Promise<RecognisedLine[]>;
}

/** The network was trained on lines padded to this width. */
const MIN_WIDTH = 320;
const BLANK_CLASS = 0;

/** @throws ModelError when the files are damaged or do not fit each other */
export async function openRecogniser(
  paths: { readonly recogniser: string; readonly dictionary: string },
  { height }: RecogniserRecipe,
  { threads, runExclusive }: { readonly threads: number; readonly runExclusive: RunExclusive },
): Promise<Recogniser> {
  const characters = await readDictionary(paths.dictionary);
  const session = await openSession(paths.recogniser, { threads, growsArena: false });
  const { input, output } = onlyNames(session, paths.recogniser);
  return {
    height,
    async recognise(crops) {
      const width = Math.max(MIN_WIDTH, ...crops.map((crop) => crop.width));
      const pixels = new Float32Array(crops.length * 3 * height * width);
      for (const [at, crop] of crops.entries())
        copyLine(crop, pixels.subarray(at * 3 * height * width), width);
      const feed = { [input]: new Tensor("float32", pixels, [crops.length, 3, height, width]) };
      const results = await runExclusive(() => session.run(feed, [output]));
      const found = results[output];
      const [count = 0, steps = 0, classes = 0] = found?.dims ?? [];
      // Class 0 is the blank, then come the characters, then the space.
      if (!found || !(found.data instanceof Float32Array) || classes !== characters.length + 1)
        throw new ModelError(
          `${paths.recogniser} tells ${classes} characters apart, but ${paths.dictionary} names ${characters.length - 1}. ` +
            `Use the dictionary that the recogniser was trained with.`,
        );
      const scores = found.data;
      const size = steps * classes;
      return Array.from({ length: count }, (_, at) =>
        decodeCtc(scores.subarray(at * size, (at + 1) * size), classes, characters),
      );
    },
  };
}

async function readDictionary(file: string): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return [...lines, " "];
}

/** Into planes, blue first, as the network was trained; from -1 to 1. */
function copyLine({ data, width, height }: LineCrop, pixels: Float32Array, stride: number): void {
  const plane = height * stride;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [3 * (y * width + x), y * stride + x];
      pixels[to] = (data[from + 2] ?? 0) / 127.5 - 1;
      pixels[plane + to] = (data[from + 1] ?? 0) / 127.5 - 1;
      pixels[2 * plane + to] = (data[from] ?? 0) / 127.5 - 1;
    }
  }
}

/** Best class of each step; repeats and blanks dropped (connectionist temporal classification, greedy). */
export function decodeCtc(
  scores: Float32Array,
  classes: number,
  characters: readonly string[],
): RecognisedLine {
  let text = "";
  let [sum, kept, before] = [0, 0, BLANK_CLASS];
  for (let start = 0; start < scores.length; start += classes) {
    let [best, score] = [0, scores[start] ?? 0];
    for (let at = 1; at < classes; at++) {
      const other = scores[start + at] ?? 0;
      if (other > score) [best, score] = [at, other];
    }
    if (best !== BLANK_CLASS && best !== before) {
      text += characters[best - 1] ?? "";
      sum += score;
      kept += 1;
    }
    before = best;
  }
  return { text, confidence: kept === 0 ? 0 : sum / kept };
}
