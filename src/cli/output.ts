import { escapeControls } from "../core/index.ts";

/** Prints a line of the result to stdout. */
export const printLine = (line = ""): void => void process.stdout.write(`${line}\n`);

/** Prints a line about the work itself to stderr, so that it stays out of pipes. */
export const logLine = (line: string): void => void process.stderr.write(`${line}\n`);

/** Prints JSON, on one line if `indent` is 0. Names are preserved exactly, but cannot control a terminal. */
export function printJson(value: unknown, indent = 2): void {
  const json = JSON.stringify(value, null, indent);
  printLine(json.replace(disguises, (character) => (character === "\n" ? "\n" : escaped(character))));
}

/** Control characters (which could control the terminal), invisible and bidi ones (which could disguise a name). */
const disguises = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu;

/** As JSON writes it: one escape for each UTF-16 unit. */
const escaped = (character: string) =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

/** Untrusted text, safe to print: what could control the terminal or disguise a name becomes a visible escape. */
export function printable(text: string): string {
  return escapeControls(text).replace(
    disguises,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
