import type { LongWork } from "../types.ts";
import { type EmbedMissingReport, embedMissing } from "./embed-missing.ts";
import type { LibraryParts, ModelAtWork } from "./parts.ts";

export interface SwitchReport extends EmbedMissingReport {
  /** False when pictures that cannot be read now kept the old model in charge. */
  readonly switched: boolean;
}

export interface SwitchOptions extends LongWork {
  /** Switch even if some pictures cannot be read now; they are found again once they have been. */
  readonly evenIfIncomplete?: boolean | undefined;
}

/**
 * Makes another model the library's own: every image gets a vector of it first, and only then do questions go
 * to it and the old vectors go. Until that moment the old model answers; an interrupted switch goes on where
 * it stopped.
 */
export async function switchModel(
  { catalog }: Pick<LibraryParts, "catalog">,
  next: ModelAtWork,
  options: SwitchOptions = {},
): Promise<SwitchReport> {
  const report = await embedMissing({ catalog, embedder: next.embedder }, options);
  if (report.unreachable > 0 && !options.evenIfIncomplete) return { ...report, switched: false };
  await catalog.setActiveModel(next.model, next.embedder.space);
  for (const { space } of await catalog.spaces()) {
    if (space !== next.embedder.space) await catalog.dropSpace(space);
  }
  return { ...report, switched: true };
}
