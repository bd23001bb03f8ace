import { describeNotCompared, type LibraryView } from "../core/index.ts";
import { logLine } from "./output.ts";

/** Pictures without a vector under the current model are in no answer that compares vectors; people should know. */
export async function logNotCompared(view: LibraryView): Promise<void> {
  const sentence = describeNotCompared(await view.missingEmbeddings());
  if (sentence !== undefined) logLine(sentence);
}
