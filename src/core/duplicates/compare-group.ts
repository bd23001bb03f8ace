import { type PreparedFingerprint, prepareFingerprint } from "../image/perceptual-hash.ts";
import type { StoredFingerprint } from "../ports.ts";
import type { Embedding, ImageId, ImageRecord } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { comparePictures, type PictureMatch } from "./compare-pictures.ts";
import { editsBetween, editsInWords } from "./describe-match.ts";
import type { DuplicateContext, DuplicateSearch } from "./duplicate-context.ts";
import { isSamePicture, sharedBits } from "./sameness.ts";
import type { Comparison } from "./split-by-keeper.ts";

/** All that is needed to compare any two of these pictures, read once. */
export async function compareGroup(
  { catalog, embedder }: DuplicateContext,
  { request, verdicts }: DuplicateSearch,
  pictures: readonly StoredFingerprint[],
  images: readonly ImageRecord[],
): Promise<Comparison> {
  const records = new Map(images.map((image) => [image.id, image]));
  const fingerprints = new Map(pictures.map(({ id, fingerprint }) => [id, prepareFingerprint(fingerprint)]));
  const vectors = await vectorsOf({ catalog, embedder }, pictures);
  const threshold = embedder.traits.thresholds.similar;
  return {
    verdicts,
    measure: (keeper, other) => sharedBits(compare(fingerprints, keeper, other)),
    match: (keeper, other) => {
      const [one, two] = [records.get(keeper), records.get(other)];
      const near = compare(fingerprints, keeper, other);
      const cosine = cosineOf(vectors.get(keeper), vectors.get(other));
      if (one && two && isSamePicture(near, () => cosine >= threshold)) {
        const edits = editsBetween(near, one, two);
        const reason = editsInWords(edits);
        return { kind: "same", reference: keeper, edits, reason, measure: sharedBits(near) };
      }
      if (request.kind !== "similar" || cosine < threshold) return undefined;
      const measure = Math.min(1, cosine);
      return { kind: "similar", reference: keeper, edits: [], reason: "similar scene", measure };
    },
  };
}

/** Below every threshold where one of them has no vector. */
const cosineOf = (a: Embedding | undefined, b: Embedding | undefined) => (a && b ? dotProduct(a, b) : -1);

const NOTHING = prepareFingerprint(new Uint8Array());

function compare(
  fingerprints: ReadonlyMap<ImageId, PreparedFingerprint>,
  keeper: ImageId,
  other: ImageId,
): PictureMatch {
  return comparePictures(fingerprints.get(keeper) ?? NOTHING, fingerprints.get(other) ?? NOTHING);
}

async function vectorsOf(
  { catalog, embedder }: Pick<DuplicateContext, "catalog" | "embedder">,
  pictures: readonly StoredFingerprint[],
): Promise<Map<ImageId, Embedding>> {
  const ids = new Map(pictures.map(({ key, id }) => [key, id]));
  const vectors = new Map<ImageId, Embedding>();
  for await (const batch of catalog.embeddings.read(embedder.space, [...ids.keys()])) {
    for (const { key, embedding } of batch) vectors.set(ids.get(key) ?? "", embedding);
  }
  return vectors;
}
