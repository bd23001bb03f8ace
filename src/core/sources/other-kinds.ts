import { extname } from "node:path";
import { formatCount, pluralize } from "../pluralize.ts";
import type { FilesByKind } from "../types.ts";

/**
 * Pictures and films that users consider part of their collection, and that no model here reads. Those with HEIC in
 * their names are looked into all the same, since phones and converters give that name to pictures of other formats.
 */
const OTHER_KINDS = new Set(
  [
    // Raw files of cameras
    "3fr arw bay cap cr2 cr3 crw dcr dcs dng erf fff gpr iiq k25 kdc mdc mef mos mrw nef nrw orf pef ptx raf raw rw2",
    "rwl rwz sr2 srf srw x3f",
    // Other pictures
    "heic heif heics hif avci jxl jp2 j2k jpf jpx jxr wdp psd psb xcf svg svgz eps icns tga exr hdr ppm pgm pbm pnm pcx dds qoi",
    // Films
    "mov mp4 m4v avi mkv webm mpg mpeg mts m2ts 3gp 3g2 wmv flv f4v vob ogv asf mxf insv",
  ].flatMap((kinds) => kinds.split(" ")),
);

/** The kind of a picture or film that is not read, such as "CR2"; undefined for every other file. */
export function otherKind(path: string): string | undefined {
  const extension = extname(path).slice(1).toLowerCase();
  return OTHER_KINDS.has(extension) ? extension.toUpperCase() : undefined;
}

/** "3 files of kinds not read: 1 CR2, 1 JXL, 1 MOV"; undefined for none. */
export function describeOtherKinds(files: FilesByKind = {}): string | undefined {
  const kinds = Object.entries(files).sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  const list = kinds.map(([kind, count]) => `${formatCount(count)} ${kind}`).join(", ");
  return `${pluralize(total, "file")} of ${total === 1 ? "a kind" : "kinds"} not read: ${list}`;
}

/** Adds up counts of several folders. */
export function sumOfKinds(counts: readonly FilesByKind[]): FilesByKind {
  const sum: Record<string, number> = {};
  for (const [kind, count] of counts.flatMap((files) => Object.entries(files)))
    sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}
