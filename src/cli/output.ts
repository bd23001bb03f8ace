import { stripVTControlCharacters } from "node:util";

/** Writes a line of answer. */
export const say = (line = ""): void => void process.stdout.write(`${line}\n`);

/** Writes a line about the work itself; it stays out of a pipe. */
export const note = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Untrusted text, safe to print: control characters (which could drive the terminal), invisible and
 * bidi characters (which could disguise a name) become visible escapes.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

const sizeUnits = ["B", "kB", "MB", "GB", "TB"];

export function inBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${sizeUnits[power]}`;
}

export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? noun : plural(noun)}`;

const plural = (noun: string) => (noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`);

export const onDay = (timestamp: number): string => new Date(timestamp).toISOString().slice(0, 10);

/** First digits of an id, as every answer shows it. */
export const shortId = (id: string): string => id.slice(0, 12);
