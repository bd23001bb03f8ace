import sharp, { type Sharp } from "sharp";
import type { ImageRecipe } from "../../../src/core/types.ts";

export const clip: ImageRecipe = {
  size: 224,
  resize: "crop",
  interpolation: "bicubic",
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

export const siglip: ImageRecipe = { ...clip, resize: "squash", mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/** A picture with smooth and sharp parts, no symmetry, and different for every seed. */
export function drawing(seed: number, width = 320, height = 240): Sharp {
  const random = randomNumbers(seed);
  const colour = () => `rgb(${[0, 0, 0].map(() => Math.floor(random() * 256)).join(",")})`;
  const shapes = Array.from({ length: 14 }, () => {
    const [x, y, size] = [random() * width, random() * height, (0.06 + random() * 0.25) * width];
    return random() < 0.5
      ? `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${colour()}"/>`
      : `<rect x="${x}" y="${y}" width="${size}" height="${size * 0.7}" fill="${colour()}"/>`;
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>` +
    `<linearGradient id="g" x2="0.6" y2="1"><stop stop-color="${colour()}"/>` +
    `<stop offset="1" stop-color="${colour()}"/></linearGradient></defs>` +
    `<rect width="100%" height="100%" fill="url(#g)"/>${shapes.join("")}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha();
}

/** Numbers in 0..1, the same every time. */
export function randomNumbers(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
