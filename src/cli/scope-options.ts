import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Filter } from "../components/pages/page-data.ts";
import { dateRange, pictureFilters, placeNotes } from "../core/index.ts";
import type { CompanionKind, Scope } from "../core/types.ts";
import { collect, collectPaths, pathName, wholeNumber } from "./option-values.ts";
import { logLine, printable } from "./output.ts";

export interface ScopeFlags {
  readonly in?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly tag?: readonly string[];
  readonly notTag?: readonly string[];
  readonly has?: readonly CompanionKind[];
  readonly camera?: string;
  readonly place?: readonly string[];
  readonly near?: string;
  readonly rating?: string;
  readonly screenshots?: boolean;
  readonly orientation?: string;
  readonly minWidth?: number;
  readonly minHeight?: number;
  readonly format?: readonly string[];
}

/** Adds the options that limit a command to part of the library. */
export function withScopeOptions(command: Command): Command {
  return command
    .option("--in <folder>", "only pictures in this folder (repeatable)", collectPaths)
    .option("--since <date>", "taken on or after this day: 2024, 2024-06-30, 30d, 2w, 6m, 1y, yesterday, …")
    .option("--until <date>", "taken up to and including this day, month or year")
    .option("--tag <tag>", "only pictures with this tag (repeatable)", collect)
    .option("--not-tag <tag>", "no pictures with this tag (repeatable)", collect)
    .addOption(
      new Option(
        "--has <kind>",
        "only pictures with a raw file, a video (Live Photo) or a sidecar beside them (repeatable)",
      ).argParser(collectKinds),
    )
    .option("--camera <words>", "from a camera with these words in its name: iphone 12")
    .option(
      "--place <name>",
      "in or near this city, or in this country or US state (repeatable: any of them)",
      collect,
    )
    .option("--near <place>", "at most so far from there: 38.7,-9.1:10km (km, m or mi)")
    .option("--rating <stars>", "rated so: 4.. for four stars and more, 2..3, 5")
    .option("--screenshots", "only screenshots, as far as files and names tell")
    .option("--orientation <way>", "landscape, portrait or square")
    .option("--min-width <pixels>", "at least so wide", wholeNumber)
    .option("--min-height <pixels>", "at least so high", wholeNumber)
    .option("--format <format>", "jpeg, png, heic, … (repeatable: any of them)", collect);
}

/** Whoever uses the command line owns the library and sees all of it, unless the options limit it. */
export async function scopeOf(flags: ScopeFlags): Promise<Scope> {
  const folders = await Promise.all((flags.in ?? []).map(realFolder));
  for (const note of await placeNotes(flags.place ?? [])) logLine(printable(note));
  return {
    files: folders.length > 0 ? { folders } : "all",
    discord: folders.length > 0 ? "none" : "all",
    ...(await dateRange(flags)),
    tags: flags.tag,
    notTags: flags.notTag,
    ...(flags.has && { has: flags.has }),
    ...(await pictureFilters({ ...flags, places: flags.place, formats: flags.format })),
  };
}

const KINDS = ["raw", "video", "sidecar"] as const satisfies CompanionKind[];

/** An option with choices checks one value and keeps one. @throws InvalidArgumentError */
function collectKinds(value: string, before: readonly CompanionKind[] = []): readonly CompanionKind[] {
  const kind = KINDS.find((each) => each === value);
  if (kind === undefined) throw new InvalidArgumentError(`Allowed choices are ${KINDS.join(", ")}.`);
  return [...before, kind];
}

/** As in the library: absolute, links resolved; a folder that is offline keeps the name it was given. */
export function realFolder(folder: string): Promise<string> {
  const path = resolve(pathName(folder));
  return realpath(path).catch(() => path);
}

const FILTERS = [
  "in",
  "since",
  "until",
  "tag",
  "notTag",
  "has",
  "camera",
  "place",
  "near",
  "rating",
  "screenshots",
  "orientation",
  "minWidth",
  "minHeight",
  "format",
] as const satisfies readonly (keyof ScopeFlags)[];

/** Whether any option limits the command. */
export const isNarrowed = (flags: ScopeFlags): boolean => FILTERS.some((name) => flags[name] !== undefined);

/** Whether an option says what the pictures are like; `--in` only says where to look. */
export const isFiltered = ({ in: _, ...flags }: ScopeFlags): boolean => isNarrowed(flags);

/** The options as they were given, for the head of a page. */
export function filtersOf({ in: folders, since, until, tag, notTag, ...flags }: ScopeFlags): Filter[] {
  return [
    ...filter("folder", folders),
    ...filter("since", since),
    ...filter("until", until),
    ...filter("tag", tag),
    ...filter("withoutTag", notTag),
    ...filter("has", flags.has),
    ...filter("camera", flags.camera),
    ...filter("place", flags.place),
    ...filter("near", flags.near),
    ...filter("rating", flags.rating),
    ...filter("screenshots", flags.screenshots ? "✓" : undefined),
    ...filter("orientation", flags.orientation),
    ...filter("minWidth", flags.minWidth?.toString()),
    ...filter("minHeight", flags.minHeight?.toString()),
    ...filter("format", flags.format),
  ];
}

export const filter = (name: Filter["name"], given: string | readonly string[] | undefined): Filter[] =>
  given === undefined ? [] : [given].flat().map((value) => ({ name, value }));
