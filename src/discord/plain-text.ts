import { escapeMarkdown } from "discord.js";

/** Control characters, zero-width marks and bidirectional overrides. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** One line without invisible characters, for alt texts and labels that Discord shows as they are. */
export function oneLine(text: string, maxLength: number): string {
  const clean = text.normalize("NFC").replace(INVISIBLE, " ").replace(/\s+/g, " ").trim();
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1).trimEnd()}…` : clean;
}

/** Text from a person, to be shown inside Markdown: no formatting, no link, no mention survives. */
export function quoted(text: string, maxLength = 200): string {
  const escaped = escapeMarkdown(oneLine(text, maxLength), {
    maskedLink: true,
    heading: true,
    bulletedList: true,
    numberedList: true,
  });
  return escaped
    .replace(/[[\]()]/g, "\\$&")
    .replace(/<(?=[@#:/at])/gi, "<\u200b")
    .replace(/@(?=everyone|here)/gi, "@\u200b")
    .replace(/:\/\//g, ":/\u200b/");
}
