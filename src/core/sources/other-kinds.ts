import { extname } from "node:path";
import { formatCount, pluralize } from "../english.ts";
import { isFilmName } from "../media-kind.ts";
import type { FilesByKind } from "../types.ts";

/** Pictures, films and scans that users consider part of their collection, and that no model here reads. */
const OTHER_KINDS = new Set(
  [
    // Raw files of cameras
    "3fr bay cap crw dcr dcs erf fff gpr iiq k25 kdc mdc mef mos mrw nrw ptx raw rwl rwz sr2 srf x3f",
    // Other pictures
    "avci jxl jp2 j2k jpf jpx jxr wdp psd psb xcf svg svgz eps icns tga exr hdr ppm pgm pbm pnm pcx dds qoi",
    // Documents, which scanners write
    "pdf",
    // Films
    "mov mp4 m4v avi mkv webm mpg mpeg mts m2ts 3gp 3g2 wmv flv f4v vob ogv asf mxf insv",
  ].flatMap((kinds) => kinds.split(" ")),
);

/** The kind of a picture or film that is not read, such as "CR2"; undefined for every other file. */
export function otherKind(path: string): string | undefined {
  const kind = kindOf(path);
  return OTHER_KINDS.has(kind.toLowerCase()) ? kind : undefined;
}

/** By its name, such as "CR2". */
export const kindOf = (path: string): string => extname(path).slice(1).toUpperCase();

/** "3 files of kinds not read: 1 CR2, 1 JXL, 1 MOV (films are read where ffmpeg is installed)"; undefined for none. */
export function describeOtherKinds(files: FilesByKind = {}): string | undefined {
  const kinds = Object.entries(files).sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  const list = kinds.map(([kind, count]) => `${formatCount(count)} ${kind}`).join(", ");
  const needed = [
    ...(kinds.some(([kind]) => NEED_LIBHEIF.has(kind))
      ? ["HEIC needs libheif-js: see `glimpse doctor`"]
      : []),
    ...(kinds.some(([kind]) => isFilmName(`film.${kind}`))
      ? ["films are read where ffmpeg is installed"]
      : []),
  ];
  const hint = needed.length > 0 ? ` (${needed.join("; ")})` : "";
  return `${pluralize(total, "file")} of ${total === 1 ? "a kind" : "kinds"} not read: ${list}${hint}`;
}

/** They are counted here only where their decoder is missing. */
const NEED_LIBHEIF: ReadonlySet<string> = new Set(["HEIC", "HEIF", "HIF", "HEICS"]);

/** Adds up counts of several folders. */
export function sumOfKinds(counts: readonly FilesByKind[]): FilesByKind {
  const sum: Record<string, number> = {};
  for (const [kind, count] of counts.flatMap((files) => Object.entries(files)))
    sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}
