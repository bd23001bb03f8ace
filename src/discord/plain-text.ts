import { escapeMarkdown } from "discord.js";

/** Control characters, zero-width marks and bidirectional overrides. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** Splits what Discord might take for more than text: mentions, links, bare addresses. */
const SPLIT = "\u200b";

function inert(text: string): string {
  return text
    .replace(/<(?=[@#:/a-z])/gi, `<${SPLIT}`)
    .replace(/@(?=everyone|here)/gi, `@${SPLIT}`)
    .replace(/\](?=\()/g, `]${SPLIT}`)
    .replace(/:\/\//g, `:/${SPLIT}/`);
}

/** One line that is nothing but text, for alt texts and labels, which Discord shows without formatting. */
export function oneLine(text: string, maxLength: number): string {
  const clean = text.normalize("NFC").replace(INVISIBLE, " ").replace(/\s+/g, " ").trim();
  const short = clean.length > maxLength ? `${clean.slice(0, maxLength - 1).trimEnd()}…` : clean;
  const safe = inert(short);
  return safe.length > maxLength ? oneLine(clean, maxLength - (safe.length - maxLength)) : safe;
}

/** Text from a person, to be shown inside Markdown: no formatting, no link, no mention survives. */
export function quoted(text: string, maxLength = 200): string {
  const escaped = escapeMarkdown(oneLine(text, maxLength), {
    heading: true,
    bulletedList: true,
    numberedList: true,
  });
  return escaped.replace(/[[\]()]/g, "\\$&");
}
