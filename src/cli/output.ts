import { escapeUnprintable, replaceInvisible } from "../core/index.ts";

/** Prints a line of the result to stdout. */
export const printLine = (line = ""): void => void process.stdout.write(`${line}\n`);

/** Prints a line about the work itself to stderr, so that it stays out of pipes. */
export const logLine = (line: string): void => void process.stderr.write(`${line}\n`);

/** Prints JSON, on one line if `indent` is 0. Names are preserved exactly, but cannot control a terminal. */
export function printJson(value: unknown, indent = 2): void {
  const json = JSON.stringify(value, null, indent);
  const controlled = json.replace(/\p{Cc}/gu, (control) => (control === "\n" ? control : escaped(control)));
  printLine(replaceInvisible(controlled, escaped));
}

/** As JSON writes it: one escape for each UTF-16 unit. */
const escaped = (character: string) =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

/** Untrusted text, safe to print: what could control the terminal or disguise a name becomes a visible escape. */
export const printable = escapeUnprintable;
