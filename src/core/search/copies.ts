import { type DistanceLimits, limitFor } from "../comparison/candidate-distance.ts";
import { type ComparisonContext, comparePairs, isSame } from "../comparison/picture-comparer.ts";
import {
  compareFingerprints,
  detailDifference,
  type PreparedFingerprint,
  prepareFingerprint,
} from "../image/hashing/perceptual-hash.ts";
import type { Catalog, ImageKey } from "../ports.ts";
import type { Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";

/**
 * Differing bits (of 143) up to which a picture is ranked as a copy of the example: what bench/duplicates.ts measured
 * for copies, where hashes decide alone. A picture that is no copy after all merely ranks too high.
 */
const MAX_DISTANCE: DistanceLimits = {
  whole: { upright: 30, turned: 22 },
  cropped: { upright: 22, turned: 16 },
};
/** Share of fine detail that differs from which two pages only have the same layout. */
const OTHER_DETAIL = 0.28;
/** Below this it is the same picture, and detail is ignored. */
const CERTAIN_DISTANCE = 12;
const MOST_COPIES = 100;
const RECORDS_AT_ONCE = 200;

interface CopiesOptions {
  /** Only what hashes tell beyond doubt. Default: also what merely may be a copy. */
  readonly isCertain?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Pictures in scope that are the example turned, framed, cropped, or made smaller, nearest first: their embeddings may
 * be far from its own.
 */
export async function copiesOf(
  { images }: Pick<Catalog, "images">,
  fingerprint: Uint8Array,
  scope: Scope,
  { isCertain = false, signal }: CopiesOptions = {},
): Promise<ImageKey[]> {
  const yielder = new YieldController(signal);
  const example = prepareFingerprint(fingerprint);
  const distances = new Map<ImageKey, number>();
  for await (const batch of images.lookAlikes(fingerprint, signal)) {
    for (const stored of batch) {
      const distance = copyDistance(example, prepareFingerprint(stored.fingerprint));
      if (distance !== undefined && (!isCertain || distance < CERTAIN_DISTANCE))
        distances.set(stored.key, distance);
      await yielder.yieldIfDue();
    }
  }
  const nearest = [...distances].sort((a, b) => a[1] - b[1] || a[0] - b[0]).map(([key]) => key);
  const copies: ImageKey[] = [];
  for (let start = 0; start < nearest.length && copies.length < MOST_COPIES; start += RECORDS_AT_ONCE) {
    const some = await images.byKey(nearest.slice(start, start + RECORDS_AT_ONCE), scope, "first");
    copies.push(...some.filter(({ record }) => record.placements.length > 0).map(({ key }) => key));
    await yielder.yieldIfDue();
  }
  return copies.slice(0, MOST_COPIES);
}

/**
 * Those of the copies that are one picture with this image beyond doubt, by their pixels: hashes alone would take other
 * shots of a series, and other pages of one layout, for it.
 */
export async function verifiedCopies(
  context: ComparisonContext,
  image: ImageKey,
  copies: readonly ImageKey[],
  signal?: AbortSignal,
): Promise<ImageKey[]> {
  const others = copies.filter((key) => key !== image);
  const thumbnailsOnly = { catalog: context.catalog, embedder: context.embedder };
  const pairs = others.map((key) => [image, key] as const);
  const { comparisons } = await comparePairs(thumbnailsOnly, pairs, { signal });
  return others.filter((key) => isSame(comparisons.get(image, key)));
}

function copyDistance(a: PreparedFingerprint, b: PreparedFingerprint): number | undefined {
  const compared = compareFingerprints(a, b);
  const { distance, transform, window } = compared;
  if (distance > limitFor(MAX_DISTANCE, compared)) return undefined;
  const isOtherPage =
    window === "whole" && distance > CERTAIN_DISTANCE && detailDifference(a, b, transform) > OTHER_DETAIL;
  return isOtherPage ? undefined : distance;
}
