import { oneLine } from "../message-text.ts";

/** What a picture may be tagged with. */
export interface TagLabel {
  /** As it is written in a message: a Unicode emoji, or one of a server such as `<:cat:1234>`. */
  readonly emoji: string;
  /** What pictures are compared with. */
  readonly text: string;
}

const NO_EMOJI = "🏷️";
const MAX_TEXT = 80;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Flags, keycaps, skin tones, families and whatever else is one picture of several characters. */
const RGI_EMOJI = "\\p{RGI_Emoji}";
const EMOJI = new RegExp(`^${RGI_EMOJI}$`, "v");
/** Written as text unless the selector after it says otherwise: ❤, ☂. */
const PICTOGRAPH = /^\p{Extended_Pictographic}$/u;
const AS_PICTURE = "\uFE0F";
const CUSTOM = /^<a?:\w{2,32}:\d{1,20}>/;

/** Splits a label such as `🐶 dog` into its emoji and its text. */
export function parseTagLabel(label: string): TagLabel {
  const emoji = emojiAtStart(label);
  const text = label.slice(emoji?.length ?? 0).trim();
  if (emoji === undefined || text === "") return { emoji: NO_EMOJI, text: label };
  return { emoji: PICTOGRAPH.test(emoji) && !EMOJI.test(emoji) ? emoji + AS_PICTURE : emoji, text };
}

function emojiAtStart(label: string): string | undefined {
  const custom = CUSTOM.exec(label)?.[0];
  if (custom !== undefined) return custom;
  const [first] = graphemes.segment(label);
  const sign = first?.segment ?? "";
  return EMOJI.test(sign) || PICTOGRAPH.test(sign) || EMOJI.test(sign + AS_PICTURE) ? sign : undefined;
}

/** A label as it is kept: its emoji as it was typed, its text as one inert line. */
export function cleanTagLabel(typed: string): string {
  const label = typed.trim();
  const emoji = emojiAtStart(label);
  const text = oneLine(label.slice(emoji?.length ?? 0), MAX_TEXT);
  return emoji === undefined || text === "" ? text : `${emoji} ${text}`;
}

/** As the address of a reaction names it. */
export const reactionName = (emoji: string): string =>
  CUSTOM.test(emoji) ? emoji.replace(/^<a?:|>$/g, "") : emoji;

/** The id of an emoji of a server; undefined for Unicode's. */
export const customEmojiId = (emoji: string): string | undefined =>
  CUSTOM.test(emoji) ? /(\d+)>$/.exec(emoji)?.[1] : undefined;
