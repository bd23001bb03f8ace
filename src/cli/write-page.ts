import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { GlimpseError, systemCode, UsageError } from "../core/errors.ts";
import { note, printable } from "./output.ts";

const STDOUT = "-";

export interface OutputFlags {
  readonly html?: string;
  readonly json?: boolean;
  readonly print0?: boolean;
}

/** Two answers in one stream could be read by nobody. @throws UsageError */
export function checkOutputs({ html, json, print0 }: OutputFlags): void {
  if (html === STDOUT && (json || print0))
    throw new UsageError(
      "--html - writes the page where --json and --print0 write. Name a file for the page.",
    );
}

/** Writes a page to a file, or to the output for "-". @throws GlimpseError */
export async function writePage(file: string, page: string): Promise<void> {
  if (file === STDOUT) return void process.stdout.write(page);
  try {
    await writeFile(file, page);
  } catch (cause) {
    const code = systemCode(cause) ?? "unknown";
    throw new GlimpseError(
      `The page ${file} cannot be written (${code}). Check that its folder exists and that you may write there.`,
      { cause },
    );
  }
  note(`Wrote ${printable(resolve(file))}`);
}
