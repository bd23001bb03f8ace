import { messageOf, PictureError } from "../errors.ts";
import type { ImageFormat } from "../types.ts";

/** How libvips and the libraries under it say that a file may be sound and of a kind that they do not decode. */
const UNSUPPORTED = [
  /not (been )?(built in|configured|supported|implemented)/,
  /unsupported (feature|codec|tiff image|color|bit depth|compression|essential|item|jpeg)/,
  /can ?not handle|can't handle|sorry, /,
  /bad labq|no known route|not photometric interpretation|not sgi-compressed|not \d+ bits per sample|not \d+ bands/,
  /security limit exceeded/,
  /samples out of range|not a whole number of bytes|scheme \d+/,
];
/** Of formats with more kinds than any decoder knows; of others this means that nothing of the file makes sense. */
const OF_MANY_KINDS: readonly ImageFormat[] = ["tiff", "avif", "heic"];

/** The decoder's error as one that its user understands. */
export function decodingError(cause: unknown, format?: ImageFormat): PictureError {
  const message = messageOf(cause);
  if (/^timeout/i.test(message)) {
    return new PictureError("timeout", "Decoding the picture took longer than allowed.", { cause });
  }
  const reason = reasonIn(message);
  const lower = message.toLowerCase();
  const ofUnknownKind =
    format !== undefined &&
    OF_MANY_KINDS.includes(format) &&
    /unsupported image format|unknown error/.test(lower);
  if (ofUnknownKind || UNSUPPORTED.some((pattern) => pattern.test(lower))) {
    const kind = format === undefined || format === "ico" ? "picture" : format.toUpperCase();
    return new PictureError(
      "unsupported-format",
      `This kind of ${kind} is not read (${reason}). Export it as JPEG or PNG and add that.`,
      { cause },
    );
  }
  return new PictureError("damaged", `The picture is damaged or incomplete (${reason}).`, { cause });
}

/** @param missing the share of the picture that the file ends before */
export const cutShort = (missing: number, cause?: unknown) =>
  new PictureError(
    "damaged",
    `The picture is damaged or incomplete (the file ends ${missing === 1 ? "long before it does" : `before the last ${Math.max(1, Math.round(100 * missing))} % of it`}).`,
    { cause },
  );

/** The first line that says something, without the names of the decoder's own parts in front. */
function reasonIn(message: string): string {
  const lines = message.split("\n").filter((each) => !/^[\s\w]*corrupt header:?\s*$/.test(each));
  // Where the decoder looked for more tells nothing when something else says what is wrong.
  const line = lines.find((each) => !/bad seek to/.test(each)) ?? lines[0] ?? "";
  return (
    line
      .replace(
        /^(Input buffer has corrupt header: |source input: |\w+2vips: |vips\w*: |VipsJpeg: |\w+_buffer: )+/,
        "",
      )
      .trim() || "nothing of it makes sense"
  );
}
