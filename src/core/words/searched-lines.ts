import type { TextLine } from "../types.ts";
import { garbledLines } from "./garbled-lines.ts";

/** A word that goes on in the next line, and what it may go on with. */
const DIVIDED = /\p{L}{2}[-\u2010\u00ad\u00ac]$/u;
const REST = /^(\p{Ll}[\p{L}\p{M}]*[^\s\p{L}]*)\s*(.*)$/u;

/** Degrees. Of lines turned further, the next is not the one below. */
const LEVEL = 20;
/** The next line begins at most so far below, in heights of the line. */
const NEAR = 1.5;

/**
 * The lines of a picture as they are searched, each in its place: of a word that is divided at the end of a line, all
 * stands in that line. Lines in a script that the reader does not know are empty: they say nothing.
 */
export function searchedLines(lines: readonly TextLine[]): string[] {
  const isGarbled = garbledLines(lines);
  const texts = lines.map(({ text }, at) => (isGarbled[at] ? "" : text));
  for (const [at, line] of lines.entries()) {
    const text = texts[at] ?? "";
    if (!DIVIDED.test(text)) continue;
    const next = lineBelow(lines, at);
    const [, rest, others] = (next !== undefined && REST.exec(texts[next] ?? "")) || [];
    if (next === undefined || Math.abs(line.angle) > LEVEL || rest === undefined) continue;
    texts[at] = text.slice(0, -1) + rest;
    texts[next] = others ?? "";
  }
  return texts;
}

/** Lines as one text to search. */
export const joinLines = (lines: readonly string[]): string =>
  lines.map((line) => line.replace(/[\r\n]+/g, " ")).join("\n");

/** The nearest line below that begins left of where this one ends, and ends right of where it begins. */
function lineBelow(lines: readonly TextLine[], at: number): number | undefined {
  const box = lines[at]?.box;
  if (!box) return undefined;
  let nearest: number | undefined;
  for (const [other, { box: below }] of lines.entries()) {
    const gap = below.y - (box.y + box.height);
    const isBelow = below.y > box.y + box.height / 2 && gap < NEAR * box.height;
    const isUnder = below.x < box.x + box.width && below.x + below.width > box.x;
    if (isBelow && isUnder && (nearest === undefined || below.y < (lines[nearest]?.box.y ?? 0)))
      nearest = other;
  }
  return nearest;
}
