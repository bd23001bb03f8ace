import { extname } from "node:path";
import type { FilmFormat, ImageFormat, ImageRecord, MediaKind } from "./types.ts";

export const FILM_FORMATS = ["mp4", "mov", "webm", "mkv", "avi"] as const satisfies readonly FilmFormat[];

export const isFilm = (format: ImageFormat): format is FilmFormat =>
  FILM_FORMATS.some((film) => film === format);

export function mediaKind({ format, durationMs }: Pick<ImageRecord, "format" | "durationMs">): MediaKind {
  if (isFilm(format)) return "video";
  return durationMs === undefined ? "image" : "animation";
}

const hasExtension = (extensions: ReadonlySet<string>) => (path: string) =>
  extensions.has(extname(path).slice(1).toLowerCase());

/** Of raw files that are read. */
export const isRawName = hasExtension(new Set("cr2 cr3 nef arw dng raf orf rw2 pef srw".split(" ")));

/** Of pictures that a raw file of their name, or the video of a Live Photo, belongs to. */
export const isCameraStillName = hasExtension(new Set("jpg jpeg jpe jfif heic heif hif".split(" ")));

/** Names of files of those formats; 3GP is built as MP4 is. */
const FILM_EXTENSIONS = new Set("mp4 m4v mov qt webm mkv avi 3gp 3g2".split(" "));

export const isFilmName = hasExtension(FILM_EXTENSIONS);

const FILM_TYPES: Readonly<Record<FilmFormat, string>> = {
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
  avi: "video/x-msvideo",
};

export const mimeType = ({ format }: Pick<ImageRecord, "format">): string =>
  isFilm(format) ? FILM_TYPES[format] : `image/${format}`;
