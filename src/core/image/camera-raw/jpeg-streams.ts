/** A JPEG inside another file, from its first byte to the one after its last. */
export interface JpegStream {
  readonly start: number;
  readonly end: number;
  readonly width: number;
  readonly height: number;
}

const START = Buffer.from([0xff, 0xd8, 0xff]);
const MAX_CANDIDATES = 4096;
/** Bytes that may be looked at in vain, in lengths of the file. */
const MAX_VAIN = 4;

/**
 * The JPEGs in a file that are whole and of a kind that viewers show. Thumbnails inside them are no streams of their own,
 * and neither are sensor data, which cameras compress as JPEG without loss.
 */
export function jpegStreams(bytes: Uint8Array): JpegStream[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: JpegStream[] = [];
  let vain = 0;
  let at = file.indexOf(START);
  for (
    let candidates = 0;
    at >= 0 && candidates < MAX_CANDIDATES && vain < MAX_VAIN * file.length;
    candidates++
  ) {
    const { end, size } = walk(file, at);
    if (size) found.push({ start: at, end, ...size });
    else vain += end - at;
    at = file.indexOf(START, size ? end : at + START.length);
  }
  return found;
}

interface Walked {
  /** As far as it could be followed. */
  readonly end: number;
  /** Of a whole stream. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

const [STUFFED, START_OF_SCAN, END_OF_IMAGE, FILL] = [0x00, 0xda, 0xd9, 0xff];
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
/** Baseline, extended and progressive: what libjpeg decodes. */
const isShownFrame = (marker: number) => marker >= 0xc0 && marker <= 0xc2;
/** Of all kinds; among these codes are three that begin something else. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function walk(file: Buffer, start: number): Walked {
  let size: Walked["size"];
  let inScan = false;
  for (let at = start + 2; ; ) {
    if (inScan) at = file.indexOf(0xff, at);
    if (at < 0 || at + 1 >= file.length) return { end: file.length };
    if (file[at] !== 0xff) return { end: at };
    const marker = file[at + 1] ?? 0;
    if (marker === FILL) at += 1;
    else if (inScan && (marker === STUFFED || isRestart(marker))) at += 2;
    else if (marker === END_OF_IMAGE) return { end: at + 2, size: inScan ? size : undefined };
    else if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) return { end: at };
    else {
      const length = at + 4 <= file.length ? file.readUInt16BE(at + 2) : 0;
      if (length < 2) return { end: at };
      if (isFrame(marker)) {
        // Nothing but 8 bits is shown everywhere.
        if (size || !isShownFrame(marker) || length < 8 || at + 9 > file.length || file[at + 4] !== 8)
          return { end: at };
        size = { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
      }
      inScan = marker === START_OF_SCAN;
      if (inScan && !size) return { end: at };
      at += 2 + length;
    }
  }
}
