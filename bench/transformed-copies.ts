import sharp, { type Sharp } from "sharp";

/** One way in which a picture reappears: its bytes as somebody might have saved them. */
export interface Transformation {
  readonly name: string;
  /** The minimum share of copies that must be found. */
  readonly aim: number | undefined;
  /** `chance` in 0..1 is fixed per photo: where a crop is, what colour a frame has. */
  readonly make: (photo: Buffer, chance: (nth: number) => number) => Promise<Buffer>;
}

const jpeg = (picture: Sharp, quality = 85) => picture.jpeg({ quality }).toBuffer();

export const transformations: readonly Transformation[] = [
  { name: "resize 50 %", aim: 0.95, make: resizedToHalf },
  { name: "JPEG quality 30", aim: 0.95, make: (photo) => jpeg(sharp(photo), 30) },
  { name: "mirror", aim: 0.95, make: (photo) => jpeg(sharp(photo).flop()) },
  { name: "rotate 90°", aim: 0.95, make: (photo) => jpeg(sharp(photo).rotate(90)) },
  { name: "brightness +20 %", aim: 0.95, make: (photo) => jpeg(sharp(photo).linear(1.2, 0)) },
  { name: "brightness -20 %", aim: 0.95, make: (photo) => jpeg(sharp(photo).linear(0.8, 0)) },
  { name: "crop 10 %, anywhere", aim: 0.8, make: (photo, chance) => cropped(photo, chance(0), chance(1)) },
  { name: "crop 10 %, centre", aim: 0.8, make: (photo) => cropped(photo, 0.5, 0.5) },
  { name: "text watermark", aim: 0.8, make: watermarked },
  { name: "screenshot with border", aim: 0.8, make: screenshot },
  { name: "greyscale", aim: undefined, make: (photo) => jpeg(sharp(photo).greyscale()) },
  {
    name: "mirror, resize 50 %, quality 30",
    aim: undefined,
    make: async (photo) => jpeg(sharp(await resizedToHalf(photo)).flop(), 30),
  },
];

async function sizeOf(photo: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(photo).metadata();
  return { width, height };
}

async function resizedToHalf(photo: Buffer): Promise<Buffer> {
  const { width } = await sizeOf(photo);
  return jpeg(sharp(photo).resize(Math.round(width / 2)));
}

/** Keeps nine tenths of each side; `across` and `down` say where, 0..1. */
async function cropped(photo: Buffer, across: number, down: number): Promise<Buffer> {
  const size = await sizeOf(photo);
  const [width, height] = [Math.round(size.width * 0.9), Math.round(size.height * 0.9)];
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
