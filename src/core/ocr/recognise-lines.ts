import type { RawPicture } from "../image/raw-picture.ts";
import { cropLine } from "./crop-line.ts";
import type { OrientedRectangle } from "./min-area-rectangle.ts";
import type { RecognisedLine, Recogniser } from "./recogniser.ts";

export interface PlacedLine extends RecognisedLine {
  /** Its `angle` is the direction in which the line is read. */
  readonly box: OrientedRectangle;
}

/** How many of the widest lines decide which way up all are, and which recogniser reads them. */
const SAMPLE = 3;
/** No line read upside down comes near. */
const SURELY_UPRIGHT = 0.9;
/** A recogniser that knows fewer letters is as sure of those it mistakes: it must be surer by this much. */
const CLEARLY_SURER = 0.02;
/** Crops wider than this are squeezed, whatever their ratio. */
const MAX_CROP_WIDTH = 3200;
/** In one run of a recogniser, whose memory grows with both. */
const MAX_RUN_LINES = 8;
const MAX_RUN_WIDTH = 6400;

/** Reads lines that all lie or all stand. The recogniser that is surest of the widest ones reads them all; of equally sure ones, the first. */
export async function recogniseLines(
  picture: RawPicture,
  boxes: readonly OrientedRectangle[],
  recognisers: readonly Recogniser[],
): Promise<PlacedLine[]> {
  const widestFirst = boxes.toSorted((a, b) => b.width / b.height - a.width / a.height);
  const [widest, others] = [widestFirst.slice(0, SAMPLE), widestFirst.slice(SAMPLE)];
  let best: Sample | undefined;
  for (const recogniser of recognisers) {
    const sample = await readSample(picture, widest, recogniser);
    if (!best || sample.sureness > best.sureness + CLEARLY_SURER) best = sample;
  }
  if (!best) return [];
  const rest = best.isTurned ? others.map(upsideDown) : others;
  return [...best.lines, ...(await recogniseAll(picture, rest, best.recogniser))];
}

interface Sample {
  readonly recogniser: Recogniser;
  readonly lines: readonly PlacedLine[];
  /** Whether they are read the other way up than they were found. */
  readonly isTurned: boolean;
  /** Mean confidence of their characters. */
  readonly sureness: number;
}

/** The detector does not tell a line from the same line upside down; the recogniser is surer of one of them. */
async function readSample(
  picture: RawPicture,
  boxes: readonly OrientedRectangle[],
  recogniser: Recogniser,
): Promise<Sample> {
  const lines = await recogniseAll(picture, boxes, recogniser);
  const found = { recogniser, lines, isTurned: false, sureness: surenessOf(lines) };
  if (lines.every(({ confidence }) => confidence >= SURELY_UPRIGHT)) return found;
  const turnedLines = await recogniseAll(picture, boxes.map(upsideDown), recogniser);
  const turned = { recogniser, lines: turnedLines, isTurned: true, sureness: surenessOf(turnedLines) };
  return turned.sureness > found.sureness ? turned : found;
}

function surenessOf(lines: readonly PlacedLine[]): number {
  const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
  const sure = lines.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0);
  return characters === 0 ? 0 : sure / characters;
}

const upsideDown = (box: OrientedRectangle): OrientedRectangle => ({ ...box, angle: box.angle + Math.PI });

/** In no particular order. Lines of similar width share a run, since the widest decides its cost. */
async function recogniseAll(
  picture: RawPicture,
  boxes: readonly OrientedRectangle[],
  recogniser: Recogniser,
): Promise<PlacedLine[]> {
  const narrowestFirst = boxes.toSorted((a, b) => a.width / a.height - b.width / b.height);
  const lines: PlacedLine[] = [];
  for (let start = 0; start < narrowestFirst.length; ) {
    const run: OrientedRectangle[] = [];
    for (const box of narrowestFirst.slice(start, start + MAX_RUN_LINES)) {
      if (run.length > 0 && (run.length + 1) * cropWidth(box, recogniser) > MAX_RUN_WIDTH) break;
      run.push(box);
    }
    start += run.length;
    const { height } = recogniser;
    const crops = run.map((box) => cropLine(picture, box, { width: cropWidth(box, recogniser), height }));
    const read = await recogniser.recognise(crops);
    for (const [at, box] of run.entries()) lines.push({ text: "", confidence: 0, ...read[at], box });
  }
  return lines;
}

const cropWidth = ({ width, height }: OrientedRectangle, recogniser: Recogniser) =>
  Math.max(8, Math.min(MAX_CROP_WIDTH, Math.round((recogniser.height * width) / height)));
