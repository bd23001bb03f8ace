import sharp from "sharp";

/** The decoder hands over a picture that is this many times smaller for nearly nothing. */
const SHRINK = 8;
const MIN_SHRUNK_SIDE = 16;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
const noise = (bytes: number, seed: number) =>
  Buffer.from(Array.from({ length: bytes }, (_, index) => ((index + seed) * 167 + 13) % 251));
/**
 * Data that continues a picture with something, and holds no marker. Codes that a table lacks end the decoder's patience:
 * then a little other data may do, or the code of zeros, which every table has.
 */
const CONTINUATIONS = [noise(64, 0), noise(12, 7), noise(6, 29), Buffer.alloc(4096)];

/** Whether a JPEG has the mark of its end, which the decoder does not always miss. */
export function hasEndMarker(jpeg: Uint8Array): boolean {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (const { marker, at } of segments(jpeg)) {
    // Thumbnails in the metadata before the picture have such marks too.
    if (marker === START_OF_SCAN) return bytes.lastIndexOf(END_OF_IMAGE) > at;
  }
  return false;
}

/** Parts of the last scan that are cut off besides, to see how many rows so many bytes are. */
const STEPS = [0.04, 0.12];
/** More rows than this make another picture, however few bytes they take. */
const MAX_MISSING_ROWS = 1 / 3;

/**
 * How much a JPEG that ends too early lacks, as an estimated share of its bytes: 0 where only the mark of its end is
 * missing, 1 where a whole scan or much of the picture is.
 */
export async function missingOfJpeg(jpeg: Uint8Array): Promise<number> {
  const lastScan = [...segments(jpeg)].findLast(({ marker }) => marker === START_OF_SCAN);
  if (!lastScan || !hasAllScans(jpeg)) return 1;
  if (await hasAllData(jpeg)) return 0;
  const rows = await missingRows(jpeg);
  const showsPicture = !addsDetail(lastScan);
  if (rows === 1 || (rows > MAX_MISSING_ROWS && showsPicture)) return 1;
  const scanBytes = jpeg.length - lastScan.at;
  const bytesPerHeight = showsPicture ? await fewestBytes(jpeg, scanBytes, rows) : scanBytes / (1 - rows);
  const missing = rows * bytesPerHeight;
  return missing / (jpeg.length + missing);
}

/**
 * Bytes that the whole height would take, as all rows that are there take them, or as the last ones do, if fewer:
 * those of a plain margin take few.
 */
async function fewestBytes(jpeg: Uint8Array, scanBytes: number, rows: number): Promise<number> {
  for (const step of STEPS) {
    const bytes = Math.ceil(step * scanBytes);
    const fewerRows = await missingRows(jpeg.subarray(0, jpeg.length - bytes));
    if (fewerRows > rows) return Math.min(bytes / (fewerRows - rows), scanBytes / (1 - rows));
  }
  return scanBytes / (1 - rows);
}

/** A scan without which the picture is there, only coarser: of finer waves, or of further bits. */
function addsDetail({ content }: Segment): boolean {
  const [from = 0, , bits = 0] = content.subarray(1 + 2 * (content[0] ?? 0));
  return from > 0 || bits >> 4 > 0;
}

/** Whether the decoder gets along without more data: with a mark of the end put there, it says so if it does not. */
async function hasAllData(jpeg: Uint8Array): Promise<boolean> {
  try {
    await greyRows(Buffer.concat([jpeg, END_OF_IMAGE]), "warning");
    return true;
  } catch {
    return false;
  }
}

/**
 * The share of its height that a JPEG lacks. It is decoded with nothing and with different data put in place of what is
 * missing: what differs is not in the file.
 */
async function missingRows(jpeg: Uint8Array): Promise<number> {
  const greyRowsWith = (continuation: Buffer) =>
    greyRows(Buffer.concat([jpeg, continuation, END_OF_IMAGE]), "none").catch(() => undefined);
  const end = await greyRowsWith(Buffer.alloc(0));
  if (!end) return 1;
  const { data, width, height, shrink } = end;
  // Blocks come from left to right, line of blocks by line.
  const blockRows = blockHeight(jpeg) / shrink;
  // The colours of the last row of a line of blocks are smoothed with those of the next line.
  const isSmoothed = (row: number) => shrink === 1 && row % blockRows === blockRows - 1;
  let first = data.length;
  for (const continuation of CONTINUATIONS) {
    const more = await greyRowsWith(continuation);
    if (!more) continue;
    const differs = data
      .subarray(0, first)
      .findIndex((value, at) => value !== more.data[at] && !isSmoothed(Math.floor(at / width)));
    if (differs >= 0) first = differs;
  }
  // Nothing tells where the data end.
  if (first === data.length) return 1;
  const line = Math.floor(Math.floor(first / width) / blockRows);
  return 1 - (line + (first % width) / width) / Math.ceil(height / blockRows);
}

async function greyRows(jpeg: Buffer, failOn: "none" | "warning") {
  const options = { failOn, ignoreIcc: true, limitInputPixels: false } as const;
  const { width, height } = await sharp(jpeg, options).metadata();
  const shrink = Math.min(width, height) >= SHRINK * MIN_SHRUNK_SIDE ? SHRINK : 1;
  const [columns, rows] = [Math.ceil(width / shrink), Math.ceil(height / shrink)];
  const { data, info } = await sharp(jpeg, options)
    .resize(columns, rows, { fit: "fill", kernel: "nearest" })
    .toColourspace("b-w")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width * info.channels, height: info.height, shrink };
}

/** Of the blocks that its scans interleave: 8 pixels by the finest of its components. */
function blockHeight(jpeg: Uint8Array): number {
  const frame = [...segments(jpeg)].find(({ marker }) => isFrame(marker))?.content ?? new Uint8Array();
  let factor = 1;
  for (let at = 7; at < frame.length; at += 3) factor = Math.max(factor, (frame[at] ?? 0) & 15);
  return 8 * factor;
}

/** A scan of sequential JPEGs brings components whole, one of progressive ones some coefficients down to some bit. */
function hasAllScans(jpeg: Uint8Array): boolean {
  const components = new Set<number>();
  const complete = new Map<number, Set<number>>();
  for (const { marker, content } of segments(jpeg)) {
    if (isFrame(marker)) for (let at = 6; at < content.length; at += 3) components.add(content[at] ?? 0);
    if (marker !== START_OF_SCAN) continue;
    const count = content[0] ?? 0;
    const [from = 0, to = 0, bits = 0] = content.subarray(1 + 2 * count);
    for (let at = 1; at < 1 + 2 * count; at += 2) {
      const coefficients = complete.get(content[at] ?? 0) ?? new Set();
      complete.set(content[at] ?? 0, coefficients);
      const isLowestBit = (bits & 15) === 0;
      for (let coefficient = from; isLowestBit && coefficient <= to; coefficient++)
        coefficients.add(coefficient);
    }
  }
  return components.size > 0 && [...components].every((id) => complete.get(id)?.size === COEFFICIENTS);
}

const COEFFICIENTS = 64;

interface Segment {
  readonly marker: number;
  readonly at: number;
  /** Without marker and length. */
  readonly content: Uint8Array;
}

const START_OF_SCAN = 0xda;

/** SOF0 to SOF15, of which three codes are other markers. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Markers without content: RST0 to RST7, SOI, EOI. */
const standsAlone = (marker: number) => marker >= 0xd0 && marker <= 0xd9;

/** The segments of a JPEG in their order; the data of scans between them is passed over. */
function* segments(jpeg: Uint8Array): Generator<Segment> {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (let at = jpeg.indexOf(0xff, 2); at >= 0 && at + 4 <= jpeg.length; at = jpeg.indexOf(0xff, at)) {
    const marker = jpeg[at + 1] ?? 0;
    if (marker < 0xc0 || marker === 0xff || standsAlone(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = Math.max(2, view.getUint16(at + 2));
    yield { marker, at, content: jpeg.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}
