import { escapeMarkdown } from "discord.js";
import { escapeControls, escapeUnprintable, replaceInvisible } from "../core/index.ts";

/** Breaks up what Discord would render as more than text: mentions, links, bare URLs. */
const SPLIT = "\u200b";

function inert(text: string): string {
  return text
    .replace(/<(?=[@#:/a-z])/gi, `<${SPLIT}`)
    .replace(/@(?=everyone|here)/gi, `@${SPLIT}`)
    .replace(/\](?=\()/g, `]${SPLIT}`)
    .replace(/:\/\//g, `:/${SPLIT}/`);
}

/** One inert line for alt texts and labels, which Discord shows without Markdown. */
export function oneLine(text: string, maxLength: number): string {
  const visible = escapeControls(text.normalize("NFC").replace(/\s+/g, " "));
  const clean = replaceInvisible(visible, () => " ")
    .replace(/\s+/g, " ")
    .trim();
  return shortened(clean, maxLength);
}

/**
 * The same of a file's name or a tag, none of which may pass for another: what is not shown as it is becomes an escape,
 * such as `\x0a` for a line break.
 */
export const nameOnOneLine = (name: string, maxLength: number): string =>
  shortened(escapeUnprintable(name), maxLength);

function shortened(clean: string, maxLength: number): string {
  const short = clean.length > maxLength ? `${clean.slice(0, maxLength - 1).trimEnd()}…` : clean;
  const safe = inert(short);
  return safe.length > maxLength ? shortened(clean, maxLength - (safe.length - maxLength)) : safe;
}

/** Untrusted text inside Markdown: no formatting, link or mention survives. */
export const quoted = (text: string, maxLength = 200): string => unformatted(oneLine(text, maxLength));

/** The same of a name or a tag. */
export const quotedName = (name: string, maxLength = 200): string =>
  unformatted(nameOnOneLine(name, maxLength));

/** Who posted something: a mention, or of a webhook, whom none names, the name that it posts by. */
export const posterName = (authorId: string, webhookName: string | undefined): string =>
  webhookName === undefined ? `<@${authorId}>` : quotedName(webhookName, 80);

const unformatted = (line: string): string =>
  escapeMarkdown(line, { heading: true, bulletedList: true, numberedList: true }).replace(/[[\]()]/g, "\\$&");

/** Discord's limits in characters per message: plain content, and all text components together. */
export const MAX_CONTENT = 2000;
export const MAX_COMPONENT_TEXT = 4000;

export interface Room {
  readonly maxLength: number;
  /** Total number of lines, where only the first of them are given. */
  readonly total?: number;
  /** Says how many lines were left out. */
  readonly more: (count: number) => string;
}

/** As many whole lines as fit, then how many were left out, if any. */
export function fittingLines(
  lines: readonly string[],
  { maxLength, total = lines.length, more }: Room,
): string {
  for (let count = lines.length; ; count -= 1) {
    const rest = count < total ? [`-# ${more(total - count)}`] : [];
    const text = [...lines.slice(0, count), ...rest].join("\n");
    if (text.length <= maxLength || count === 0) return text;
  }
}
