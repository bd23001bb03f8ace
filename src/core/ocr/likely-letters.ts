/** A line as it was most likely written, where readers confuse two letters and the letters beside them tell which it is. */
export const likelyLetters = (text: string): string => sharpS(lettersForZeros(text));

/** An O in a word, taken for a zero: "INV0ICE", "t0matoes". Beside other digits a zero stays one. */
const lettersForZeros = (text: string) =>
  text.replace(/(?<![\p{L}\p{N}])(?:\p{L}|0)+(?![\p{L}\p{N}])/gu, (word) => {
    const letters = word.replaceAll("0", "");
    if (letters.length < 3 || letters.length === word.length) return word;
    return word.replace(/0/g, (_, at: number) => (/\p{Ll}/u.test(word[at - 1] ?? "") ? "o" : "O"));
  });

/**
 * An ß, taken for a B by readers that do not know it: "StraBe", "FuBball". No German word has a B after a small letter; where ß
 * is spelled, it comes after a vowel that can be long and before few letters, so that "MacBook" and "PhotoBooth" stay.
 */
const sharpS = (text: string) =>
  text.replace(
    /(?<![\p{L}\p{N}])(\p{L}?\p{Ll}*(?:[aouäöü]|[ei]e|[eaä][iuy])(?<=\p{Ll}))B((?:(?:[etnfk]|li|ig|ba?l|gä?)\p{Ll}*)?)(?![\p{L}\p{N}])/gu,
    "$1ß$2",
  );
