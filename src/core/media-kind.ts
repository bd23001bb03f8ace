import { extname } from "node:path";
import type { FilmFormat, ImageFormat, ImageRecord, MediaKind } from "./types.ts";

export const FILM_FORMATS = ["mp4", "mov", "webm", "mkv", "avi"] as const satisfies readonly FilmFormat[];

export const isFilm = (format: ImageFormat): format is FilmFormat =>
  FILM_FORMATS.some((film) => film === format);

export function mediaKind({ format, durationMs }: Pick<ImageRecord, "format" | "durationMs">): MediaKind {
  if (isFilm(format)) return "video";
  return durationMs === undefined ? "image" : "animation";
}

/** Names of files of those formats; 3GP is built as MP4 is. */
const FILM_EXTENSIONS = new Set("mp4 m4v mov qt webm mkv avi 3gp 3g2".split(" "));

export const isFilmName = (path: string): boolean =>
  FILM_EXTENSIONS.has(extname(path).slice(1).toLowerCase());

const FILM_TYPES: Readonly<Record<FilmFormat, string>> = {
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
  avi: "video/x-msvideo",
};

export const mimeType = ({ format }: Pick<ImageRecord, "format">): string =>
  isFilm(format) ? FILM_TYPES[format] : `image/${format}`;
