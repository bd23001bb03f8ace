import { createRequire } from "node:module";

/** What is used of libheif, compiled to WebAssembly. Its handles are objects that only it understands. */
export interface HeifLibrary {
  heif_context_alloc(): unknown;
  heif_context_free(context: unknown): void;
  heif_context_read_from_memory(context: unknown, bytes: Uint8Array): HeifResult;
  heif_js_context_get_primary_image_handle(context: unknown): HeifResult;
  heif_image_handle_release(handle: unknown): void;
  heif_image_handle_has_alpha_channel(handle: unknown): number;
  heif_image_handle_is_premultiplied_alpha(handle: unknown): number;
  heif_js_decode_image2(
    handle: unknown,
    colours: unknown,
    chroma: unknown,
  ): HeifResult & Partial<DecodedHeif>;
  heif_image_release(image: unknown): void;
  readonly heif_error_code: { readonly heif_error_Ok: unknown };
  readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
  readonly heif_chroma: {
    readonly heif_chroma_interleaved_RGB: unknown;
    readonly heif_chroma_interleaved_RGBA: unknown;
  };
  /** All of its memory, which grows and never shrinks. */
  readonly HEAPU8: Uint8Array;
}

export interface HeifResult {
  readonly code?: unknown;
  readonly message?: string;
}

export interface DecodedHeif {
  readonly image: unknown;
  readonly channels: readonly {
    readonly width: number;
    readonly height: number;
    /** Bytes from one row to the next. */
    readonly stride: number;
    /** A view of the library's memory. */
    readonly data: Uint8Array;
  }[];
}

/** libheif-js is optional: patents on HEVC may ask for a licence where pictures are decoded by it. */
export function isHeifLibraryInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve("libheif-js/wasm-bundle.js");
    return true;
  } catch {
    return false;
  }
}

export const HEIF_LIBRARY_MISSING =
  "HEIC pictures need the package libheif-js. It comes with Glimpse unless optional packages are left out: install Glimpse again without `--omit=optional`, then add the pictures again.";

/** @throws when it is not installed */
export async function loadHeifLibrary(): Promise<HeifLibrary> {
  const { default: library } = await import("libheif-js/wasm-bundle.js");
  return library;
}
