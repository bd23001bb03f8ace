/** ASCII tags by number. The terminating NUL is added unless the text already has one. */
export type AsciiTags = Readonly<Record<number, string>>;

/** The EXIF tags that hold times. */
export const exifTags = {
  dateTime: 0x0132,
  dateTimeOriginal: 0x9003,
  dateTimeDigitized: 0x9004,
  offsetTime: 0x9010,
  offsetTimeOriginal: 0x9011,
  subSecTimeOriginal: 0x9291,
} as const;

const EXIF_IFD = 0x8769;
const ASCII = 2;
const LONG = 4;

/** A TIFF block as cameras write it: little-endian, IFD0 with a pointer to the EXIF IFD. */
export function exifBlock({ ifd0 = {}, exif = {}, textType = ASCII }: ExifBlock): Buffer {
  const header = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  const size = directory(ifd0, textType, 8, 0).length;
  const first = directory(ifd0, textType, 8, 8 + size);
  return Buffer.concat([header, first, directory(exif, textType, 8 + size)]);
}

interface ExifBlock {
  readonly ifd0?: AsciiTags;
  readonly exif?: AsciiTags;
  /** The TIFF type that texts claim to have: some programs write BYTE (1) or UNDEFINED (7). */
  readonly textType?: number;
}

/** Entries in tag order, then the texts that do not fit in the four bytes of an entry. */
function directory(tags: AsciiTags, textType: number, at: number, pointer?: number): Buffer {
  const texts = Object.entries(tags).map(([tag, text]) => ({
    tag: Number(tag),
    type: textType,
    value: Buffer.from(text.endsWith("\0") ? text : `${text}\0`, "latin1"),
  }));
  const entries = [
    ...texts,
    ...(pointer === undefined ? [] : [{ tag: EXIF_IFD, type: LONG, value: uint32(pointer) }]),
  ].sort((a, b) => a.tag - b.tag);
  const rest: Buffer[] = [];
  let free = at + 2 + 12 * entries.length + 4;
  const rows = entries.map(({ tag, type, value }) => {
    const row = Buffer.alloc(12);
    row.writeUInt16LE(tag, 0);
    row.writeUInt16LE(type, 2);
    row.writeUInt32LE(type === LONG ? 1 : value.length, 4);
    if (value.length <= 4) value.copy(row, 8);
    else {
      row.writeUInt32LE(free, 8);
      rest.push(value);
      free += value.length;
    }
    return row;
  });
  const count = Buffer.alloc(2);
  count.writeUInt16LE(entries.length);
  return Buffer.concat([count, ...rows, Buffer.alloc(4), ...rest]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Inserts a segment after the start marker of a JPEG: 0xe1 is EXIF, 0xed is IPTC. */
function withSegment(jpeg: Uint8Array, marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

export const withExifBlock = (jpeg: Uint8Array, block: Buffer): Buffer =>
  withSegment(jpeg, 0xe1, Buffer.concat([Buffer.from("Exif\0\0"), block]));

/**
 * IPTC in Photoshop's resource block: data sets of record 2 by number, those with several texts repeated. UTF-8 is
 * declared in record 1, as the standard wants; Latin 1 is what undeclared text is.
 */
export function withIptc(
  jpeg: Uint8Array,
  dataSets: Readonly<Record<number, string | readonly string[]>>,
  encoding: "utf8" | "latin1" = "latin1",
): Buffer {
  const dataSet = (record: number, number: number, content: Buffer) => {
    const head = Buffer.from([0x1c, record, number, 0, 0]);
    head.writeUInt16BE(content.length, 3);
    return Buffer.concat([head, content]);
  };
  const declared = encoding === "utf8" ? [dataSet(1, 90, Buffer.from("\u001b%G", "latin1"))] : [];
  const records = Object.entries(dataSets).flatMap(([number, texts]) =>
    [texts].flat().map((text) => dataSet(2, Number(number), Buffer.from(text, encoding))),
  );
  const iptc = Buffer.concat([...declared, ...records]);
  const padding = Buffer.alloc(iptc.length % 2);
  const head = Buffer.from("Photoshop 3.0\u00008BIM\u0004\u0004\0\0", "latin1");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(iptc.length);
  return withSegment(jpeg, 0xed, Buffer.concat([head, length, iptc, padding]));
}

/** Adds an XMP packet to the end of a GIF: as text with a trailer, as its specification wants, or cut into sub-blocks. */
export function withGifXmp(gif: Uint8Array, packet: string, written: "text" | "blocks"): Buffer {
  const text = Buffer.from(packet);
  const blocks = Array.from({ length: Math.ceil(text.length / 255) }, (_, at) => {
    const part = text.subarray(255 * at, 255 * (at + 1));
    return Buffer.concat([Buffer.from([part.length]), part]);
  });
  const trailer = Buffer.from([1, ...Array.from({ length: 256 }, (_, at) => 255 - at), 0]);
  const content = written === "text" ? [text, trailer] : [...blocks, Buffer.from([0])];
  const head = Buffer.from("\x21\xff\x0bXMP DataXMP", "latin1");
  return Buffer.concat([gif.subarray(0, -1), head, ...content, gif.subarray(-1)]);
}

/** An XMP packet with these properties, named with their prefix. */
export function xmpPacket(properties: Readonly<Record<string, string>>): string {
  const written = Object.entries(properties).map(([name, value]) => `${name}="${value}"`);
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
      xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ${written.join(" ")}/></rdf:RDF></x:xmpmeta>`;
}
