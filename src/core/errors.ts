import type { SkipCode } from "./types.ts";

/**
 * An expected failure, worded for its reader: what failed, on what, what to do next.
 * Anything else that is thrown is a defect.
 */
export class GlimpseError extends Error {
  override name = "GlimpseError";
}

/** An argument that cannot be used as given. Command lines exit with 2 on it. */
export class UsageError extends GlimpseError {
  override name = "UsageError";
}

/** An image of the library that has no vector of the model that is asked. */
export class NotEmbeddedError extends UsageError {
  override name = "NotEmbeddedError";
}

/** No image, tag, root or model has this name. */
export class NotFoundError extends GlimpseError {
  override name = "NotFoundError";
}

/** An id prefix that fits several images. */
export class AmbiguousIdError extends GlimpseError {
  override name = "AmbiguousIdError";

  constructor(prefix: string, matches: readonly string[]) {
    const shown = matches.slice(0, 5).map((id) => id.slice(0, Math.max(12, prefix.length + 2)));
    super(`Id "${prefix}" fits several images (${shown.join(", ")} …). Give more digits.`);
  }
}

/** One picture that cannot become an image; the run goes on without it. */
export class PictureError extends GlimpseError {
  override name = "PictureError";
  readonly code: SkipCode;

  constructor(code: SkipCode, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.code = code;
  }
}

/** A model whose files are absent, damaged, or different from what the descriptor lists. */
export class ModelError extends GlimpseError {
  override name = "ModelError";
}

/** The library's vectors were made by another model than the requested one. */
export class ModelMismatchError extends GlimpseError {
  override name = "ModelMismatchError";
}

/** The library folder cannot be opened, read or written as it should. */
export class LibraryError extends GlimpseError {
  override name = "LibraryError";
}

/** For one picture of several that cannot be read: the others are. */
export function unlessPictureError(error: unknown): undefined {
  if (!(error instanceof PictureError)) throw error;
}

/** Of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** For what is only kept to save work later: a library that cannot be written does without. */
export function ignoreLibraryError(error: unknown): undefined {
  if (!(error instanceof LibraryError)) throw error;
}

/** What this program has open is no longer the library of that folder. Only opening it again helps. */
export class LibraryGoneError extends LibraryError {
  override name = "LibraryGoneError";
}

/** Reasons that lie in the bytes themselves: only other bytes are worth another try. All others may pass. */
const LASTING: ReadonlySet<SkipCode> = new Set([
  "empty",
  "not-a-picture",
  "unsupported-format",
  "too-many-pixels",
  "too-many-bytes",
  "damaged",
  "crashed-decoder",
  // Until the decoder is there, which a scan notices.
  "decoder-missing",
]);

export const isLasting = (code: SkipCode): boolean => LASTING.has(code);

/** The code of an error of the operating system, such as "ENOENT"; undefined for any other. */
export const systemCode = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
