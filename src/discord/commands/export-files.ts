/** Discord's limit. */
export const FILES_PER_MESSAGE = 10;

interface ExportFile {
  readonly attachment: Buffer;
  readonly name: string;
}

/**
 * Lists as JSON in as many files as it takes for none to be larger than Discord accepts, each readable by itself: all have
 * the same head. @param maxBytes of one file
 */
export function exportFiles(
  head: object,
  lists: Readonly<Record<string, readonly object[]>>,
  maxBytes: number,
): ExportFile[] {
  const items = Object.entries(lists).flatMap(([list, all]) => all.map((item) => ({ list, item })));
  const sizeOf = (value: object) => Buffer.byteLength(JSON.stringify(value, null, 2)) + SPARE;
  // Indented twice as deep inside its list: as many more spaces as it has lines.
  const depth = (value: object) => 4 * JSON.stringify(value, null, 2).split("\n").length;
  const room = maxBytes - sizeOf({ ...head, part: 1, of: items.length + 1, ...emptied(lists) });
  const parts: (typeof items)[] = [[]];
  let left = room;
  for (const each of items) {
    const size = sizeOf(each.item) + depth(each.item);
    if (size > left && (parts.at(-1)?.length ?? 0) > 0) {
      parts.push([]);
      left = room;
    }
    parts.at(-1)?.push(each);
    left -= size;
  }
  return parts.map((part, at) => {
    const numbered = parts.length === 1 ? {} : { part: at + 1, of: parts.length };
    const filled = Object.fromEntries(
      Object.keys(lists).map((name) => [
        name,
        part.filter(({ list }) => list === name).map(({ item }) => item),
      ]),
    );
    const name =
      parts.length === 1 ? "glimpse-export.json" : `glimpse-export-${at + 1}-of-${parts.length}.json`;
    return { name, attachment: Buffer.from(JSON.stringify({ ...head, ...numbered, ...filled }, null, 2)) };
  });
}

/** For commas, line breaks and brackets. */
const SPARE = 16;

const emptied = (lists: object): object => Object.fromEntries(Object.keys(lists).map((name) => [name, []]));

export function inGroups<Item>(items: readonly Item[], size: number): Item[][] {
  const groups: Item[][] = [];
  for (let at = 0; at < items.length; at += size) groups.push(items.slice(at, at + size));
  return groups;
}
