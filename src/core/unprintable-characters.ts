/**
 * Names of files and messages may hold any character. A terminal obeys control characters; invisible ones make a name
 * look like another, reverse it, or hide text that only a machine reads.
 */

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
