import { UsageError } from "../../core/index.ts";
import { oneLine } from "../plain-text.ts";

const MAX_LABELS = 50;
const MAX_LENGTH = 80;

/** Labels as people type them: `cat, dog, red car`. @throws UsageError */
export function parseLabels(text: string | null): string[] | undefined {
  if (text === null) return undefined;
  const labels = [...new Set(text.split(/[,;\n]/).map((label) => oneLine(label, MAX_LENGTH)))].filter(
    Boolean,
  );
  if (labels.length === 0) throw new UsageError("Give at least one label, such as: cat, dog, car");
  if (labels.length > MAX_LABELS)
    throw new UsageError(`At most ${MAX_LABELS} labels fit; ${labels.length} were given.`);
  return labels;
}
