import sharp from "sharp";
import { WHOLE } from "../part.ts";
import type { Part, PictureLimits, RenderedImage } from "../types.ts";
import { decode } from "./decode.ts";
import { decodingError } from "./decoding-error.ts";
import { displayedColours } from "./displayed-colours.ts";
import { frameAt } from "./film/animation-shots.ts";
import { filmFrame } from "./film/film-frames.ts";
import { damagedFilm, probeFilm } from "./film/probe-film.ts";
import type { FilmFile } from "./film/read-film.ts";
import type { OpenPicture } from "./open-picture.ts";
import { fromRaw, type RawPicture } from "./raw-picture.ts";

/** A stored thumbnail as PNG, which terminals show. @throws PictureError */
export async function pngThumbnail(webp: Uint8Array): Promise<RenderedImage> {
  try {
    const png = sharp(webp).png({ compressionLevel: 6 });
    const { data, info } = await png.toBuffer({ resolveWithObject: true });
    return { bytes: data, mimeType: "image/png", width: info.width, height: info.height };
  } catch (cause) {
    throw decodingError(cause);
  }
}

const JPEG_QUALITY = 85;

/**
 * The picture as a JPEG, at most `longestSide` pixels on its longer side, never enlarged: the same
 * that its thumbnail shows. Metadata is dropped, EXIF orientation applied.
 * @throws PictureError for anything that cannot be used
 */
export async function resizedPicture(
  opened: OpenPicture,
  longestSide: number,
  part: Part = WHOLE,
): Promise<RenderedImage> {
  const frame = part.kind === "frame" && opened.delays ? frameAt(opened, part.atMs) : undefined;
  const { width, height, samples, colours } = opened;
  const scale = longestSide / Math.max(width, height);
  const fitted = (side: number) => Math.max(1, Math.round(side * scale));
  const reduced = scale < 1 ? { width: fitted(width), height: fitted(height) } : undefined;
  const shown =
    samples === "inks"
      ? await decode(opened, { reduced, colours: "displayed" })
      : await displayedColours(await decode(opened, { reduced, frame }), colours);
  return asJpeg(shown);
}

/**
 * A frame of a film in the same way.
 * @throws PictureError for a film that cannot be used
 */
export async function filmPicture(
  film: Pick<FilmFile, "path" | "format">,
  longestSide: number,
  limits: PictureLimits,
  part: Part = WHOLE,
): Promise<RenderedImage> {
  const probed = await probeFilm(film, limits);
  const shorterSide =
    longestSide * (Math.min(probed.width, probed.height) / Math.max(probed.width, probed.height));
  const atMs = part.kind === "frame" ? part.atMs : 0;
  const frame =
    (await filmFrame(probed, atMs, shorterSide, limits)) ?? (await filmFrame(probed, 0, shorterSide, limits));
  if (!frame) throw damagedFilm("", film.path);
  return asJpeg(frame);
}

async function asJpeg(shown: RawPicture): Promise<RenderedImage> {
  try {
    const jpeg = fromRaw(shown).jpeg({ quality: JPEG_QUALITY });
    const { data, info } = await jpeg.toBuffer({ resolveWithObject: true });
    return { bytes: data, mimeType: "image/jpeg", width: info.width, height: info.height };
  } catch (cause) {
    throw decodingError(cause);
  }
}
