import { existsSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";

const shared = fileURLToPath(new URL("../../shared/photos/images", import.meta.url));

/** JPEG files of about 500 pixels: real photos where available, else synthetic ones with grain. */
export async function smallPhotos(folder: string, count: number): Promise<string[]> {
  if (existsSync(shared)) {
    const names = readdirSync(shared).filter((name) => name.endsWith(".jpg"));
    return names.slice(0, count).map((name) => join(shared, name));
  }
  return generated(folder, "small", count, (at) => grainy(sharp(drawing(at)).resize(500, 375), 500, 375));
}

/** JPEG files of 4000 x 3000 pixels, enlarged from the small ones, with a camera's grain, 4 to 6 MB each. */
export async function largePhotos(folder: string, count: number): Promise<string[]> {
  const small = await smallPhotos(folder, count);
  return generated(folder, "large", count, (at) =>
    grainy(sharp(small[at % small.length]).resize(4000, 3000, { fit: "fill" }), 4000, 3000),
  );
}

async function generated(
  folder: string,
  name: string,
  count: number,
  picture: (at: number) => Promise<Sharp>,
) {
  await mkdir(folder, { recursive: true });
  const files = Array.from({ length: count }, (_, at) => join(folder, `${name}-${at}.jpg`));
  for (const [at, file] of files.entries()) {
    if (!existsSync(file)) await (await picture(at)).jpeg({ quality: 90 }).toFile(file);
  }
  return files;
}

async function grainy(picture: Sharp, width: number, height: number): Promise<Sharp> {
  const noise = { type: "gaussian", mean: 128, sigma: 18 } as const;
  const grain = await sharp({ create: { width, height, channels: 3, background: "#808080", noise } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return sharp(await picture.removeAlpha().png({ compressionLevel: 0 }).toBuffer()).composite([
    { input: grain, blend: "soft-light" },
  ]);
}

function drawing(seed: number): Buffer {
  const circles = Array.from({ length: 30 }, (_, at) => {
    const n = (seed + 1) * 7919 + at * 104729;
    return `<circle cx="${n % 500}" cy="${(n >> 3) % 375}" r="${10 + (n % 60)}" fill="hsl(${n % 360},60%,50%)"/>`;
  });
  return Buffer.from(`<svg width="500" height="375" viewBox="0 0 500 375">${circles.join("")}</svg>`);
}
