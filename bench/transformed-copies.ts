import sharp, { type Sharp } from "sharp";

/** One way in which a picture reappears, as somebody might have saved it. */
export interface Transformation {
  readonly name: string;
  /** The minimum share of copies that must be found. */
  readonly aim: number | undefined;
  /** `chance` in 0..1 is fixed per photo: where a crop is, what colour a frame has. */
  readonly make: (photo: Buffer, chance: (nth: number) => number) => Promise<Buffer>;
}

const jpeg = (picture: Sharp, quality = 85) => picture.jpeg({ quality }).toBuffer();

async function sizeOf(photo: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(photo).metadata();
  return { width, height };
}

async function resizedToHalf(photo: Buffer): Promise<Buffer> {
  const { width } = await sizeOf(photo);
  return jpeg(sharp(photo).resize(Math.round(width / 2)));
}

/** Keeps this share of each side; `across` and `down` say where, 0..1. */
async function croppedTo(photo: Buffer, share: number, across: number, down: number): Promise<Buffer> {
  const size = await sizeOf(photo);
  const [width, height] = [Math.round(size.width * share), Math.round(size.height * share)];
  const left = Math.round((size.width - width) * across);
  const top = Math.round((size.height - height) * down);
  return jpeg(sharp(photo).extract({ left, top, width, height }));
}

async function watermarked(photo: Buffer): Promise<Buffer> {
  const { width, height } = await sizeOf(photo);
  const size = Math.round(width / 9);
  const text = Buffer.from(
    `<svg width="${width}" height="${height}"><text x="50%" y="55%" text-anchor="middle" font-family="sans-serif"
    font-weight="bold" font-size="${size}" fill="white" fill-opacity="0.6" stroke="black" stroke-opacity="0.4">
    example.com</text></svg>`,
  );
  return jpeg(sharp(photo).composite([{ input: text }]));
}

/** The photo in a window on a plain page: a bar with a title above, margins of unequal width around. */
async function screenshot(photo: Buffer, chance: (nth: number) => number): Promise<Buffer> {
  const { width, height } = await sizeOf(photo);
  const [side, bar] = [Math.round(width * (0.05 + 0.2 * chance(2))), Math.round(height * 0.12)];
  const page = chance(3) < 0.5 ? "#ffffff" : "#202124";
  const ink = chance(3) < 0.5 ? "#333333" : "#dddddd";
  const title = Buffer.from(
    `<svg width="${width + 2 * side}" height="${bar}"><text x="20" y="65%" font-family="sans-serif"
    font-size="${Math.round(bar / 3)}" fill="${ink}">IMG_2041.jpg - Viewer</text></svg>`,
  );
  const framed = sharp(photo)
    .extend({ top: bar, bottom: Math.round(bar * chance(4)), left: side, right: side, background: page })
    .composite([{ input: title, left: 0, top: 0 }]);
  return framed.png({ compressionLevel: 1 }).toBuffer();
}

async function enlarged(photo: Buffer): Promise<Buffer> {
  const { width } = await sizeOf(photo);
  return jpeg(sharp(photo).resize(3 * width, undefined, { kernel: "cubic" }), 30);
}

/** A plain border of one colour. */
async function framed(photo: Buffer, chance: (nth: number) => number): Promise<Buffer> {
  const { width, height } = await sizeOf(photo);
  const side = Math.round(Math.min(width, height) * (0.04 + 0.08 * chance(0)));
  const background = ["#ffffff", "#000000", "#c8a26b", "#1d3557"][Math.floor(4 * chance(1))] ?? "#ffffff";
  return jpeg(sharp(photo).extend({ top: side, bottom: side, left: side, right: side, background }), 90);
}

/** A line in large letters across the lower part. */
async function withText(photo: Buffer, chance: (nth: number) => number): Promise<Buffer> {
  const { width, height } = await sizeOf(photo);
  const words = ["HAPPY BIRTHDAY", "SUMMER 2019", "GOOD MORNING", "FOR SALE"][Math.floor(4 * chance(0))];
  const text = Buffer.from(
    `<svg width="${width}" height="${height}"><text x="50%" y="90%" text-anchor="middle" font-family="sans-serif"
    font-weight="bold" font-size="${Math.round(width / 12)}" fill="white" stroke="black">${words}</text></svg>`,
  );
  return jpeg(sharp(photo).composite([{ input: text }]), 88);
}

const sepia = (photo: Buffer) =>
  jpeg(
    sharp(photo)
      .toColourspace("srgb")
      .recomb([
        [0.393, 0.769, 0.189],
        [0.349, 0.686, 0.168],
        [0.272, 0.534, 0.131],
      ]),
  );

/** As wide as a phone's page, a name above it and lines of text below. */
async function posted(photo: Buffer, chance: (nth: number) => number): Promise<Buffer> {
  const { width, height } = await sizeOf(photo);
  const scale = 1080 / width;
  const shown = { width: 1080, height: Math.round(height * scale) };
  const dark = chance(3) < 0.5;
  const [page, ink] = dark ? ["#15202b", "#e0e0e0"] : ["#ffffff", "#222222"];
  const size = { width: 1080, height: shown.height + 560 };
  const text =
    Buffer.from(`<svg width="${size.width}" height="${size.height}" font-family="sans-serif" fill="${ink}">
    <circle cx="80" cy="150" r="44" fill="#8899aa"/><text x="150" y="140" font-size="36" font-weight="bold">Someone</text>
    <text x="150" y="186" font-size="30">@someone · ${1 + Math.floor(20 * chance(2))}h</text>
    <text x="40" y="${shown.height + 320}" font-size="34">${Math.floor(900 * chance(1))} likes   ${Math.floor(90 * chance(2))} replies</text>
    <text x="40" y="${shown.height + 400}" font-size="34">What a day this was!</text></svg>`);
  const photoShown = await sharp(photo).resize(shown.width, shown.height).toBuffer();
  return sharp({ create: { ...size, channels: 3, background: page } })
    .composite([
      { input: photoShown, left: 0, top: 240 },
      { input: text, left: 0, top: 0 },
    ])
    .png({ compressionLevel: 3 })
    .toBuffer();
}

/** The versions of a photo that circulate; all are in one library with it. */
const versionsAtOnce: readonly Transformation[] = [
  { name: "half size", aim: 0.95, make: resizedToHalf },
  { name: "JPEG quality 30", aim: 0.95, make: (photo) => jpeg(sharp(photo), 30) },
  { name: "crop, 10 % off each side", aim: 0.9, make: (photo) => croppedTo(photo, 0.8, 0.5, 0.5) },
  { name: "mirror", aim: 0.95, make: (photo) => jpeg(sharp(photo).flop()) },
  { name: "quarter turn", aim: 0.95, make: (photo) => jpeg(sharp(photo).rotate(90)) },
  { name: "brightness +20 %", aim: 0.95, make: (photo) => jpeg(sharp(photo).linear(1.2, 0)) },
  { name: "watermark", aim: 0.9, make: watermarked },
  { name: "grey", aim: 0.95, make: (photo) => jpeg(sharp(photo).greyscale()) },
  { name: "screenshot with border", aim: 0.9, make: screenshot },
];

/** Some of them with more pixels than their photo. */
const furtherVersions: readonly Transformation[] = [
  { name: "enlarged 3 times, quality 30", aim: 0.95, make: enlarged },
  { name: "framed", aim: 0.9, make: framed },
  { name: "text added", aim: 0.9, make: withText },
  { name: "sepia", aim: 0.95, make: sepia },
  { name: "screenshot of a post", aim: undefined, make: posted },
  { name: "brightness -20 %", aim: 0.95, make: (photo) => jpeg(sharp(photo).linear(0.8, 0)) },
  {
    name: "crop to 90 %, anywhere",
    aim: 0.9,
    make: (photo, chance) => croppedTo(photo, 0.9, chance(0), chance(1)),
  },
  {
    name: "mirror, half size, quality 30",
    aim: 0.95,
    make: async (photo) => jpeg(sharp(await resizedToHalf(photo)).flop(), 30),
  },
];

export const versionsOf = ({ further }: { readonly further: boolean }) =>
  further ? [...versionsAtOnce, ...furtherVersions] : versionsAtOnce;
