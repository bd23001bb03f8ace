import sharp from "sharp";

/** Distinct patches of colour, at the usual size of a photo in a chat unless another is given. */
export function colourPatches(seed: number, width = 640, height = 480): Promise<Buffer> {
  const noise = Buffer.from(
    Array.from({ length: 8 * 6 * 3 }, (_, at) => (Math.sin(seed * 997 + at * 12.9898) * 43_758) & 255),
  );
  const small = sharp(noise, { raw: { width: 8, height: 6, channels: 3 } });
  return small.resize(width, height).jpeg({ quality: 85 }).toBuffer();
}
