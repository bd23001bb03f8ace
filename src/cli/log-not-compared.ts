import { type Library, notComparedInWords, type Scope } from "../core/index.ts";
import { logLine } from "./output.ts";

/** Pictures without a vector under the current model are in no answer that compares vectors; people should know. */
export async function logNotCompared(library: Library, scope: Scope): Promise<void> {
  const sentence = notComparedInWords(await library.status(scope));
  if (sentence !== undefined) logLine(sentence);
}
