const EMOJI = /^(\p{Emoji_Presentation}|\p{Emoji}\uFE0F)(?:\u200D\p{Emoji}\uFE0F?)*\s*/u;

/** A label as a manager wrote it, `🐶 dog`: its emoji, and the words that are compared with pictures. */
export function parseLabel(label: string): { readonly emoji: string; readonly words: string } {
  const emoji = EMOJI.exec(label)?.[0] ?? "";
  const rest = label.slice(emoji.length).trim();
  return rest === "" ? { emoji: "🏷️", words: label } : { emoji: emoji.trim() || "🏷️", words: rest };
}
