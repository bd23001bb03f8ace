/** Characters that Discord takes in one message: as plain content, and in all text components together. */
export const MAX_CONTENT = 2_000;
export const MAX_COMPONENT_TEXT = 4_000;

export interface Room {
  readonly maxLength: number;
  /** How many lines there are, where these are only the first of them. */
  readonly total?: number;
}

/** As many whole lines as there is room for, from the first on; then how many are left out, where any are. */
export function fittingLines(lines: readonly string[], { maxLength, total = lines.length }: Room): string {
  for (let count = lines.length; ; count -= 1) {
    const rest = count < total ? [`-# and ${(total - count).toLocaleString("en")} more`] : [];
    const text = [...lines.slice(0, count), ...rest].join("\n");
    if (text.length <= maxLength || count === 0) return text;
  }
}
