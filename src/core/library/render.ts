import { PictureError } from "../errors.ts";
import type { Embedder } from "../ports.ts";
import type { ImageRecord, RenderedImage } from "../types.ts";
import { readOriginal } from "./read-original.ts";

export interface RenderOptions {
  readonly longestSide: number;
  readonly maxBytes: number;
}

/** Fits into both limits; from the thumbnail when its original cannot be reached or is refused by the decoder. */
export async function renderImage(
  { embedder, thumbnail }: { embedder: Embedder; thumbnail: () => Promise<Uint8Array> },
  image: ImageRecord,
  how: RenderOptions,
): Promise<RenderedImage & { readonly from: "original" | "thumbnail" }> {
  const fitted = (bytes: Uint8Array) => embedder.render({ as: "fitted", source: { bytes }, ...how });
  const original = await readOriginal(image).catch(() => undefined);
  const rendered = original && (await fitted(original).catch(unlessPictureError));
  if (rendered) return { ...rendered, from: "original" };
  return { ...(await fitted(await thumbnail())), from: "thumbnail" };
}

function unlessPictureError(error: unknown): undefined {
  if (!(error instanceof PictureError)) throw error;
}
