import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isoDate } from "../../../src/core/dates/format-date.ts";
import { openPicture } from "../../../src/core/image/open-picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { type MetadataSource, pictureMetadata } from "../../../src/core/image/picture-metadata.ts";
import {
  type AsciiTags,
  exifBlock,
  exifTags,
  withExifBlock,
  withGifXmp,
  withIptc,
  xmpPacket,
} from "../../support/exif-block.ts";
import { drawing } from "./drawing.ts";

const { dateTime, dateTimeOriginal, dateTimeDigitized, offsetTime, offsetTimeOriginal, subSecTimeOriginal } =
  exifTags;
const plain = await drawing(1, 20, 20).jpeg().toBuffer();
const WHEN = "2011:05:06 07:08:09";
const OTHER = "2012:01:01 00:00:00";

const captureTime = async (source: MetadataSource) => (await pictureMetadata(source)).takenAt;

/** As the decoding thread reads it: time as JSON shows it, and where it was found. */
async function read(bytes: Uint8Array): Promise<string> {
  const { xmp } = await openPicture(bytes, DEFAULT_PICTURE_LIMITS);
  const time = await captureTime({ bytes, xmp });
  return time === null ? "none" : `${isoDate(time)} ${time.source}`;
}

const jpegWith = (tags: Parameters<typeof exifBlock>[0]) => withExifBlock(plain, exifBlock(tags));

test.each<[string, Parameters<typeof exifBlock>[0], string]>([
  [
    "the original",
    { exif: { [dateTimeOriginal]: WHEN, [dateTimeDigitized]: OTHER }, ifd0: { [dateTime]: OTHER } },
    "exif-original",
  ],
  ["the original in the wrong directory", { ifd0: { [dateTimeOriginal]: WHEN } }, "exif-original"],
  [
    "an original of TIFF type UNDEFINED",
    { exif: { [dateTimeOriginal]: WHEN }, textType: 7 },
    "exif-original",
  ],
  [
    "an original of TIFF type BYTE",
    { exif: { [dateTimeOriginal]: `${WHEN}\0` }, textType: 1 },
    "exif-original",
  ],
  [
    "an original of 50,000 bytes, then the digitized time",
    { exif: { [dateTimeOriginal]: "x".repeat(50_000), [dateTimeDigitized]: WHEN }, textType: 7 },
    "exif-digitized",
  ],
  ["an original with two NUL", { exif: { [dateTimeOriginal]: `${WHEN}\0\0` } }, "exif-original"],
  ["an original with blanks", { exif: { [dateTimeOriginal]: ` ${WHEN}  ` } }, "exif-original"],
  [
    "the digitized time alone",
    { exif: { [dateTimeDigitized]: WHEN }, ifd0: { [dateTime]: OTHER } },
    "exif-digitized",
  ],
  ["the file's time alone", { ifd0: { [dateTime]: WHEN } }, "exif-ifd0"],
  [
    "31 February, then the digitized time",
    { exif: { [dateTimeOriginal]: "2023:02:31 10:00:00", [dateTimeDigitized]: WHEN } },
    "exif-digitized",
  ],
  [
    "the year 9999, then the file's time",
    { exif: { [dateTimeOriginal]: "9999:12:31 23:59:59" }, ifd0: { [dateTime]: WHEN } },
    "exif-ifd0",
  ],
  [
    "a clock that was never set, then the file's time",
    { exif: { [dateTimeOriginal]: "0000:00:00 00:00:00" }, ifd0: { [dateTime]: WHEN } },
    "exif-ifd0",
  ],
])("%s is when a picture was taken", async (_, tags, source) => {
  expect(await read(jpegWith(tags))).toBe(`2011-05-06T07:08:09 ${source}`);
});

test.each([
  "2023:02:31 10:00:00",
  "9999:12:31 23:59:59",
  "0000:00:00 00:00:00",
  "    :  :     :  :  ",
  "last summer",
])("%j alone is no time", async (text) => {
  expect(await read(jpegWith({ exif: { [dateTimeOriginal]: text } }))).toBe("none");
});

test.each<[string, AsciiTags, string]>([
  ["+05:30", { [offsetTimeOriginal]: "+05:30" }, "+05:30"],
  ["+0530", { [offsetTimeOriginal]: "+0530" }, "+05:30"],
  ["Z", { [offsetTimeOriginal]: "Z" }, "Z"],
  ["that of the file", { [offsetTime]: "-03:00" }, "-03:00"],
  ["its own before that of the file", { [offsetTimeOriginal]: "+01:00", [offsetTime]: "-03:00" }, "+01:00"],
  ["blank", { [offsetTimeOriginal]: "   :  " }, ""],
])("an offset (%s) is kept beside the clock, which stands as it is", async (_, tags, written) => {
  const bytes = jpegWith({ exif: { [dateTimeOriginal]: WHEN, ...tags } });
  expect(await read(bytes)).toBe(`2011-05-06T07:08:09${written} exif-original`);
});

test("fractions of the second are kept", async () => {
  const exif = { [dateTimeOriginal]: WHEN, [subSecTimeOriginal]: "12" };
  expect(await read(jpegWith({ exif }))).toBe("2011-05-06T07:08:09.120 exif-original");
});

describe("other containers and blocks", () => {
  const exif = { IFD2: { DateTimeOriginal: WHEN } };
  const withExif = () => drawing(1, 20, 20).withExif(exif);
  test.each([
    ["jpeg", () => withExif().jpeg()],
    ["png", () => withExif().png()],
    ["webp", () => withExif().webp()],
    ["avif", () => withExif().avif({ effort: 0 })],
  ])("EXIF of a %s is read", async (_, draw) => {
    expect(await read(await draw().toBuffer())).toBe("2011-05-06T07:08:09 exif-original");
  });

  test("EXIF of a TIFF is read", async () => {
    const bytes = exifBlock({ exif: { [dateTimeOriginal]: WHEN } });
    expect(await captureTime({ bytes, xmp: undefined })).toMatchObject({ source: "exif-original" });
  });

  const withXmp = (properties: Record<string, string>) => drawing(1, 20, 20).withXmp(xmpPacket(properties));
  const original = { "exif:DateTimeOriginal": "2011-05-06T07:08:09+02:00" };
  test.each([
    ["jpeg", () => withXmp(original).jpeg()],
    ["png", () => withXmp(original).png()],
    ["webp", () => withXmp(original).webp()],
    ["tiff", () => withXmp(original).tiff()],
    ["avif", () => withXmp(original).avif({ effort: 0 })],
  ])("XMP of a %s is read", async (_, draw) => {
    expect(await read(await draw().toBuffer())).toBe("2011-05-06T07:08:09+02:00 xmp");
  });

  test.each(["text", "blocks"] as const)("XMP of a GIF is read, written as %s", async (written) => {
    const gif = await drawing(1, 20, 20).gif().toBuffer();
    const packet = xmpPacket({ ...original, "photoshop:City": "Köln" });
    for (const wrapped of [
      packet,
      `<?xpacket begin="\ufeff"?>\n${packet}\n${" ".repeat(2000)}<?xpacket end="w"?>`,
    ])
      expect(await read(withGifXmp(gif, wrapped, written))).toBe("2011-05-06T07:08:09+02:00 xmp");
    expect(await read(gif)).toBe("none");
  });

  test.each(["photoshop:DateCreated", "xmp:CreateDate", "exif:DateTimeDigitized"])(
    "XMP's %s counts",
    async (name) => {
      const bytes = await withXmp({ [name]: "2011-05-06T07:08:09", "xmp:ModifyDate": "2012-01-01T00:00:00" })
        .jpeg()
        .toBuffer();
      expect(await read(bytes)).toBe("2011-05-06T07:08:09 xmp");
    },
  );

  test("IPTC is read, after XMP and before the file's time", async () => {
    const dated = withIptc(plain, { 55: "20110506", 60: "070809+0200" });
    expect(await read(dated)).toBe("2011-05-06T07:08:09+02:00 iptc");
    const block = exifBlock({ ifd0: { [dateTime]: OTHER } });
    expect(await read(withExifBlock(dated, block))).toBe("2011-05-06T07:08:09+02:00 iptc");
    const withBoth = await withXmp({ "xmp:CreateDate": "2013-03-03T03:03:03" }).jpeg().toBuffer();
    expect(await read(withIptc(withBoth, { 55: "20110506" }))).toBe("2013-03-03T03:03:03 xmp");
    expect(await read(withIptc(plain, { 55: "20110506" }))).toBe("2011-05-06T00:00:00 iptc");
  });
});

test("garbage is no time and no failure", async () => {
  const blocks = [
    new Uint8Array(300).fill(0xff),
    Buffer.from("Exif\0\0MM\0*\0\0\0\x08\xff\xff", "latin1"),
    exifBlock({ exif: { [dateTimeOriginal]: WHEN } }).subarray(0, 40),
    new Uint8Array(),
  ];
  for (const bytes of blocks) expect(await captureTime({ bytes, xmp: undefined })).toBeNull();
  const xmp = Buffer.from("<x:xmpmeta><unclosed");
  expect(await captureTime({ bytes: plain, xmp })).toBeNull();
});

test("damage at any byte of the metadata ends with a time or none", async () => {
  const whole = jpegWith({ exif: { [dateTimeOriginal]: WHEN }, ifd0: { [dateTime]: WHEN } });
  for (let at = 2; at < 200; at++) {
    for (const value of [0x00, 0x7f, 0xff]) {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      const time = await captureTime({ bytes, xmp: undefined });
      expect(time === null || Number.isFinite(time.wallClock)).toBe(true);
    }
  }
});

const faults = new URL("../../../../shared/faults/dates/", import.meta.url);
test.skipIf(!existsSync(faults))(
  "files of the collection in ../shared have the dates that they should",
  async () => {
    const expected: Record<string, string> = { "dto_feb31.jpg": "none", "dto_9999.jpg": "none" };
    for (const name of readdirSync(faults)) {
      const found = (await read(readFileSync(new URL(name, faults)))).split(" ")[0];
      expect(found, name).toBe(expected[name] ?? "2011-05-06T07:08:09");
    }
  },
);
