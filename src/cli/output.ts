import { escapeControls } from "../core/index.ts";

/** Writes a line of answer. */
export const printLine = (line = ""): void => void process.stdout.write(`${line}\n`);

/** Writes a line about the work itself; it stays out of a pipe. */
export const logLine = (line: string): void => void process.stderr.write(`${line}\n`);

/** Writes JSON, on one line with no indent. A name in it stays exactly that, and cannot drive a terminal either. */
export function printJson(value: unknown, indent = 2): void {
  const json = JSON.stringify(value, null, indent);
  printLine(json.replace(disguises, (character) => (character === "\n" ? "\n" : escaped(character))));
}

/** Controls (which could drive the terminal), invisible and bidi characters (which could disguise a name). */
const disguises = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu;

/** As JSON writes it: one escape for each UTF-16 unit. */
const escaped = (character: string) =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

/** Untrusted text, safe to print: what could drive the terminal or disguise a name becomes a visible escape. */
export function printable(text: string): string {
  return escapeControls(text).replace(
    disguises,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
