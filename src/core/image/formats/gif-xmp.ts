const HEADER_BYTES = 13;
const EXTENSION = 0x21;
const APPLICATION = 0xff;
const IMAGE = 0x2c;
const XMP = "XMP DataXMP";
/** After the packet: bytes that lead a reader of sub-blocks from wherever it is to the end, 1, 255, 254 … 0, and 0. */
const TRAILER_BYTES = 258;

/** The XMP packet of a GIF, which is an application extension; undefined where there is none. */
export function gifXmp(bytes: Uint8Array): Uint8Array | undefined {
  const gif = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = HEADER_BYTES + paletteBytes(gif[10]); at + 1 < gif.length; ) {
    const kind = gif[at];
    if (kind === IMAGE) {
      at = endOfBlocks(gif, at + 11 + paletteBytes(gif[at + 9]));
    } else if (kind === EXTENSION) {
      const start = at + 3 + (gif[at + 2] ?? 0);
      const end = endOfBlocks(gif, start);
      if (gif[at + 1] === APPLICATION && gif.toString("latin1", at + 3, start) === XMP)
        return packetOf(gif, start, end);
      at = end;
    } else return undefined;
  }
  return undefined;
}

/** Of the palette that a packed field announces. */
const paletteBytes = (field = 0): number => (field & 0x80 ? 3 * 2 ** ((field & 7) + 1) : 0);

/** Behind the empty sub-block that ends a sequence of them. */
function endOfBlocks(gif: Buffer, start: number): number {
  let at = start;
  for (let length = gif[at]; length; length = gif[at]) at += 1 + length;
  return at + 1;
}

/** As text with a trailer, which is how it is written; some programs cut it into sub-blocks like any other data. */
function packetOf(gif: Buffer, start: number, end: number): Uint8Array {
  const text = gif.subarray(start, Math.max(start, end - TRAILER_BYTES));
  if (/^[\s\ufeff]*</.test(text.toString("utf8", 0, 16))) return text;
  const parts: Buffer[] = [];
  for (let at = start; at < end; at += 1 + (gif[at] ?? 0))
    parts.push(gif.subarray(at + 1, at + 1 + (gif[at] ?? 0)));
  return Buffer.concat(parts);
}
