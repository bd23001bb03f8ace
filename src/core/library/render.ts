import type { ImageRecord, RenderedImage } from "../types.ts";

export interface RenderOptions {
  readonly longestSide: number;
  readonly maxBytes: number;
}
export async function renderImage(
  _i: ImageRecord,
  _t: () => Promise<Uint8Array>,
  _h: RenderOptions,
): Promise<RenderedImage & { from: "original" | "thumbnail" }> {
  throw new Error("not yet");
}
export async function drawContactSheet(
  _c: { thumbnail: Uint8Array; label: string }[],
  _h: { maxBytes: number },
): Promise<RenderedImage> {
  throw new Error("not yet");
}
