import sharp from "sharp";

/** A drawing as a file. */
export const drawn = (width: number, height: number, ground: string, parts: readonly string[]) =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif"><rect width="100%" height="100%" fill="${ground}"/>${parts.join("")}</svg>`,
    ),
  )
    .png()
    .toBuffer();

export const flag = (colours: readonly string[]) =>
  drawn(
    600,
    400,
    "#fff",
    colours.map((fill, at) => `<rect x="${200 * at}" width="200" height="400" fill="${fill}"/>`),
  );

export const gradient = (from: string, to: string) =>
  drawn(640, 480, "#fff", [
    `<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="640" height="480" fill="url(#g)"/>`,
  ]);

export const calendarIcon = (day: number) =>
  drawn(256, 256, "#fff", [
    `<rect x="16" y="16" width="224" height="224" rx="24" fill="#f4f4f4" stroke="#666" stroke-width="4"/><rect x="16" y="16" width="224" height="64" fill="#d33"/><text x="128" y="190" font-size="96" text-anchor="middle">${day}</text>`,
  ]);

/** One printed form; the values are what somebody wrote. */
export const form = (values: readonly string[]) =>
  drawn(800, 1100, "#fff", [
    `<rect x="60" y="40" width="680" height="90" fill="#1f3d8a"/><text x="80" y="95" font-size="34" fill="#fff">INVOICE 2024</text>`,
    ...values.map(
      (value, at) =>
        `<rect x="60" y="${200 + 70 * at}" width="680" height="50" fill="none" stroke="#999"/><text x="80" y="${234 + 70 * at}" font-size="22">Field ${at + 1}</text><text x="320" y="${234 + 70 * at}" font-size="22">${value}</text>`,
    ),
  ]);

export const nearlyBlankPage = (page: number) =>
  drawn(600, 800, "#fafafa", [`<text x="300" y="780" font-size="14" text-anchor="middle">${page}</text>`]);

export const wallpaper = (icon: string) => drawn(1600, 900, "#0a0a0a", [icon]);

/** A picture with tones, colours and structure everywhere, as a photo has; the same for the same seed. */
export async function scene(seed: number): Promise<Buffer> {
  const value = (n: number) => {
    const x = Math.sin(seed * 127.1 + n * 311.7) * 43_758.5453;
    return x - Math.floor(x);
  };
  const blobs = Array.from({ length: 220 }, (_, at) => {
    const [x, y, r] = [640 * value(5 * at), 480 * value(5 * at + 1), 8 + 60 * value(5 * at + 2) ** 2];
    const fill = `hsl(${Math.round(360 * value(5 * at + 3))},${30 + Math.round(50 * value(at))}%,${15 + Math.round(70 * value(5 * at + 4))}%)`;
    return `<ellipse cx="${x}" cy="${y}" rx="${r}" ry="${r * (0.4 + value(at + 0.5))}" fill="${fill}" fill-opacity="0.8"/>`;
  });
  return sharp(await drawn(640, 480, "hsl(200,40%,55%)", blobs))
    .blur(0.8)
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** Words over a picture. */
export async function captioned(picture: Buffer, words: string, size = 56): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  const text = Buffer.from(
    `<svg width="${width}" height="${height}" font-family="sans-serif" font-weight="bold"><text x="50%" y="${height - 24}" text-anchor="middle" font-size="${size}" fill="#fff" stroke="#000" stroke-width="2">${words}</text></svg>`,
  );
  return sharp(picture)
    .composite([{ input: text }])
    .jpeg({ quality: 88 })
    .toBuffer();
}
