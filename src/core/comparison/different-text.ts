import type { TextLine } from "../types.ts";

/** Mean probability of characters from which a line says what stands there. */
const CERTAIN = 0.8;
/** Triples of letters, all of which something that was read has to have: about two short words. */
const ENOUGH = 6;
/** Share of the triples of the shorter text that the longer has too; what was misread of a copy leaves far more. */
const SHARED = 0.35;

/**
 * Whether two pictures in both of which text was read say different things. Words that only one shows tell nothing: they
 * may have been cut off, put over it, or be too small to read in the other.
 */
export function haveDifferentText(one: readonly TextLine[], two: readonly TextLine[]): boolean {
  const [some, others] = [triples(one), triples(two)];
  const [fewer, more] = some.size < others.size ? [some, others] : [others, some];
  if (fewer.size < ENOUGH) return false;
  let shared = 0;
  for (const triple of fewer) if (more.has(triple)) shared += 1;
  return shared < SHARED * fewer.size;
}

/** Readers drop and invent spaces, so words are not told apart. */
function triples(lines: readonly TextLine[]): Set<string> {
  const found = new Set<string>();
  for (const { text, confidence } of lines) {
    if (confidence < CERTAIN) continue;
    const letters = [
      ...text
        .normalize("NFKC")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, ""),
    ];
    for (let at = 0; at + 3 <= letters.length; at++) found.add(letters.slice(at, at + 3).join(""));
  }
  return found;
}
