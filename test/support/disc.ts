import sharp from "sharp";

/** A JPEG of one colour with a white disc, so that no two colours are one picture. */
export const disc = (colour: string, radius: number): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="320" height="240" fill="${colour}"/><circle cx="${radius * 2}" cy="120" r="${radius}" fill="white"/></svg>`,
    ),
  )
    .jpeg()
    .toBuffer();
