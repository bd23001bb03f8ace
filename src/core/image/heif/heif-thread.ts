/** The thread that libheif runs in: it decodes one picture at a time and blocks until it has. */
import { parentPort } from "node:worker_threads";
import { type HeifLibrary, loadHeifLibrary } from "./heif-library.ts";

export interface HeifRequest {
  readonly requestId: number;
  readonly bytes: Uint8Array;
}

export type HeifResponse = { readonly requestId: number; readonly heapBytes: number } & (
  | { readonly picture: HeifPixels }
  /** In the library's words. */
  | { readonly reason: string }
);

/** Upright; interleaved, row by row. */
export interface HeifPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

class HeifError extends Error {}

const library = await loadHeifLibrary();

parentPort?.on("message", ({ requestId, bytes }: HeifRequest) => {
  const outcome = attempt(bytes);
  const response: HeifResponse = { requestId, heapBytes: library.HEAPU8.length, ...outcome };
  const pixels = "picture" in outcome ? outcome.picture.data.buffer : undefined;
  parentPort?.postMessage(response, pixels instanceof ArrayBuffer ? [pixels] : []);
});

/** Whatever else is thrown, such as an abort of the compiled code, ends the thread: its memory may be in any state. */
function attempt(bytes: Uint8Array): { readonly picture: HeifPixels } | { readonly reason: string } {
  try {
    return { picture: decodePrimary(library, bytes) };
  } catch (error) {
    if (error instanceof HeifError) return { reason: error.message };
    throw error;
  }
}

/** The primary picture, turned and mirrored as the file says, whatever other pictures come before it. */
function decodePrimary(heif: HeifLibrary, bytes: Uint8Array): HeifPixels {
  const context = heif.heif_context_alloc();
  try {
    const read = heif.heif_context_read_from_memory(context, bytes);
    if (read.code !== heif.heif_error_code.heif_error_Ok) throw new HeifError(read.message);
    const handle = heif.heif_js_context_get_primary_image_handle(context);
    // A handle has no code.
    if (!handle || handle.code !== undefined) throw new HeifError(handle?.message);
    try {
      return pixelsOf(heif, handle);
    } finally {
      heif.heif_image_handle_release(handle);
    }
  } finally {
    heif.heif_context_free(context);
  }
}

function pixelsOf(heif: HeifLibrary, handle: unknown): HeifPixels {
  const hasAlpha = heif.heif_image_handle_has_alpha_channel(handle) !== 0;
  const { heif_chroma_interleaved_RGB, heif_chroma_interleaved_RGBA } = heif.heif_chroma;
  const decoded = heif.heif_js_decode_image2(
    handle,
    heif.heif_colorspace.heif_colorspace_RGB,
    hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
  );
  const [plane] = decoded?.channels ?? [];
  if (!decoded || decoded.code !== undefined || !plane) throw new HeifError(decoded?.message);
  try {
    const { width, height, stride, data } = plane;
    const channels = hasAlpha ? 4 : 3;
    const pixels = new Uint8Array(width * height * channels);
    for (let y = 0, row = width * channels; y < height; y++)
      pixels.set(data.subarray(y * stride, y * stride + row), y * row);
    if (hasAlpha && heif.heif_image_handle_is_premultiplied_alpha(handle) !== 0) divideByOpacity(pixels);
    return { data: pixels, width, height, channels };
  } finally {
    heif.heif_image_release(decoded.image);
  }
}

function divideByOpacity(rgba: Uint8Array): void {
  for (let at = 0; at < rgba.length; at += 4) {
    const opacity = rgba[at + 3] ?? 0;
    if (opacity === 0 || opacity === 255) continue;
    for (let channel = at; channel < at + 3; channel++)
      rgba[channel] = Math.min(255, Math.round(((rgba[channel] ?? 0) * 255) / opacity));
  }
}
