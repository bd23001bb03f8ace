/** Whether a caption contains every word, ignoring case: 1 or 0 for SQL. SQLite itself folds ASCII only. */
export function containsAllWords(caption: unknown, words: unknown): 0 | 1 {
  if (typeof caption !== "string" || typeof words !== "string") return 0;
  const text = fold(caption);
  return fold(words)
    .split(/\s+/)
    .every((word) => text.includes(word))
    ? 1
    : 0;
}

const fold = (text: string) => text.normalize("NFKC").toLowerCase();
