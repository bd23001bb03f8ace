import * as z from "zod";
import type { DateBound, Scope } from "../core/index.ts";
import type { Narrowing } from "./access.ts";
import { inQuotes, quoted, untrusted, untrustedName } from "./untrusted-text.ts";

/** Filters as they were understood: folders as paths, dates as first and last day. */
export const applied = z.object({
  folder: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  tags: z.array(z.string()).optional(),
  kind: z.string().optional(),
  has: z.string().optional(),
  text: z.string().optional(),
  camera: z.string().optional(),
  place: z.string().optional(),
  rating: z.string().optional(),
  screenshots: z.boolean().optional(),
  orientation: z.string().optional(),
  min_width: z.number().optional(),
  format: z.string().optional(),
});

/** Told as they were given. */
const WRITTEN = ["camera", "place", "rating"] as const;
const CHOSEN = ["screenshots", "orientation", "min_width", "format"] as const;

export type Applied = z.infer<typeof applied>;

/** Undefined when nothing was filtered. `scope`: what the arguments narrowed the server's own to. */
export function appliedFilters(
  args: Narrowing & { readonly text?: string | undefined },
  { files, since, until }: Scope,
): Applied | undefined {
  const folders = args.folder !== undefined && typeof files === "object" ? files.folders : [];
  const found: Applied = {
    ...(folders.length > 0 && { folder: folders.map((folder) => untrustedName(folder, 400)).join(", ") }),
    ...(since && { since: day(since, 0) }),
    ...(until && { until: day(until, -1) }),
    ...(args.tags?.length && { tags: args.tags.map((tag) => untrustedName(tag, 100)) }),
    ...(args.kind !== undefined && { kind: args.kind }),
    ...(args.has !== undefined && { has: args.has }),
    ...(args.text !== undefined && { text: untrusted(args.text) }),
    ...Object.fromEntries(CHOSEN.flatMap((name) => (args[name] ? [[name, args[name]]] : []))),
    ...Object.fromEntries(
      WRITTEN.flatMap((name) => (args[name] === undefined ? [] : [[name, untrusted(args[name], 100)]])),
    ),
  };
  return Object.keys(found).length > 0 ? found : undefined;
}

export function appliedLine({ folder, since, until, tags, kind, has, text, ...written }: Applied): string {
  return [
    ...(folder === undefined ? [] : [`folder ${inQuotes(folder)}`]),
    ...(since === undefined ? [] : [`from ${since}`]),
    ...(until === undefined ? [] : [`up to ${until}`]),
    ...(tags === undefined ? [] : [`tags ${tags.join(", ")}`]),
    ...(kind === undefined ? [] : [`kind ${kind}`]),
    ...(has === undefined ? [] : [`with ${has}`]),
    ...(text === undefined ? [] : [`with the words ${quoted(text)}`]),
    ...WRITTEN.flatMap((name) => (written[name] === undefined ? [] : [`${name} ${quoted(written[name])}`])),
    ...(written.screenshots ? ["screenshots"] : []),
    ...(written.orientation === undefined ? [] : [written.orientation]),
    ...(written.min_width === undefined ? [] : [`at least ${written.min_width} pixels wide`]),
    ...(written.format === undefined ? [] : [`format ${written.format}`]),
  ].join("; ");
}

/** Ends are exclusive: the last day is that of the moment before. */
const day = ({ wallClock }: DateBound, shift: number) =>
  new Date(wallClock + shift).toISOString().slice(0, 10);
