export type Tags = { readonly [name: string]: Tag | undefined };
export interface Tag {
  readonly value?: unknown;
  readonly description?: unknown;
}

/** Far longer than any time or name. */
const LONGEST_TEXT = 256;

/** Text of EXIF comes as a list: what stood between NULs; its bytes where the file calls them UNDEFINED or BYTE. */
export function textOf(tag: Tag | undefined): string {
  const value: unknown[] = Array.isArray(tag?.value) ? tag.value : [tag?.value];
  const bytes = value.slice(0, LONGEST_TEXT).filter((part) => typeof part === "number");
  const parts = bytes.length > 0 ? [String.fromCharCode(...bytes)] : value;
  return parts.find((part): part is string => typeof part === "string" && /\w/.test(part)) ?? "";
}

export const descriptionOf = (tag: Tag | undefined) =>
  typeof tag?.description === "string" ? tag.description : "";

/** Longer ones are no names. */
const MAX_NAME = 100;

export function nameIn(tags: Tags, name: string): string | undefined {
  const text = textOf(tags[name])
    .replace(/[\s\p{C}]+/gu, " ")
    .trim();
  return text === "" || text.length > MAX_NAME ? undefined : text;
}
