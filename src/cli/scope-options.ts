import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import type { Scope } from "../core/types.ts";
import { collectPaths, pathName } from "./path-name.ts";

export interface ScopeFlags {
  readonly in?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly tag?: readonly string[];
  readonly notTag?: readonly string[];
}

export const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value,
];

/** Adds the options that narrow a question to some of the library. */
export function withScopeOptions(command: Command): Command {
  return command
    .option("--in <folder>", "only pictures in this folder (repeatable)", collectPaths)
    .option("--since <date>", "taken or changed on or after this day: 2024, 2024-06, 2024-06-30, or 30d")
    .option("--until <date>", "taken or changed up to and including this day, month or year; or 30d")
    .option("--tag <tag>", "only pictures with this tag (repeatable)", collect)
    .option("--not-tag <tag>", "no pictures with this tag (repeatable)", collect);
}

/** The person at the command line owns the library and sees all of it, unless the options narrow it. */
export async function scopeOf(flags: ScopeFlags): Promise<Scope> {
  const folders = await Promise.all((flags.in ?? []).map(realFolder));
  return {
    files: folders.length > 0 ? { folders } : "all",
    discord: folders.length > 0 ? "none" : "all",
    since: flags.since === undefined ? undefined : startOf(flags.since),
    until: flags.until === undefined ? undefined : endOf(flags.until),
    tags: flags.tag,
    notTags: flags.notTag,
  };
}

/** As the library knows it: absolute, links resolved; a folder that is away keeps the name it was given. */
export function realFolder(folder: string): Promise<string> {
  const path = resolve(pathName(folder));
  return realpath(path).catch(() => path);
}

function startOf(text: string): number {
  const { year, month, day } = parts(text);
  return new Date(year, (month ?? 1) - 1, day ?? 1).getTime();
}

/** The moment after the given day, month or year. */
function endOf(text: string): number {
  const { year, month, day } = parts(text);
  if (day !== undefined) return new Date(year, (month ?? 1) - 1, day + 1).getTime();
  return month === undefined ? new Date(year + 1, 0, 1).getTime() : new Date(year, month, 1).getTime();
}

function parts(text: string): { year: number; month?: number; day?: number } {
  const ago = /^(\d{1,5})d$/.exec(text);
  if (ago) return dayBeforeToday(Number(ago[1]));
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text);
  if (!match)
    throw new UsageError(
      `"${text}" is no date. Write 2024, 2024-06, 2024-06-30, or 30d for the last 30 days.`,
    );
  const [year = 0, month, day] = match
    .slice(1)
    .map((digits) => (digits === undefined ? undefined : Number(digits)));
  const date = new Date(year, (month ?? 1) - 1, day ?? 1);
  if (month !== undefined && (date.getMonth() !== month - 1 || date.getDate() !== (day ?? 1))) {
    throw new UsageError(`There is no day ${text} in the calendar.`);
  }
  return { year, ...(month !== undefined && { month }), ...(day !== undefined && { day }) };
}

/** A whole day, not a moment: asked again for the next page, the question is still the same. */
function dayBeforeToday(days: number): { year: number; month: number; day: number } {
  const now = new Date();
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  return { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() };
}
