import type { DiscordPlacement, FilePlacement } from "../types.ts";
import type { PictureSource } from "./embedder.ts";

/**
 * Where the bytes behind one kind of placement can be read now; undefined when they cannot. They may have changed since
 * they were indexed: whoever reads them compares their hash with the image's id.
 */
export type OriginalReader<SomePlacement> = (
  placement: SomePlacement,
  signal?: AbortSignal,
) => Promise<PictureSource | undefined>;

/** One for each kind of placement. Without one, that kind's originals count as out of reach. */
export interface OriginalReaders {
  readonly file: OriginalReader<FilePlacement>;
  readonly discord?: OriginalReader<DiscordPlacement> | undefined;
}
