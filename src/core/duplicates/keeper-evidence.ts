import type { Edit, EditKind, ImageId, ImageRecord } from "../types.ts";
import type { Relation, SameGroup } from "./same-group.ts";

/** Edits after which something of the picture is missing, covered, or not as it was taken. */
const RESHAPED: ReadonlySet<EditKind> = new Set([
  "framed",
  "cropped",
  "watermarked",
  "text added",
  "mirrored",
  "turned",
]);
const TONED: ReadonlySet<EditKind> = new Set(["grey", "recoloured", "brighter", "darker"]);

/** Edits of one picture, as its comparisons with the others of its group show them. */
export interface EditLoad {
  /** Edits per comparison; one that either of two may have counts half to both. */
  readonly load: number;
  /** What was done to it, in at least half of the comparisons. */
  readonly kinds: readonly EditKind[];
}

const NONE: EditLoad = { load: 0, kinds: [] };

/**
 * Which edits each picture shows. Pairs that mirror each other do not say which was mirrored: it is the one that most others are not
 * like, unless only one of the two has a capture date, which copies lose.
 */
export class EditLoads {
  readonly #reshaped: ReadonlyMap<ImageId, EditLoad>;
  readonly #toned: ReadonlyMap<ImageId, EditLoad>;

  constructor({ images, relations }: SameGroup) {
    const dated = new Set(images.filter(hasCaptureDate).map(({ id }) => id));
    const compared = relations.filter(({ byVerdict }) => !byVerdict);
    this.#reshaped = loadsOf(compared, RESHAPED, dated);
    this.#toned = loadsOf(compared, TONED, dated);
  }

  /** Frames, crops, watermarks, text, mirrorings and turns. */
  reshaped = (id: ImageId): EditLoad => this.#reshaped.get(id) ?? unknownBeside(this.#reshaped);

  /** Colour and brightness. */
  toned = (id: ImageId): EditLoad => this.#toned.get(id) ?? unknownBeside(this.#toned);
}

/** A picture that only a user joined to the others was compared with none: that is no merit. */
const unknownBeside = (known: ReadonlyMap<ImageId, EditLoad>): EditLoad => ({
  ...NONE,
  load: Math.max(NONE.load, ...[...known.values()].map(({ load }) => load)),
});

function loadsOf(
  relations: readonly Relation[],
  kinds: ReadonlySet<EditKind>,
  dated: ReadonlySet<ImageId>,
): Map<ImageId, EditLoad> {
  const counts = new Map<ImageId, { comparisons: number; edits: Map<EditKind, number> }>();
  const count = (id: ImageId, other: ImageId, side: Edit["of"], edits: readonly Edit[]) => {
    const own = counts.get(id) ?? { comparisons: 0, edits: new Map<EditKind, number>() };
    counts.set(id, own);
    own.comparisons += 1;
    for (const { kind, of } of edits) {
      if (!kinds.has(kind)) continue;
      const share = of === "either" ? shareOf(kind, id, other, dated) : of === side ? 1 : 0;
      own.edits.set(kind, (own.edits.get(kind) ?? 0) + share);
    }
  };
  for (const { a, b, edits } of relations) {
    count(a, b, "reference", edits);
    count(b, a, "member", edits);
  }
  return new Map(
    [...counts].map(([id, { comparisons, edits }]) => {
      const load = [...edits.values()].reduce((sum, times) => sum + times, 0) / comparisons;
      const most = [...edits].filter(([, times]) => times >= comparisons / 2).map(([kind]) => kind);
      return [id, { load, kinds: most }];
    }),
  );
}

/** Of an edit that either of two may have. */
function shareOf(kind: EditKind, id: ImageId, other: ImageId, dated: ReadonlySet<ImageId>): number {
  const isOrientation = kind === "mirrored" || kind === "turned";
  if (!isOrientation || dated.has(id) === dated.has(other)) return 0.5;
  return dated.has(id) ? 0 : 1;
}

/** Whether a camera's clock dated it. Programs that make or edit pictures write the other fields. */
export const hasCaptureDate = ({ takenAt }: ImageRecord) =>
  takenAt?.source === "exif-original" || takenAt?.source === "exif-digitized";

/** Waves per pixel of an ordinary sharp photo. */
const USUAL_DETAIL = 0.39;
/** JPEG up to this quality draws its blocks as fine lines, up to a third more waves than the picture has. */
const BLOCKY_QUALITY = 40;
const BLOCKINESS = 0.75;

/** The finest detail of a picture, in waves along its mean side; what was not measured in full is taken to go on as it begins. */
export function detailOf({ width, height, quality }: ImageRecord): number {
  const side = Math.sqrt(width * height);
  if (!quality) return USUAL_DETAIL * side;
  const { detail, measuredSide, jpegQuality } = quality;
  const isBlocky = jpegQuality !== null && jpegQuality <= BLOCKY_QUALITY;
  return ((detail * side) / measuredSide) * (isBlocky ? BLOCKINESS : 1);
}
