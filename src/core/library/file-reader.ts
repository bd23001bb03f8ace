import { lstat } from "node:fs/promises";
import { PictureError, systemCode } from "../errors.ts";
import type { Catalog, Embedder, Failure, Outcome } from "../ports.ts";
import type { FilePlacement, ImageId } from "../types.ts";
import { EmbedOnce, type EmbedOnceOptions } from "./embed-once.ts";

export type FileOutcome =
  | Extract<Outcome, { image: unknown } | { failure: unknown }>
  | { readonly known: ImageId; readonly placement: FilePlacement };

/** Makes of a file what the library stores of it: for a run of adding, and for a worker that was given the file. */
export class FileReader {
  readonly #pictures: EmbedOnce;
  readonly #embedder: Embedder;
  readonly #signal: AbortSignal | undefined;

  constructor(
    context: { readonly catalog: Catalog; readonly embedder: Embedder },
    options: EmbedOnceOptions,
  ) {
    this.#embedder = context.embedder;
    this.#signal = options.signal;
    this.#pictures = new EmbedOnce(context, options);
  }

  /**
   * Nothing is kept once the signal has aborted.
   * @param keep takes what came of it into the next commit
   * @param at where it is read, if that is elsewhere than where it is placed
   */
  async read(
    placement: FilePlacement,
    keep: (outcome: FileOutcome) => Promise<void>,
    at = placement.path,
  ): Promise<void> {
    const { space } = this.#embedder;
    try {
      const known = await this.#pictures.read(at, (embedded, replaces) =>
        keep({ image: { ...embedded, placement, space, replaces } }),
      );
      if (known !== undefined) await keep({ known, placement });
    } catch (error) {
      if (this.#signal?.aborted) return;
      if (!(error instanceof PictureError)) throw error;
      await keep({ failure: failureOf(placement, await unlessGone(at, error)) });
    }
  }

  /** Once these are in the catalog, where others find them. */
  committed(ids: readonly ImageId[]): Promise<void> {
    return this.#pictures.committed(ids);
  }

  close(): Promise<void> {
    return this.#pictures.close();
  }
}

export const failureOf = (
  { path, root, bytes, modifiedAt, changedAt }: Omit<FilePlacement, "kind" | "online">,
  { code, message }: Pick<PictureError, "code" | "message">,
): Failure => ({ origin: path, root, bytes, modifiedAt, changedAt, code, reason: message, at: Date.now() });

/** A file that vanished since it was listed is no fault of its disk. */
async function unlessGone(path: string, error: PictureError): Promise<PictureError> {
  if (error.code !== "unreadable" || (await lstat(path).catch(systemCode)) !== "ENOENT") return error;
  return new PictureError("changed-while-reading", "It vanished while it was read.", { cause: error });
}
