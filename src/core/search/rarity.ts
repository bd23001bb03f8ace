import type { Embedder } from "../ports.ts";

/** Words that say nothing of what is to be seen. */
const STOP_WORDS = new Set(
  "a an and as at by for from her his in into is are it its my of on or over that the their this to under with photo picture image".split(
    " ",
  ),
);
/** Pictures in which a word was said, in powers of ten, from which more make its answers no more trustworthy. */
const OFTEN = 3;

export interface Rarity {
  /** On average over the words, how many powers of ten they lack to a thousand training pictures; 0 where nobody counted. */
  readonly rarity: number;
  /** Words that were said of none. */
  readonly unseenWords: readonly string[];
}

/** How rarely a model was shown what these texts ask for. Of rare things it has a vague notion, which many pictures fit. */
export async function rarityOf(
  embedder: Pick<Embedder, "trainingCounts">,
  texts: readonly string[],
): Promise<Rarity> {
  const words = texts
    .flatMap((text) => text.match(/[\p{L}\p{M}]+/gu) ?? [])
    .filter((word) => !STOP_WORDS.has(word.toLowerCase()));
  const times = await embedder.trainingCounts?.(words);
  if (times === undefined) return { rarity: 0, unseenWords: [] };
  const lacking = times.map((pictures) => Math.max(0, OFTEN - Math.log10(1 + pictures)));
  return {
    rarity: lacking.length === 0 ? OFTEN : lacking.reduce((sum, each) => sum + each, 0) / lacking.length,
    unseenWords: words.filter((_, at) => times[at] === 0),
  };
}
