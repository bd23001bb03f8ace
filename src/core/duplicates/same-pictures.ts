import { candidateDistance } from "../comparison/candidate-distance.ts";
import { type ComparisonContext, comparePairs, isSame } from "../comparison/picture-comparer.ts";
import { prepareFingerprint } from "../image/hashing/perceptual-hash.ts";
import type { Catalog, CatalogImage, ImageKey } from "../ports.ts";
import type { ImageId, ImageRecord, LongWork, RepostRequest, Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { least, placedAt, UNDATED } from "./placement-order.ts";
import { VerdictLookup } from "./verdict-lookup.ts";

export interface SamePictureContext extends ComparisonContext {
  readonly catalog: Pick<Catalog, "images" | "verdicts" | "comparisons" | "readings">;
}

/** Look-alikes whose pixels are compared, nearest first: copies are among the nearest, however many look alike. */
const MAX_COMPARED = 64;

/** Records are read in batches that block no other request. */
const RECORDS_AT_ONCE = 200;

/**
 * Images of the scope that are the same picture as this one, oldest placement first: a repost check. A user's
 * verdict on a pair overrides the comparison. The image itself is included when the scope shows it, with its placements
 * there. Empty when the image is not in the library.
 */
export function findSamePictures(
  context: SamePictureContext,
  id: ImageId,
  scope: Scope,
  { signal }: LongWork = {},
): Promise<ImageRecord[]> {
  return samePictures(context, id, async () => scope, signal);
}

/**
 * The same for a viewer whose scope is expensive to determine: it is requested once, for only those channels of the guild
 * where a candidate was posted.
 */
export function findReposts(
  context: SamePictureContext & { readonly catalog: Pick<Catalog, "posts"> },
  id: ImageId,
  { guildId, scopeAmong, signal }: RepostRequest,
): Promise<ImageRecord[]> {
  const { posts } = context.catalog;
  return samePictures(context, id, async (keys) => scopeAmong(await posts.channelsOf(keys, guildId)), signal);
}

async function samePictures(
  context: SamePictureContext,
  id: ImageId,
  scopeFor: (keys: readonly ImageKey[]) => Promise<Scope>,
  signal: AbortSignal | undefined,
): Promise<ImageRecord[]> {
  const [image] = await context.catalog.images.byId([id], undefined, "first");
  if (!image) return [];
  const verdicts = new VerdictLookup(await context.catalog.verdicts.of(id));
  const confirmed = new Set([id, ...verdicts.markedSame(id)]);
  const apart = new Set(verdicts.markedApart(id));
  const matches = await candidateMatches(context, image.key, signal);
  const known = await context.catalog.images.byId([...confirmed], undefined, "first");
  const scope = await scopeFor([...new Set([...known.map(({ key }) => key), ...matches.keys()])]);
  const same = (await context.catalog.images.byId([...confirmed], scope, "first")).map(
    ({ record }) => record,
  );
  // The scope is applied first: what it does not show is not compared any further.
  const shown = await visible(context, [...matches.keys()], scope, signal);
  const undecided = shown
    .filter(({ record }) => !confirmed.has(record.id) && !apart.has(record.id))
    .sort((a, b) => (matches.get(a.key) ?? 0) - (matches.get(b.key) ?? 0))
    .slice(0, MAX_COMPARED);
  const pairs = undecided.map(({ key }) => [image.key, key] as const);
  const { comparisons } = await comparePairs(context, pairs, { signal });
  for (const { key, record } of undecided) if (isSame(comparisons.get(image.key, key))) same.push(record);
  return same.filter(({ placements }) => placements.length > 0).sort(compareFirstSeen);
}

/** Pictures of the whole library whose fingerprints are near this one's, and how near. */
async function candidateMatches(
  { catalog }: SamePictureContext,
  key: ImageKey,
  signal?: AbortSignal,
): Promise<Map<ImageKey, number>> {
  const yielder = new YieldController(signal);
  const fingerprint = (await catalog.images.fingerprint(key)) ?? new Uint8Array();
  const own = prepareFingerprint(fingerprint);
  const matches = new Map<ImageKey, number>();
  for await (const batch of catalog.images.lookAlikes(fingerprint, signal)) {
    for (const stored of batch) {
      const distance =
        stored.key === key ? undefined : candidateDistance(own, prepareFingerprint(stored.fingerprint));
      if (distance !== undefined) matches.set(stored.key, distance);
      await yielder.yieldIfDue();
    }
  }
  return matches;
}

async function visible(
  { catalog }: SamePictureContext,
  keys: readonly ImageKey[],
  scope: Scope,
  signal?: AbortSignal,
): Promise<CatalogImage[]> {
  const yielder = new YieldController(signal);
  const images: CatalogImage[] = [];
  for (let start = 0; start < keys.length; start += RECORDS_AT_ONCE) {
    images.push(...(await catalog.images.byKey(keys.slice(start, start + RECORDS_AT_ONCE), scope, "first")));
    await yielder.yieldIfDue();
  }
  return images;
}

const firstSeen = ({ placements }: ImageRecord) => least(placements, (at) => placedAt(at) ?? UNDATED);

const compareFirstSeen = (a: ImageRecord, b: ImageRecord) =>
  firstSeen(a) - firstSeen(b) || (a.id < b.id ? -1 : 1);
