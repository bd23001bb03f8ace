/** Fields of a TIFF directory by tag; values that do not fit in their entry follow the directories. */
export interface Page {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  readonly fields?: Readonly<Record<number, readonly number[]>>;
}

const LONG_FIELDS = new Set([256, 257, 273, 279, 278, 324, 325]);

/** An uncompressed little-endian TIFF with one strip per page, unless the fields say otherwise. */
export function tiff(...pages: readonly Page[]): Buffer {
  const parts: Buffer[] = [Buffer.from("II*\0\0\0\0\0", "latin1")];
  let end = 8;
  const append = (bytes: Uint8Array) => {
    const at = end;
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    parts.push(padded);
    end += padded.length;
    return at;
  };
  const links: { readonly part: Buffer; readonly offset: number }[] = [{ part: parts[0]!, offset: 4 }];
  for (const { width, height, pixels, fields = {} } of pages) {
    const all = new Map<number, readonly number[]>(
      Object.entries({
        256: [width],
        257: [height],
        258: [8],
        259: [1],
        262: [1],
        273: [append(pixels)],
        277: [1],
        278: [height],
        279: [pixels.length],
        ...fields,
      }).map(([tag, values]) => [Number(tag), values]),
    );
    const directory = Buffer.alloc(2 + 12 * all.size + 4);
    directory.writeUInt16LE(all.size, 0);
    let entry = 2;
    for (const [tag, values] of [...all].sort(([a], [b]) => a - b)) {
      const isLong = LONG_FIELDS.has(tag);
      directory.writeUInt16LE(tag, entry);
      directory.writeUInt16LE(isLong ? 4 : 3, entry + 2);
      directory.writeUInt32LE(values.length, entry + 4);
      const bytes = Buffer.alloc(values.length * (isLong ? 4 : 2));
      for (const [at, value] of values.entries())
        isLong ? bytes.writeUInt32LE(value, 4 * at) : bytes.writeUInt16LE(value, 2 * at);
      if (bytes.length <= 4) bytes.copy(directory, entry + 8);
      else directory.writeUInt32LE(append(bytes), entry + 8);
      entry += 12;
    }
    const at = append(directory);
    const link = links.at(-1)!;
    link.part.writeUInt32LE(at, link.offset);
    links.push({ part: parts.at(-1)!, offset: directory.length - 4 });
  }
  return Buffer.concat(parts);
}

/** Numbers as the bytes of a typed array of them. */
export const bytesOf = (numbers: Float32Array | Float64Array | Uint16Array | Int16Array | Uint32Array) =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
