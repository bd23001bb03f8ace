import { boxes } from "../formats/iso-boxes.ts";
import { TiffReader } from "../formats/tiff-reader.ts";

/** A camera's raw file, of which the largest JPEG inside is shown. */
export interface CameraRaw {
  /** By EXIF's numbers, 1 to 8; undefined where the JPEG itself says it. */
  readonly orientation: number | undefined;
  /** Where data of the sensor begins: a JPEG there is a part of it. */
  readonly sensorData: ReadonlySet<number>;
  /** A block in which EXIF is found; undefined where the JPEG holds it. */
  readonly exif: Uint8Array | undefined;
  readonly xmp: Uint8Array | undefined;
}

/** Undefined for every other file: by its content, since a TIFF made of a raw file may bear the camera's name too. */
export function readCameraRaw(bytes: Uint8Array): CameraRaw | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString(
    "latin1",
  );
  if (start.startsWith("FUJIFILMCCD-RAW")) return FUJIFILM;
  if (start.startsWith("ftypcrx ", 4)) return readCanonBoxes(bytes);
  const isOwnTiff = OWN_SIGNATURES.some((signature) => start.startsWith(signature));
  if (!isOwnTiff && !/^(II\*\0|MM\0\*)/.test(start)) return undefined;
  const directories = readDirectories(bytes);
  if (!isOwnTiff && !start.startsWith("CR", 8) && !directories.some(({ isRaw }) => isRaw)) return undefined;
  const [first] = directories;
  return {
    orientation: first?.orientation,
    sensorData: new Set(directories.flatMap(({ sensorData }) => sensorData)),
    exif: isOwnTiff ? asTiff(bytes) : bytes,
    xmp: first?.xmp,
  };
}

const FUJIFILM: CameraRaw = {
  orientation: undefined,
  sensorData: new Set(),
  exif: undefined,
  xmp: undefined,
};
/** Of Olympus and Panasonic, who write TIFF under another number. */
const OWN_SIGNATURES = ["IIRO", "IIRS", "MMOR", "IIU\0"];
/** Where these write EXIF. */
const HEAD_BYTES = 512 * 1024;

function asTiff(bytes: Uint8Array): Buffer {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES));
  head.write(head[0] === 0x49 ? "*\0" : "\0*", 2, "latin1");
  return head;
}

interface Directory {
  readonly isRaw: boolean;
  readonly orientation: number | undefined;
  readonly sensorData: readonly number[];
  readonly xmp: Uint8Array | undefined;
}

/** Fields of TIFF 6.0, TIFF/EP, XMP and DNG. */
const SUBFILE_TYPE = 254;
const REDUCED_RESOLUTION = 1;
const PHOTOMETRIC_INTERPRETATION = 262;
const STRIP_OFFSETS = 273;
const ORIENTATION = 274;
const TILE_OFFSETS = 324;
const SUB_DIRECTORIES = 330;
const XMP = 700;
const DNG_VERSION = 50706;
/** Colour filters of a sensor, and linear values of it. */
const SENSOR_KINDS = [32803, 34892];
/** More than any camera writes. */
const MAX_DIRECTORIES = 64;

function readDirectories(bytes: Uint8Array): Directory[] {
  const found: Directory[] = [];
  const offsets: number[] = [];
  const seen = new Set<number>();
  const readAll = (tiff: TiffReader) => {
    offsets.push(tiff.firstDirectory);
    for (let offset = offsets.shift(); offset && seen.size < MAX_DIRECTORIES; offset = offsets.shift()) {
      if (seen.has(offset)) continue;
      seen.add(offset);
      const fields = tiff.fields(offset);
      const [photometric = 0] = tiff.numbers(fields.get(PHOTOMETRIC_INTERPRETATION));
      const isOfSensor = SENSOR_KINDS.includes(photometric);
      const [orientation = 0] = tiff.numbers(fields.get(ORIENTATION));
      const [subfile = 0] = tiff.numbers(fields.get(SUBFILE_TYPE));
      // What stands first in a TIFF is its picture: where it is a reduced one, the picture is of another kind.
      const isReduced = (subfile & REDUCED_RESOLUTION) === 1 && fields.has(SUB_DIRECTORIES);
      const xmp = fields.get(XMP);
      const packet = xmp === undefined ? undefined : tiff.content(xmp);
      found.push({
        isRaw: isOfSensor || fields.has(DNG_VERSION) || (found.length === 0 && isReduced),
        orientation: orientation >= 1 && orientation <= 8 ? orientation : undefined,
        sensorData: isOfSensor
          ? [STRIP_OFFSETS, TILE_OFFSETS].flatMap((tag) => tiff.numbers(fields.get(tag)))
          : [],
        xmp: packet && bytes.subarray(packet.offset, packet.offset + packet.length),
      });
      offsets.push(...tiff.numbers(fields.get(SUB_DIRECTORIES)), tiff.nextDirectory(offset));
    }
  };
  try {
    readAll(new TiffReader(bytes));
  } catch (error) {
    // One that points past the end: what was found before counts.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

/** CR3: EXIF's directories are TIFF blocks of their own, in boxes. */
function readCanonBoxes(bytes: Uint8Array): CameraRaw {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inside = boxes(file, 0, file.byteLength)
    .filter(({ type }) => type === "moov")
    .flatMap(({ start, end }) => boxes(file, start, end))
    .filter(({ type }) => type === "uuid")
    .flatMap(({ start, end }) => boxes(file, start + UUID_BYTES, end));
  const block = (type: string) => {
    const found = inside.find((box) => box.type === type);
    return found && bytes.subarray(found.start, found.end);
  };
  const [camera, exif] = [block("CMT1"), block("CMT2")];
  return {
    orientation: camera && readDirectories(camera)[0]?.orientation,
    sensorData: new Set(),
    exif: exif && asExif(exif),
    xmp: undefined,
  };
}

const UUID_BYTES = 16;
const EXIF_DIRECTORY = 0x8769;
const LONG = 4;

/** A TIFF whose first directory holds EXIF's fields as one in which another directory points to them, as EXIF has it. */
function asExif(block: Uint8Array): Buffer {
  const isLittle = block[0] === 0x49;
  const tiff = Buffer.alloc(block.length + (block.length % 2) + 18);
  tiff.set(block);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const directory = tiff.length - 18;
  if (block.length < 8) return tiff;
  view.setUint16(directory, 1, isLittle);
  view.setUint16(directory + 2, EXIF_DIRECTORY, isLittle);
  view.setUint16(directory + 4, LONG, isLittle);
  view.setUint32(directory + 6, 1, isLittle);
  view.setUint32(directory + 10, view.getUint32(4, isLittle), isLittle);
  view.setUint32(4, directory, isLittle);
  return tiff;
}
