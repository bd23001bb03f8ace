import type { Catalog } from "../ports.ts";
import type { LongWork } from "../types.ts";
import type { LoadedModel } from "./dependencies.ts";
import { type EmbedMissingReport, embedMissing } from "./embed-missing.ts";
import { leaveOlderSpaces, prepareSpace } from "./older-spaces.ts";
import type { Originals } from "./originals.ts";

export interface SwitchReport extends EmbedMissingReport {
  /** False when pictures that cannot be read now kept the old model in charge. */
  readonly switched: boolean;
}

export interface SwitchOptions extends LongWork {
  /** Switch even if some pictures cannot be read now: they are found by their old vectors until they have been. */
  readonly evenIfIncomplete?: boolean | undefined;
}

/**
 * Makes another model the library's own: every image gets a vector of it first, and only then do questions go
 * to it. Until that moment the old model answers; an interrupted switch goes on where it stopped. Old vectors stay as
 * long as one of their images has no other.
 */
export async function switchModel(
  { catalog, originals }: { readonly catalog: Catalog; readonly originals: Originals },
  next: LoadedModel,
  options: SwitchOptions = {},
): Promise<SwitchReport> {
  await prepareSpace(catalog, next.embedder.space);
  const report = await embedMissing({ catalog, originals, embedder: next.embedder }, options);
  if (report.unreachable > 0 && !options.evenIfIncomplete) return { ...report, switched: false };
  await catalog.embeddings.setActiveModel(next.model, next.embedder.space);
  await leaveOlderSpaces(catalog, next.embedder.space);
  return { ...report, switched: true };
}
