import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";

/** Whether libheif's own encoder is here (Debian: libheif-examples), of which the tests make their pictures. */
export const canEncodeHevc = ((): boolean => {
  try {
    execFileSync("heif-enc", ["--help"], { stdio: "ignore" });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
})();

/** One HEVC picture: its configuration and its coded data. */
export interface Coded {
  readonly width: number;
  readonly height: number;
  readonly hvcC: Buffer;
  readonly data: Buffer;
}

/** What `heif-enc` makes of a PNG. Benches make such files too, so nothing here needs a running test. */
export function encodedHeic(png: Buffer, options: readonly string[] = []): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "glimpse-heic-"));
  try {
    const [from, to] = [join(folder, "a.png"), join(folder, "a.heic")];
    writeFileSync(from, png);
    execFileSync("heif-enc", ["-q", "90", "-p", "preset=ultrafast", ...options, from, "-o", to], {
      stdio: "ignore",
    });
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function hevcOf(png: Buffer): Promise<Coded> {
  const { width, height } = await sharp(png).metadata();
  const file = encodedHeic(png, ["--no-alpha"]);
  const at = file.indexOf("hvcC", 0, "latin1");
  const mdat = file.indexOf("mdat", 0, "latin1");
  const hvcC = file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4));
  return { width, height, hvcC, data: file.subarray(mdat + 4, mdat - 4 + file.readUInt32BE(mdat - 4)) };
}

export interface MadeItem {
  readonly type: "hvc1" | "grid" | "av01" | "unci";
  readonly data: Buffer;
  readonly properties: readonly Buffer[];
  /** Positions of the items that it is made of. */
  readonly tiles?: readonly number[];
}

export interface MadeHeif {
  readonly items: readonly MadeItem[];
  /** Position of the primary item. Default: the first. */
  readonly primary?: number;
  readonly brand?: string;
}

/** A file of the family of HEIF, its items' data one after another at its end. */
export function madeHeif({ items, primary = 0, brand = "heic" }: MadeHeif): Buffer {
  const properties = items.flatMap((item) => item.properties);
  const infe = items.map(({ type }, at) =>
    fullBox("infe", 2, short(at + 1), short(0), Buffer.from(`${type}\0`, "latin1")),
  );
  let property = 0;
  const associations = items.map((item, at) =>
    Buffer.concat([
      short(at + 1),
      Buffer.from([item.properties.length, ...item.properties.map(() => 0x80 | ++property)]),
    ]),
  );
  const references = items.flatMap(({ tiles }, at) =>
    tiles ? [box("dimg", short(at + 1), short(tiles.length), ...tiles.map((tile) => short(tile + 1)))] : [],
  );
  const meta = (dataStart: number) => {
    let offset = dataStart;
    const locations = items.map(({ data }, at) => {
      const entry = Buffer.concat([short(at + 1), short(0), short(1), long(offset), long(data.length)]);
      offset += data.length;
      return entry;
    });
    return fullBox(
      "meta",
      0,
      fullBox("hdlr", 0, long(0), Buffer.from("pict"), Buffer.alloc(13)),
      fullBox("pitm", 0, short(primary + 1)),
      fullBox("iloc", 0, Buffer.from([0x44, 0]), short(items.length), ...locations),
      fullBox("iinf", 0, short(items.length), ...infe),
      ...(references.length > 0 ? [fullBox("iref", 0, ...references)] : []),
      box("iprp", box("ipco", ...properties), fullBox("ipma", 0, long(items.length), ...associations)),
    );
  };
  const head = box("ftyp", Buffer.from(`${brand}\0\0\0\0mif1${brand}`, "latin1"));
  const dataStart = head.length + meta(0).length + 8;
  return Buffer.concat([head, meta(dataStart), box("mdat", ...items.map(({ data }) => data))]);
}

export const codedItem = ({ width, height, hvcC, data }: Coded, ...more: Buffer[]): MadeItem => ({
  type: "hvc1",
  data,
  properties: [box("hvcC", hvcC), ispe(width, height), ...more],
});

export const gridItem = (
  rows: number,
  columns: number,
  width: number,
  height: number,
  tiles: number[],
): MadeItem => ({
  type: "grid",
  data: Buffer.concat([Buffer.from([0, 0, rows - 1, columns - 1]), short(width), short(height)]),
  properties: [ispe(width, height)],
  tiles,
});

const ispe = (width: number, height: number) => fullBox("ispe", 0, long(width), long(height));
/** Quarter turns against the clock. */
export const irot = (turns: number) => box("irot", Buffer.from([turns]));
/** Left and right change places. */
export const mirrored = () => box("imir", Buffer.from([1]));
export const profile = (icc: Uint8Array) => box("colr", Buffer.from("prof"), Buffer.from(icc));

export function box(type: string, ...content: Buffer[]): Buffer {
  const whole = Buffer.concat(content);
  return Buffer.concat([long(8 + whole.length), Buffer.from(type, "latin1"), whole]);
}

const fullBox = (type: string, version: number, ...content: Buffer[]) =>
  box(type, Buffer.from([version, 0, 0, 0]), ...content);

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
