import { randomBytes } from "node:crypto";
import { chmod, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { GlimpseError, systemCode, UsageError } from "../core/errors.ts";
import { logLine, printable } from "./output.ts";

/** In how many bytes of a page its generator is named (components/pages/main.tsx). */
const MARKER_WITHIN = 512;

/** Whether a file that begins like this is a page that Glimpse wrote. */
const isOwnPage = (beginning: string): boolean =>
  beginning.includes('<meta name="generator" content="Glimpse"');

const STDOUT = "-";

export const FORCE_HELP = "let --html replace any file, of whatever name";

export interface OutputFlags {
  readonly html?: string;
  readonly json?: boolean;
  readonly print0?: boolean;
  readonly force?: boolean;
}

/**
 * Rejects conflicting output options, and a page that would replace another file, before any work is done.
 * @throws UsageError
 */
export async function checkOutputs({ html, json, print0, force }: OutputFlags): Promise<void> {
  if (json && print0) throw new UsageError("--json and --print0 cannot be combined. Choose one of them.");
  if (html === STDOUT && (json || print0))
    throw new UsageError(
      "--html - writes the page to stdout, as --json and --print0 do. Name a file for the page.",
    );
  if (html !== undefined && html !== STDOUT && !force) {
    checkPageName(html);
    await checkReplaceable(html);
  }
}

/** A forgotten file name turns the first word of the query into one: `find --html a dog`. */
function checkPageName(file: string): void {
  if (/^\.html?$/i.test(extname(file))) return;
  throw new UsageError(
    `--html takes the page's file name, ending in .html or .htm (or - for stdout); got "${file}". Write --html page.html, or add --force if "${file}" is meant.`,
  );
}

/** Only a page that Glimpse wrote is replaced without --force. */
async function checkReplaceable(file: string): Promise<void> {
  const beginning = await beginningOf(file);
  if (beginning === undefined || isOwnPage(beginning)) return;
  throw new UsageError(
    `${file} exists and is not a page that Glimpse wrote. Choose another name, or add --force to replace it.`,
  );
}

/** Undefined when there is no such file; empty for a folder or an unreadable file. */
async function beginningOf(file: string): Promise<string | undefined> {
  try {
    if (!(await stat(file)).isFile()) return "";
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MARKER_WITHIN), 0, MARKER_WITHIN, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return systemCode(error) === "ENOENT" ? undefined : "";
  }
}

/** Writes the page of `--html`, completely or not at all; to stdout for "-". @throws UsageError, GlimpseError */
export async function writePage(
  { html: file, force }: { readonly html: string; readonly force: boolean | undefined },
  page: string,
): Promise<void> {
  if (file === STDOUT) return void process.stdout.write(page);
  // Again: the file may have been created meanwhile.
  if (!force) await checkReplaceable(file);
  try {
    await replaceFile(file, page);
  } catch (cause) {
    const code = systemCode(cause) ?? "unknown";
    throw new GlimpseError(
      `The page ${file} cannot be written (${code}). Check that its folder exists and that you may write there.`,
      { cause },
    );
  }
  logLine(`Wrote ${printable(resolve(file))}`);
}

async function replaceFile(file: string, text: string): Promise<void> {
  // A link stays a link, and leads to the new page.
  const target = await realpath(file).catch(() => resolve(file));
  const existing = await stat(target).catch(() => undefined);
  // A device or a pipe is written to, not replaced.
  if (existing && !existing.isFile()) return writeFile(target, text);
  const temporary = join(dirname(target), `.glimpse-${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeFile(temporary, text, { flag: "wx" });
    if (existing) await chmod(temporary, existing.mode);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
