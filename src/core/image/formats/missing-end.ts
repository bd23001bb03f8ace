import type { RawPicture } from "../raw-picture.ts";

/** A file that is decoded although it is cut lacks at most so much of its picture. */
const MAX_MISSING = 0.1;
/** How far a channel may be from the last pixel of its row: decoders fill with one colour, thumbnails are compressed. */
const TOLERANCE = 12;
/** Height of the blocks in which JPEG is stored: the last row of them may be decoded from less than all of it. */
const BLOCK = 16;
/** Share of a row that decoders filled: the row in which the file ends is only partly so. */
const FILLED = 0.08;

/**
 * A picture whose file is cut without the rows at its end that a decoder filled, being nothing of the picture.
 * @param storedHeight before it was reduced
 */
export function cropMissingEnd({ data, width, height }: RawPicture, storedHeight: number): RawPicture {
  let end = height;
  while (end > (1 - MAX_MISSING) * height && filledShare(data, width, end - 1) >= FILLED) end -= 1;
  end = Math.max(1, end - Math.ceil((BLOCK * height) / storedHeight) - 1);
  return { data: data.subarray(0, 3 * width * end), width, height: end };
}

/** Share of a row, from its right end, in the colour of its last pixel. */
function filledShare(data: Uint8Array, width: number, row: number): number {
  const last = 3 * ((row + 1) * width - 1);
  let filled = 0;
  for (let at = last; filled < width; at -= 3, filled++) {
    for (let channel = 0; channel < 3; channel++) {
      const off = (data[at + channel] as number) - (data[last + channel] as number);
      if (Math.abs(off) > TOLERANCE) return filled / width;
    }
  }
  return 1;
}
