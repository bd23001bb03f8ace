import { UsageError } from "../errors.ts";
import { foldLabel, tidyLabel } from "../fold-case.ts";

const MAX_LABELS = 20_000;

/**
 * The labels as given, tidied, each once in its first spelling.
 * @throws UsageError when there is none, one is empty, or there are more than 20,000
 */
export function cleanLabels(labels: readonly string[]): string[] {
  const byFolded = new Map<string, string>();
  for (const [at, label] of labels.entries()) {
    const folded = foldLabel(label);
    if (folded === "")
      throw new UsageError(`Label ${at + 1} of ${labels.length} is empty. Name what to look for.`);
    if (!byFolded.has(folded)) byFolded.set(folded, tidyLabel(label));
  }
  if (byFolded.size === 0)
    throw new UsageError("There is no label to choose from. Give one or more, such as cat,dog,car.");
  if (byFolded.size > MAX_LABELS) {
    throw new UsageError(`Classification takes up to ${MAX_LABELS} labels; this list has ${byFolded.size}.`);
  }
  return [...byFolded.values()];
}
