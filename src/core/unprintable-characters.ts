/**
 * Names of files and messages may hold any character. A terminal obeys control characters; invisible ones make a name
 * look like another, reverse it, or hide text that only a machine reads.
 */

/** As a name may hold it that looks like one with an escape. */
const LOOKS_ESCAPED = /\\(?=x(?:[0189][0-9a-f]|7f|5c)|u\{)/gu;

/**
 * Whatever a terminal obeys or nobody sees, as an escape: ESC as `\x1b`, a bidi override as `\u{202e}`. No two texts
 * become one: where a text itself has what looks like such an escape, its backslash becomes `\x5c`.
 */
export const escapeUnprintable = (text: string): string =>
  replaceInvisible(
    escapeControls(text.replace(LOOKS_ESCAPED, "\\x5c")),
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );

/** Control characters made visible: ESC as `\x1b`, a line break as `\x0a`. */
export const escapeControls = (text: string): string =>
  text.replace(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`);

/**
 * Format characters (zero width, bidi, tags), line and paragraph separators, private use, lone surrogates,
 * noncharacters, and the variation selectors that no emoji has.
 */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]|[\u{E0100}-\u{E01EF}]/gu;

/** Replaces each character that shows nothing by itself, or changes how others are shown. */
export const replaceInvisible = (text: string, replacement: (character: string) => string): string =>
  text.replace(INVISIBLE, replacement);

/** Stands for a control character or an invisible one. */
const SUBSTITUTE = "\u2426";

/** Untrusted text for a page: nothing in it that could disguise a name. Markup is left to whoever shows it. */
export const visibleText = (text: string): string =>
  replaceInvisible(text, () => SUBSTITUTE).replace(/\p{Cc}/gu, SUBSTITUTE);
