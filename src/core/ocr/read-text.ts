import type { OpenPicture } from "../image/open-picture.ts";
import type { RawPicture } from "../image/raw-picture.ts";
import type { FractionBox, TextLine } from "../types.ts";
import { escapeControls, replaceInvisible } from "../unprintable-characters.ts";
import { likelyLetters } from "./likely-letters.ts";
import { locateLines } from "./locate-lines.ts";
import type { OrientedRectangle } from "./min-area-rectangle.ts";
import { recogniseLines } from "./recognise-lines.ts";
import type { TextEngine } from "./text-engine.ts";

const MIN_CONFIDENCE = 0.7;
/** Shorter readings are more often objects than letters, unless they are read with confidence. */
const SHORT = 3;
const MIN_CONFIDENCE_SHORT = 0.9;
/** A page full of text has a few hundred lines. */
const MAX_LINES = 1000;

/** Reads the lines of text in a picture, from the top down. @throws PictureError */
export async function readText(
  opened: OpenPicture,
  { detector, recognisers }: TextEngine,
): Promise<TextLine[]> {
  const located = await locateLines(opened, detector);
  if (!located) return [];
  const { picture } = located;
  const boxes = located.boxes.slice(0, MAX_LINES);
  const lines: TextLine[] = [];
  for (const group of [boxes.filter((box) => !stands(box)), boxes.filter(stands)]) {
    for (const { box, text, confidence } of await recogniseLines(picture, group, recognisers)) {
      lines.push({
        text: printable(text),
        confidence,
        box: around(box, picture),
        angle: degrees(box.angle),
      });
    }
  }
  return inRows(lines.filter(isSure));
}

const stands = ({ angle }: OrientedRectangle) => Math.abs(Math.sin(angle)) > Math.SQRT1_2;

/** A dictionary may name characters that no picture shows. */
const printable = (text: string) => likelyLetters(replaceInvisible(escapeControls(text), () => "").trim());

/** The upright rectangle around a turned one, as far as it lies in the picture. */
function around(
  { centre, width, height, angle }: OrientedRectangle,
  whole: Pick<RawPicture, "width" | "height">,
): FractionBox {
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const [halfX, halfY] = [(width * cos + height * sin) / 2, (width * sin + height * cos) / 2];
  const x = within((centre.x - halfX) / whole.width);
  const y = within((centre.y - halfY) / whole.height);
  return {
    x,
    y,
    width: within((centre.x + halfX) / whole.width) - x,
    height: within((centre.y + halfY) / whole.height) - y,
  };
}

const within = (fraction: number) => Math.min(1, Math.max(0, fraction));

/** Whole ones, -179 to 180. */
function degrees(radians: number): number {
  const turned = Math.round((radians * 180) / Math.PI) % 360;
  if (turned > 180) return turned - 360;
  return turned <= -180 ? turned + 360 : turned;
}

const isSure = ({ text, confidence }: TextLine) =>
  text !== "" && confidence >= (text.length < SHORT ? MIN_CONFIDENCE_SHORT : MIN_CONFIDENCE);

/** Two boxes lie side by side when they share this much of the lower one's height. */
const SAME_ROW = 0.5;

/** From the top down, and from left to right where they lie side by side. */
function inRows(lines: readonly TextLine[]): TextLine[] {
  const rows: TextLine[][] = [];
  for (const line of lines.toSorted((a, b) => middle(a) - middle(b))) {
    const row = rows.at(-1);
    if (row?.every((other) => isBeside(other, line))) row.push(line);
    else rows.push([line]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.box.x - b.box.x));
}

const middle = ({ box }: TextLine) => box.y + box.height / 2;

function isBeside({ box: one }: TextLine, { box: other }: TextLine): boolean {
  const shared = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  const isApart = one.x + one.width <= other.x || other.x + other.width <= one.x;
  return isApart && shared >= SAME_ROW * Math.min(one.height, other.height);
}
