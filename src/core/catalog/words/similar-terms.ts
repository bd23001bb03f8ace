import { isUnspaced } from "../../words/fold-words.ts";
import type { YieldController } from "../../yield-controller.ts";
import type { Connection } from "../connection/connection.ts";

/** Sorts after every continuation of what it is appended to. */
const LAST_CHARACTER = "\u{10FFFF}";
const SLICE_MS = 4;

/** Words of so many letters, or more, may have one edit, or two. */
const LETTERS_FOR_EDITS = [5, 8];
const ONLY_LETTERS = /^\p{L}+$/u;

/** By which a misspelled word, folded, may differ from what was meant; 0 for what is too short or no word of letters. */
export function editsAllowed(word: string): number {
  if (!ONLY_LETTERS.test(word) || isUnspaced(word)) return 0;
  return LETTERS_FOR_EDITS.filter((least) => [...word].length >= least).length;
}

/**
 * Words of the index of all texts that a word becomes by at most so many edits, by the number of edits: letters put in,
 * left out or replaced, or two neighbours swapped. They are of the whole library: who may see them is for the caller
 * to ask. What begins like no such word is passed over, so few of the index's words are read.
 * @param word folded
 */
export async function similarTerms(
  db: Connection,
  word: string,
  most: number,
  yielder: YieldController,
): Promise<string[][]> {
  const letters = [...word];
  const found: string[][] = Array.from({ length: most }, () => []);
  for (let after: string | undefined = ""; after !== undefined; ) {
    const from: string = after;
    after = await db.read(() => compareSome(db, { letters, most, from }, found));
    await yielder.yieldIfDue();
  }
  return found;
}

/** @returns after which term to go on; undefined at the end */
function compareSome(
  db: Connection,
  {
    letters,
    most,
    from,
  }: { readonly letters: readonly string[]; readonly most: number; readonly from: string },
  found: readonly string[][],
): string | undefined {
  // One at a time: a step to the next reads where each is found, and a new search goes past that.
  const next = db.statement<string>("SELECT term FROM text_terms WHERE term > ? LIMIT 1").pluck();
  let after = from;
  for (const start = performance.now(); performance.now() - start < SLICE_MS; ) {
    const term = next.get(after);
    if (term === undefined) return undefined;
    const { edits, hopelessFrom } = compareLetters(letters, [...term], most);
    if (edits > 0) found[edits - 1]?.push(term);
    after = hopelessFrom === undefined ? term : [...term].slice(0, hopelessFrom).join("") + LAST_CHARACTER;
  }
  return after;
}

interface Comparison {
  readonly edits: number;
  /** Length of the beginning of the term that nothing turns into the word within the edits allowed. */
  readonly hopelessFrom: number | undefined;
}

/** Optimal string alignment, row by row of the term's letters. No edits: the same, or more than allowed. */
export function compareLetters(word: readonly string[], term: readonly string[], most: number): Comparison {
  let before: number[] = [];
  let row = Array.from({ length: word.length + 1 }, (_, at) => at);
  for (const [at, letter] of term.entries()) {
    const next = [at + 1];
    for (let to = 1; to <= word.length; to++) {
      const isSame = word[to - 1] === letter;
      let least = Math.min(
        (row[to] ?? 0) + 1,
        (next[to - 1] ?? 0) + 1,
        (row[to - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwapped = at > 0 && to > 1 && letter === word[to - 2] && term[at - 1] === word[to - 1];
      if (isSwapped) least = Math.min(least, (before[to - 2] ?? 0) + 1);
      next.push(least);
    }
    // A swap reaches back over one row.
    if (Math.min(...next) > most && Math.min(...row) + 1 > most) return { edits: 0, hopelessFrom: at + 1 };
    before = row;
    row = next;
  }
  const edits = row.at(-1) ?? 0;
  return { edits: edits > most ? 0 : edits, hopelessFrom: undefined };
}
