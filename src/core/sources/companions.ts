import { extname } from "node:path";
import { pluralize } from "../english.ts";
import { isCameraStillName, isRawName } from "../media-kind.ts";
import type { CompanionCounts, CompanionKind, Placement } from "../types.ts";

const VIDEO = new Set([".mov", ".mp4"]);
/** Three seconds at the highest quality of phones; a film that happens to have a photo's name is longer. */
export const MAX_LIVE_VIDEO_BYTES = 16 * 1024 * 1024;

const extensionOf = (name: string) => extname(name).toLowerCase();
const stemOf = (name: string) => name.slice(0, name.length - extname(name).length);

/** Whether a file of this name may belong to a picture beside it. */
export const mayBeCompanion = (name: string): boolean => {
  const extension = extensionOf(name);
  return isRawName(name) || VIDEO.has(extension) || extension === ".xmp" || extension === ".json";
};

export interface Companionship {
  /** The name of the picture that it belongs to. */
  readonly of: string;
  readonly kind: CompanionKind;
}

/**
 * Which files of a folder belong to a picture of it, by their names: a raw file and a video beside a JPEG or HEIC of the
 * same stem (a Live Photo; also `a_HEVC.MOV`), sidecars of XMP (`a.jpg.xmp`, `a.xmp`) and of Google Takeout (`a.jpg.json`).
 * @param isPicture whether a scan reads files of this name
 */
export function companionsAmong(
  names: readonly string[],
  isPicture: (name: string) => boolean,
): Map<string, Companionship> {
  const found = new Map<string, Companionship>();
  const candidates = names.filter(mayBeCompanion);
  if (candidates.length === 0) return found;
  const pictures = names.filter(isPicture);
  const stills = byStem(pictures.filter(isCameraStillName));
  for (const name of candidates) {
    const stem = stemOf(name);
    const still = stills.get(stem);
    if (still !== undefined && isRawName(name)) found.set(name, { of: still, kind: "raw" });
    if (!VIDEO.has(extensionOf(name))) continue;
    // So programs that fetch from iCloud name the video of a HEIC.
    const moving = still ?? stills.get(stem.replace(/_HEVC$/, ""));
    if (moving !== undefined) found.set(name, { of: moving, kind: "video" });
  }
  const standing = pictures.filter((name) => !found.has(name));
  const byName = new Map(pictures.map((name) => [name, found.get(name)?.of ?? name]));
  const anyByStem = byStem(standing);
  const takeout = new TakeoutNames(standing);
  for (const name of candidates) {
    const extension = extensionOf(name);
    const of =
      extension === ".xmp"
        ? (byName.get(stemOf(name)) ?? stills.get(stemOf(name)) ?? anyByStem.get(stemOf(name)))
        : extension === ".json"
          ? takeout.pictureOf(stemOf(name))
          : undefined;
    if (of !== undefined) found.set(name, { of, kind: "sidecar" });
  }
  return found;
}

/** Of several with one stem the first: JPEG comes before HEIC and others where names sort so. */
function byStem(names: readonly string[]): Map<string, string> {
  const stems = new Map<string, string>();
  for (const name of [...names].sort(stillsFirst))
    if (!stems.has(stemOf(name))) stems.set(stemOf(name), name);
  return stems;
}

const rank = (name: string) => (/^\.j/.test(extensionOf(name)) ? 0 : isCameraStillName(name) ? 1 : 2);
const stillsFirst = (a: string, b: string) => rank(a) - rank(b) || (a < b ? -1 : 1);

/** Longer names are cut, before `.json` is added. */
const TAKEOUT_LENGTH = 46;
/** What newer exports put behind the picture's name, as far as the length allows; behind it the number of a copy. */
const SUPPLEMENT = /\.(?:s(?:u(?:p[a-z-]*)?)?)?$/;
const NUMBER = /^(.+)(\(\d+\))$/;

/** Names of Google Takeout's JSON: `IMG_1.jpg.json`, `IMG_1.jpg.supplemental-metadata.json`, `IMG_1.jpg(2).json` of `IMG_1(2).jpg`. */
class TakeoutNames {
  readonly #names: ReadonlySet<string>;
  readonly #cut: ReadonlyMap<string, string>;

  constructor(pictures: readonly string[]) {
    this.#names = new Set(pictures);
    this.#cut = new Map(
      pictures
        .filter(({ length }) => length > TAKEOUT_LENGTH)
        .map((name) => [name.slice(0, TAKEOUT_LENGTH), name]),
    );
  }

  /** @param stem of the sidecar */
  pictureOf(stem: string): string | undefined {
    const [, supplemented = stem, copy = ""] = NUMBER.exec(stem) ?? [];
    const plain = this.#names.has(supplemented) ? supplemented : supplemented.replace(SUPPLEMENT, "");
    const named = copy ? `${stemOf(plain)}${copy}${extname(plain)}` : plain;
    return this.#names.has(named) ? named : this.#cut.get(stem);
  }
}

/** "12 raw files, 3 videos, 1 sidecar"; undefined for none. */
export function describeCompanions({ raw = 0, video = 0, sidecar = 0 }: CompanionCounts): string | undefined {
  const parts = [
    ...(raw > 0 ? [pluralize(raw, "raw file")] : []),
    ...(video > 0 ? [pluralize(video, "video")] : []),
    ...(sidecar > 0 ? [pluralize(sidecar, "sidecar")] : []),
  ];
  return parts.length > 0 ? parts.join(", ") : undefined;
}

/** Whether files that are no pictures of their own would be left alone without it. Sidecars say nothing by themselves. */
export const isPaired = (placement: Placement): boolean =>
  placement.kind === "file" && (placement.companions ?? []).some(({ kind }) => kind !== "sidecar");
