import { isLasting, PictureError } from "../errors.ts";
import type { Catalog, CatalogImage, Embedder, Failure, Outcome, PictureSource } from "../ports.ts";
import type { DiscordPlacement, ImageId } from "../types.ts";

const attachmentOrigin = (at: DiscordPlacement): string =>
  `discord:${at.guildId}/${at.channelId}/${at.messageId}/${at.attachmentId}`;

/**
 * Adds one posted picture; bytes that are known only gain a placement, and the embedding that a switch of models may
 * have left them without; what an older decoder read is replaced. The signal is checked right before the commit, so that a deletion that arrives meanwhile can still stop it.
 * @throws PictureError when the picture cannot be used; lasting reasons are remembered as a failure, but not that its decoder is missing: no scan notices
 * when it comes
 */
export async function addPosted(
  { catalog, embedder }: { catalog: Catalog; embedder: Embedder },
  bytes: Uint8Array,
  placement: DiscordPlacement,
  signal?: AbortSignal,
): Promise<{ image: CatalogImage; isNew: boolean }> {
  try {
    const { id, outcome, isNew } = await embedPosted({ catalog, embedder }, { bytes }, placement, signal);
    signal?.throwIfAborted();
    if ("image" in outcome) await catalog.images.put([outcome.image]);
    else await catalog.images.putPlacements([{ id, placement }]);
    return { image: await stored(catalog, id), isNew };
  } catch (error) {
    const isRemembered =
      error instanceof PictureError && isLasting(error.code) && error.code !== "decoder-missing";
    if (isRemembered && !signal?.aborted) {
      await catalog.files.putFailures([postFailure(error, bytes.byteLength, placement)]);
    }
    throw error;
  }
}

/**
 * What is to be stored of a posted picture, its id, and whether its bytes were not known.
 * @throws PictureError when the picture cannot be used
 */
export async function embedPosted(
  { catalog, embedder }: { readonly catalog: Catalog; readonly embedder: Embedder },
  source: PictureSource,
  placement: DiscordPlacement,
  signal?: AbortSignal,
): Promise<{
  readonly id: ImageId;
  readonly outcome: Extract<Outcome, { image: unknown } | { known: unknown }>;
  readonly isNew: boolean;
}> {
  const { space } = embedder;
  let [isKnown, isOutdated] = [false, false];
  // Hashed where it is decoded: a large picture would hold up every other event here.
  const isWanted = async (id: ImageId) => {
    isKnown = await catalog.images.has(id);
    isOutdated = isKnown && (await catalog.images.isOutdated(id));
    return !isKnown || isOutdated || !(await catalog.images.has(id, space));
  };
  const { id, embedded } = await embedder.embedIfWanted(source, isWanted, signal);
  const outcome = embedded
    ? { image: { ...embedded, placement, space, replaces: isOutdated } }
    : { known: id, placement };
  return { id, outcome, isNew: !isKnown };
}

export const postFailure = (error: PictureError, bytes: number, placement: DiscordPlacement): Failure => ({
  origin: attachmentOrigin(placement),
  bytes,
  modifiedAt: placement.postedAt,
  code: error.code,
  reason: error.message,
  at: Date.now(),
});

async function stored(catalog: Catalog, id: ImageId): Promise<CatalogImage> {
  const [image] = await catalog.images.byId([id], undefined, "first");
  if (image === undefined)
    throw new PictureError("changed-while-reading", "it was removed while it was added");
  return image;
}
