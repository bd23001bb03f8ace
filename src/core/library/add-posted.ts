import { isLasting, PictureError } from "../errors.ts";
import type { Catalog, CatalogImage, Embedder } from "../ports.ts";
import type { DiscordPlacement, ImageId } from "../types.ts";

const attachmentOrigin = (at: DiscordPlacement): string =>
  `discord:${at.guildId}/${at.channelId}/${at.messageId}/${at.attachmentId}`;

/**
 * Adds one posted picture; bytes that are known only gain a placement, and the embedding that a switch of models may
 * have left them without; what an older decoder read is replaced. The signal is checked right before the commit, so that a deletion that arrives meanwhile can still stop it.
 * @throws PictureError when the picture cannot be used; lasting reasons are remembered as a failure
 */
export async function addPosted(
  { catalog, embedder }: { catalog: Catalog; embedder: Embedder },
  bytes: Uint8Array,
  placement: DiscordPlacement,
  signal?: AbortSignal,
): Promise<{ image: CatalogImage; isNew: boolean }> {
  const { space } = embedder;
  let [isKnown, isOutdated] = [false, false];
  // Hashed where it is decoded: a large picture would hold up every other event here.
  const isWanted = async (id: ImageId) => {
    isKnown = await catalog.images.has(id);
    isOutdated = isKnown && (await catalog.images.isOutdated(id));
    return !isKnown || isOutdated || !(await catalog.images.has(id, space));
  };
  try {
    const { id, embedded } = await embedder.embedIfWanted({ bytes }, isWanted, signal);
    signal?.throwIfAborted();
    if (embedded) await catalog.images.put([{ ...embedded, placement, space, replaces: isOutdated }]);
    else await catalog.images.putPlacements([{ id, placement }]);
    return { image: await stored(catalog, id), isNew: !isKnown };
  } catch (error) {
    if (error instanceof PictureError && isLasting(error.code) && !signal?.aborted) {
      await catalog.files.putFailures([failureOf(error, bytes, placement)]);
    }
    throw error;
  }
}

const failureOf = (error: PictureError, bytes: Uint8Array, placement: DiscordPlacement) => ({
  origin: attachmentOrigin(placement),
  bytes: bytes.byteLength,
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
