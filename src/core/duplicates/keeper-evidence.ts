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
/** Noted of one of the two, although nothing shows whether it became brighter or the other darker. */
const RELATIVE: ReadonlySet<EditKind> = new Set(["recoloured", "brighter", "darker"]);

/** A picture beside which nearly all of so many others are framed was cut out of them: their frame was in the original. */
const MANY = 5;
const NEARLY_ALL = 0.75;

/** What one family of edits was found on each picture of a group. */
interface Shown {
  readonly kinds: (id: ImageId) => readonly EditKind[];
  /** How many; a picture that was compared with no other counts as having the most, so that it gains nothing by it. */
  readonly count: (id: ImageId) => number;
}

/**
 * What was done to each picture of a group: the edits that its comparisons show in at least half of the cases, so that one
 * mistaken comparison decides nothing. Of pairs that mirror each other, or of which one is brighter, it counts for both, and is
 * an edit of the one that differs from most; or, of mirrored and turned ones, of the one without a capture date, which copies
 * lose.
 */
export class ShownEdits {
  /** Frames, crops, watermarks, text, mirrorings and turns. */
  readonly reshaped: Shown;
  /** Colour and brightness. */
  readonly toned: Shown;

  constructor({ images, relations }: SameGroup) {
    const dated = new Set(images.filter(hasCaptureDate).map(({ id }) => id));
    const compared = withInsetsCropped(relations.filter(({ byVerdict }) => !byVerdict));
    this.reshaped = shownEdits(compared, RESHAPED, dated);
    this.toned = shownEdits(compared, TONED, dated);
  }
}

function withInsetsCropped(relations: readonly Relation[]): readonly Relation[] {
  const counts = new Map<ImageId, { others: number; framed: number }>();
  for (const relation of relations) {
    for (const id of [relation.a, relation.b]) {
      const { others, framed } = counts.get(id) ?? { others: 0, framed: 0 };
      counts.set(id, { others: others + 1, framed: framed + Number(isFramedBeside(id, relation)) });
    }
  }
  const isInset = (id: ImageId) => {
    const { others, framed } = counts.get(id) ?? { others: 0, framed: 0 };
    return others >= MANY && framed >= NEARLY_ALL * others;
  };
  return relations.map((relation) => {
    const inset = [relation.a, relation.b].find((id) => isFramedBeside(id, relation) && isInset(id));
    if (inset === undefined) return relation;
    const of = inset === relation.a ? "reference" : "member";
    const edits = relation.edits.map(
      (edit): Edit => (edit.kind === "framed" ? { kind: "cropped", of } : edit),
    );
    return { ...relation, edits };
  });
}

/** Whether the other of the two is framed. */
const isFramedBeside = (id: ImageId, { a, edits }: Relation) =>
  edits.some(({ kind, of }) => kind === "framed" && of === (id === a ? "member" : "reference"));

/** How often a picture was compared, and how often each edit was seen on it, or on it or the other. */
interface Tally {
  comparisons: number;
  readonly own: Map<EditKind, number>;
  readonly either: Map<EditKind, number>;
}

function shownEdits(
  relations: readonly Relation[],
  kinds: ReadonlySet<EditKind>,
  dated: ReadonlySet<ImageId>,
): Shown {
  const tallies = new Map<ImageId, Tally>();
  const count = (id: ImageId, other: ImageId, side: Edit["of"], edits: readonly Edit[]) => {
    const tally = tallies.get(id) ?? { comparisons: 0, own: new Map(), either: new Map() };
    tallies.set(id, tally);
    tally.comparisons += 1;
    for (const { kind, of } of edits) {
      if (!kinds.has(kind)) continue;
      const whose = RELATIVE.has(kind)
        ? "either"
        : of === "either"
          ? ownerOf(kind, { id, other, side, dated })
          : of;
      if (whose === side) increase(tally.own, kind);
      if (whose === "either") increase(tally.either, kind);
    }
  };
  for (const { a, b, edits } of relations) {
    count(a, b, "reference", edits);
    count(b, a, "member", edits);
  }
  const shown = new Map(
    [...tallies].map(([id, tally]) => [id, [...kinds].filter((kind) => isShown(tally, kind))]),
  );
  const most = [...shown.values()].reduce((most, { length }) => Math.max(most, length), 0);
  return { kinds: (id) => shown.get(id) ?? [], count: (id) => shown.get(id)?.length ?? most };
}

/** One's own edit needs half of the comparisons, one that either may have more than half. */
function isShown({ comparisons, own, either }: Tally, kind: EditKind): boolean {
  const [certain, shared] = [own.get(kind) ?? 0, either.get(kind) ?? 0];
  return certain > 0 ? certain + shared >= comparisons / 2 : shared > comparisons / 2;
}

const increase = (counts: Map<EditKind, number>, kind: EditKind) =>
  counts.set(kind, (counts.get(kind) ?? 0) + 1);

interface Pair {
  readonly id: ImageId;
  readonly other: ImageId;
  readonly side: Edit["of"];
  readonly dated: ReadonlySet<ImageId>;
}

/** Whose edit it is, of those that show on either. */
function ownerOf(kind: EditKind, { id, other, side, dated }: Pair): Edit["of"] {
  const isOrientation = kind === "mirrored" || kind === "turned";
  if (!isOrientation || dated.has(id) === dated.has(other)) return "either";
  return dated.has(id) === (side === "member") ? "reference" : "member";
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
