import { orientationEdits, type Transform } from "../image/hashing/hash-bits.ts";
import { type PreparedFingerprint, prepareFingerprint } from "../image/hashing/perceptual-hash.ts";
import type { PictureComparison, PlacedEdit, StoredShot } from "../ports.ts";
import type { ImageRecord } from "../types.ts";
import { candidateMatch } from "./candidate-distance.ts";

/** A film or an animation, by its shots in order of time. */
export interface ComparedFilm {
  readonly record: Pick<ImageRecord, "width" | "height" | "durationMs">;
  readonly shots: readonly StoredShot[];
}

/** How far two samples of one cut may lie apart: they are taken four times a second. */
const SAME_MOMENT_MS = 1000;
/** Share of the shots of the stretch that both films have which must be the same. */
const LEAST_SHARE = 0.7;
/** Of the shorter film, at least so much lies in the other. */
const LEAST_OVERLAP = 0.8;
/** Films of one shot are told apart by their length, too: two takes of one scene look alike. */
const LENGTH_TOLERANCE = 0.01;
const LENGTH_TOLERANCE_MS = 300;

const DIFFERENT: PictureComparison = { outcome: "different", inDoubt: false, edits: [], agreement: 0 };

/**
 * Whether two films are the same one, in other sizes or codes, or with an end cut off: their shots look alike in the
 * same order at the same distances. The edits are those of the second beside the first.
 */
export function compareFilms(first: ComparedFilm, second: ComparedFilm): PictureComparison {
  const [lengthA, lengthB] = [lengthOf(first), lengthOf(second)];
  const alike = likePairs(first.shots, second.shots);
  const shift = likeliestShift(alike);
  if (shift === undefined) return DIFFERENT;
  const [from, to] = [Math.max(0, shift), Math.min(lengthA, shift + lengthB)];
  const shorter = Math.min(lengthA, lengthB);
  if (shorter > 0 && (to - from) / shorter < LEAST_OVERLAP) return DIFFERENT;
  const within = ({ atMs }: StoredShot, by: number) =>
    atMs + by >= from - SAME_MOMENT_MS && atMs + by <= to + SAME_MOMENT_MS;
  const shown = Math.max(
    first.shots.filter((shot) => within(shot, 0)).length,
    second.shots.filter((shot) => within(shot, shift)).length,
  );
  const matched = alike.filter(({ by }) => Math.abs(by - shift) <= SAME_MOMENT_MS);
  const share = new Set(matched.map(({ a }) => a)).size / Math.max(1, shown);
  if (share < LEAST_SHARE) return DIFFERENT;
  const isAsLong = Math.abs(lengthA - lengthB) <= Math.max(LENGTH_TOLERANCE_MS, LENGTH_TOLERANCE * lengthA);
  if (shown < 2 && !isAsLong) return DIFFERENT;
  const edits = [...orientationEdits(likeliestTransform(matched)), ...lengthAndSize(first, second, isAsLong)];
  return {
    outcome: "same",
    inDoubt: false,
    edits: edits.length > 0 ? edits : [{ kind: "saved again", of: "either" }],
    agreement: share,
  };
}

const lengthOf = ({ record, shots }: ComparedFilm) => record.durationMs || (shots.at(-1)?.atMs ?? 0);

interface LikePair {
  readonly a: number;
  /** How much later the first film has it. */
  readonly by: number;
  readonly transform: Transform;
}

function likePairs(first: readonly StoredShot[], second: readonly StoredShot[]): LikePair[] {
  const ready = (shots: readonly StoredShot[]): (readonly [PreparedFingerprint, number])[] =>
    shots.map(({ fingerprint, atMs }) => [prepareFingerprint(fingerprint), atMs]);
  const others = ready(second);
  return ready(first).flatMap(([one, atA], a) =>
    others.flatMap(([other, atB]) => {
      const match = candidateMatch(one, other);
      return match ? [{ a, by: atA - atB, transform: match.transform }] : [];
    }),
  );
}

/** By which most of the alike shots lie apart. */
function likeliestShift(pairs: readonly LikePair[]): number | undefined {
  const votes = pairs.map(({ by }) => ({
    by,
    count: pairs.filter((other) => Math.abs(other.by - by) <= SAME_MOMENT_MS / 2).length,
  }));
  return votes.sort((x, y) => y.count - x.count || Math.abs(x.by) - Math.abs(y.by))[0]?.by;
}

/** How most of them are turned: a shot that is the same mirrored says nothing. */
function likeliestTransform(pairs: readonly LikePair[]): Transform {
  const counts = new Map<Transform, number>([["none", 0]]);
  for (const { transform } of pairs) counts.set(transform, (counts.get(transform) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "none";
}

function lengthAndSize(first: ComparedFilm, second: ComparedFilm, isAsLong: boolean): PlacedEdit[] {
  const of = (isSecondLess: boolean) => (isSecondLess ? "member" : "reference");
  const pixels = ({ record }: ComparedFilm) => record.width * record.height;
  return [
    ...(isAsLong ? [] : [{ kind: "trimmed", of: of(lengthOf(second) < lengthOf(first)) } as const]),
    ...(pixels(first) === pixels(second)
      ? []
      : [{ kind: "resized", of: of(pixels(second) < pixels(first)) } as const]),
  ];
}
