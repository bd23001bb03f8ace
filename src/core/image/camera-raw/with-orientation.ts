/** A JPEG that is turned as its raw file says, whatever its own EXIF says; everything else in its head stays. */
export function withOrientation(jpeg: Uint8Array, orientation: number): Buffer {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const kept: Buffer[] = [];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && isMetadata(bytes[at + 1] ?? 0)) {
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (!isExif(bytes, at)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat([bytes.subarray(0, 2), exifSegment(orientation), ...kept, bytes.subarray(at)]);
}

/** Application segments and comments. */
const isMetadata = (marker: number) => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;

const isExif = (bytes: Buffer, at: number) =>
  bytes[at + 1] === 0xe1 && bytes.toString("latin1", at + 4, at + 8) === "Exif";

const ORIENTATION = 0x0112;
const SHORT = 3;

function exifSegment(orientation: number): Buffer {
  const segment = Buffer.alloc(36);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(34, 2);
  segment.write("Exif\0\0II*\0", 4, "latin1");
  segment.writeUInt32LE(8, 14);
  segment.writeUInt16LE(1, 18);
  segment.writeUInt16LE(ORIENTATION, 20);
  segment.writeUInt16LE(SHORT, 22);
  segment.writeUInt32LE(1, 24);
  segment.writeUInt16LE(orientation, 28);
  return segment;
}
