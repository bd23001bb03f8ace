import { openQueue } from "../open-queue.ts";
import type { Catalog, Embedder, MeasuredPicture, PictureSource } from "../ports.ts";
import type { ImageId, ImageRecord, KeepChoice } from "../types.ts";
import { contendersByDetail, contendersByTones } from "./choose-keeper.ts";
import { hasCaptureDate, isMeasuredInFull, SAME_SIDE } from "./keeper-evidence.ts";
import type { SameGroup } from "./same-group.ts";
import { Sources } from "./saved-from.ts";

export interface MeasuringContext {
  readonly catalog: Pick<Catalog, "images">;
  readonly embedder: Pick<Embedder, "measurePicture" | "concurrency">;
  readonly originals: {
    /** Undefined where no original is the picture that was indexed any more. */
    read<Result extends { readonly id: ImageId }>(
      image: ImageRecord,
      read: (source: PictureSource) => Promise<Result>,
      signal?: AbortSignal,
    ): Promise<Result | undefined>;
  };
}

/** Of one group; more than a handful of large versions of one picture are rare. */
const MAX_MEASURED = 16;

/**
 * The group with those images measured again, in all their pixels, of which it has to be known whether they come from another
 * one's, or whether they hold as much as they have pixels: of several sizes, and reduced when they were read, or never
 * measured. What was measured is stored.
 */
export async function withKnownDetail(
  context: MeasuringContext,
  group: SameGroup,
  choice: KeepChoice = {},
  signal?: AbortSignal,
): Promise<SameGroup> {
  const saved = await withMeasured(context, group, ofUnknownSource(contendersByTones(group, choice)), signal);
  return withMeasured(context, saved, doubtfulOf(contendersByDetail(saved, choice)), signal);
}

async function withMeasured(
  { catalog, embedder, originals }: MeasuringContext,
  group: SameGroup,
  wanted: readonly ImageRecord[],
  signal?: AbortSignal,
): Promise<SameGroup> {
  if (wanted.length === 0) return group;
  const queue = await openQueue(embedder.concurrency);
  const measured = await queue.addAll(
    wanted.map(
      (image) => () => originals.read(image, (source) => embedder.measurePicture(source, signal), signal),
    ),
  );
  const found = measured.filter((one): one is MeasuredPicture => one !== undefined);
  await catalog.images.putQualities(found);
  const qualities = new Map(found.map(({ id, quality }) => [id, quality]));
  const images = group.images.map((image) => {
    const quality = qualities.get(image.id);
    return quality ? { ...image, quality: { ...image.quality, ...quality } } : image;
  });
  return { ...group, images };
}

/** Those whose pixels may come from another of them, and that one, where its table is not known. */
function ofUnknownSource(images: readonly ImageRecord[]): ImageRecord[] {
  const sources = new Sources(images);
  const wanted = new Set<ImageRecord>();
  for (const image of images) {
    for (const source of sources.of(image)) {
      if (!image.quality?.coefficients) wanted.add(image);
      if (!source.quality?.jpegSteps) wanted.add(source);
    }
  }
  return [...wanted].slice(0, MAX_MEASURED);
}

function doubtfulOf(images: readonly ImageRecord[]): ImageRecord[] {
  const bySide = images.toSorted((a, b) => sideOf(b) - sideOf(a));
  const [largest, smallest] = [bySide[0], bySide.at(-1)];
  if (!largest || !smallest || sideOf(largest) <= SAME_SIDE * sideOf(smallest)) return [];
  // The largest with the only camera's date is taken at its word.
  const dated = images.filter(hasCaptureDate);
  const isTrusted = (image: ImageRecord) =>
    dated.length === 1 && dated[0] === image && images.every((other) => other.bytes <= image.bytes);
  return bySide.filter((image) => !isMeasuredInFull(image) && !isTrusted(image)).slice(0, MAX_MEASURED);
}

const sideOf = ({ width, height }: ImageRecord) => Math.sqrt(width * height);
