import { RECOMMENDED_MODEL } from "../models/recommended-model.ts";
import type { ModelTraits } from "../types.ts";

/** Letters of other scripts than the Latin one, and emoji. */
const NOT_ENGLISH = /(?!\p{sc=Latin})\p{L}|\p{Extended_Pictographic}/u;

/** Words that a model of English alone gives a vector without meaning: the same for all of them. */
export function unsupportedWords({ languages }: Pick<ModelTraits, "languages">, text: string): string[] {
  if (languages !== "english") return [];
  return text.split(/\s+/u).filter((word) => NOT_ENGLISH.test(word));
}

export function unsupportedWordsNote({ name }: Pick<ModelTraits, "name">, words: readonly string[]): string {
  return `${name} reads English only, not ${quoted(words)}. ${RECOMMENDED_MODEL.name} reads other languages: \`glimpse models pull ${RECOMMENDED_MODEL.id}\`, then \`glimpse models use ${RECOMMENDED_MODEL.id}\`.`;
}

/** Of words that stand for nothing that the model ever saw, such as misspelled ones. */
export function unseenWordsNote({ name }: Pick<ModelTraits, "name">, words: readonly string[]): string {
  return `${name} was never shown a picture of ${quoted(words)}: it can only guess what that looks like. Larger models were shown more; see \`glimpse models list\`.`;
}

const quoted = (words: readonly string[]) =>
  [...new Set(words)]
    .slice(0, 5)
    .map((word) => `"${word.slice(0, 40)}"`)
    .join(", ");
