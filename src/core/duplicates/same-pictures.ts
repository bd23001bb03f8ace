import { compareFingerprints, readyFingerprint } from "../image/perceptual-hash.ts";
import type { Catalog, ImageKey } from "../ports.ts";
import type { ImageId, ImageRecord, LongWork, Scope } from "../types.ts";
import { placedAt } from "./keeper.ts";
import { isSamePicture } from "./sameness.ts";
import { Turns } from "./turns.ts";
import { VerdictBook } from "./verdict-book.ts";

export interface SamePictureParts {
  readonly catalog: Pick<Catalog, "keysInScope" | "fingerprints" | "imagesByKey" | "imagesById" | "verdicts">;
}

/**
 * Images of the scope that are the same picture as this one, oldest placement first: a repost check. A person's
 * verdict on a pair counts before the measure. The image itself comes along when the scope sees it, with its
 * placements there. Empty when the image is not in the library.
 */
export async function samePictures(
  { catalog }: SamePictureParts,
  id: ImageId,
  scope: Scope,
  { signal }: LongWork = {},
): Promise<ImageRecord[]> {
  const turns = new Turns(signal);
  const [image] = await catalog.imagesById([id]);
  if (!image) return [];
  const verdicts = new VerdictBook(await catalog.verdicts());
  const own = readyFingerprint(await fingerprintOf(catalog, image.key));
  const within = await catalog.keysInScope(scope);
  const same: ImageKey[] = [];
  for await (const batch of catalog.fingerprints(within)) {
    for (const other of batch) {
      if (
        isSame(other.id, () => isSamePicture(compareFingerprints(own, readyFingerprint(other.fingerprint))))
      ) {
        same.push(other.key);
      }
      await turns.give();
    }
  }
  const images = await catalog.imagesByKey(same, scope);
  return images.map(({ record }) => record).sort(byFirstSeen);

  function isSame(other: ImageId, measured: () => boolean): boolean {
    if (other === id || verdicts.sameAs(id).has(other)) return true;
    return !verdicts.differentFrom(id).has(other) && measured();
  }
}

async function fingerprintOf(catalog: SamePictureParts["catalog"], key: ImageKey): Promise<Uint8Array> {
  const only = { size: 1, has: (other: ImageKey) => other === key, [Symbol.iterator]: () => [key].values() };
  for await (const [stored] of catalog.fingerprints(only)) if (stored) return stored.fingerprint;
  return new Uint8Array();
}

const firstSeen = ({ placements }: ImageRecord) => Math.min(...placements.map(placedAt));

const byFirstSeen = (a: ImageRecord, b: ImageRecord) => firstSeen(a) - firstSeen(b) || (a.id < b.id ? -1 : 1);
