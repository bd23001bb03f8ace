import sharp from "sharp";

/** A single-colour JPEG with a white disc, so that different colours give different pictures. */
export const discPicture = (colour: string, radius: number): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="320" height="240" fill="${colour}"/><circle cx="${radius * 2}" cy="120" r="${radius}" fill="white"/></svg>`,
    ),
  )
    .jpeg()
    .toBuffer();
