import { readyFingerprint } from "../image/perceptual-hash.ts";
import type { Catalog, CatalogImage, Embedder, ImageKey, StoredFingerprint } from "../ports.ts";
import { Turns } from "../turns.ts";
import type { Embedding, ImageId, ImageRecord, LongWork, Scope } from "../types.ts";
import { comparePictures, type PictureMatch } from "./compare-pictures.ts";
import { cosineOf } from "./cosine.ts";
import { placedAt } from "./keeper.ts";
import { isSamePicture, maybeSamePicture } from "./sameness.ts";
import { VerdictBook } from "./verdict-book.ts";

export interface SamePictureParts {
  readonly catalog: Pick<
    Catalog,
    "keysInScope" | "fingerprints" | "imagesByKey" | "imagesById" | "embeddings" | "verdicts"
  >;
  readonly embedder: Pick<Embedder, "space" | "traits">;
}

/**
 * Images of the scope that are the same picture as this one, oldest placement first: a repost check. A person's
 * verdict on a pair counts before the measure. The image itself comes along when the scope sees it, with its
 * placements there. Empty when the image is not in the library.
 */
export async function samePictures(
  parts: SamePictureParts,
  id: ImageId,
  scope: Scope,
  { signal }: LongWork = {},
): Promise<ImageRecord[]> {
  const [image] = await parts.catalog.imagesById([id]);
  if (!image) return [];
  const verdicts = new VerdictBook(await parts.catalog.verdicts());
  const sameByVerdict = verdicts.sameAs(id);
  const unlike = verdicts.differentFrom(id);
  const same: ImageKey[] = [];
  for await (const { stored, match } of likelyMatches(parts, image, scope, sameByVerdict, signal)) {
    if (unlike.has(stored.id)) continue;
    const certain = stored.id === id || sameByVerdict.has(stored.id) || isSamePicture(match, () => false);
    if (certain || (await areSimilar(parts, image.key, stored.key))) same.push(stored.key);
  }
  const images = await parts.catalog.imagesByKey(same, scope);
  return images.map(({ record }) => record).sort(byFirstSeen);
}

interface Likely {
  readonly stored: StoredFingerprint;
  readonly match: PictureMatch;
}

/** Pictures in scope whose fingerprints may match, and those that a person named. */
async function* likelyMatches(
  { catalog }: SamePictureParts,
  { key, record }: CatalogImage,
  scope: Scope,
  named: ReadonlySet<ImageId>,
  signal?: AbortSignal,
): AsyncGenerator<Likely> {
  const turns = new Turns(signal);
  const own = readyFingerprint(await fingerprintOf(catalog, key));
  for await (const batch of catalog.fingerprints(await catalog.keysInScope(scope))) {
    for (const stored of batch) {
      const match = comparePictures(own, readyFingerprint(stored.fingerprint));
      if (stored.id === record.id || named.has(stored.id) || maybeSamePicture(match)) yield { stored, match };
      await turns.give();
    }
  }
}

async function fingerprintOf(catalog: SamePictureParts["catalog"], key: ImageKey): Promise<Uint8Array> {
  const only = { size: 1, has: (other: ImageKey) => other === key, [Symbol.iterator]: () => [key].values() };
  for await (const [stored] of catalog.fingerprints(only)) if (stored) return stored.fingerprint;
  return new Uint8Array();
}

async function areSimilar(
  { catalog, embedder }: SamePictureParts,
  a: ImageKey,
  b: ImageKey,
): Promise<boolean> {
  const vectors: Embedding[] = [];
  for await (const batch of catalog.embeddings(embedder.space, [a, b])) {
    for (const { embedding } of batch) vectors.push(embedding);
  }
  const [one, other] = vectors;
  return cosineOf(one, other) >= embedder.traits.thresholds.similar;
}

const firstSeen = ({ placements }: ImageRecord) => Math.min(...placements.map(placedAt));

const byFirstSeen = (a: ImageRecord, b: ImageRecord) => firstSeen(a) - firstSeen(b) || (a.id < b.id ? -1 : 1);
