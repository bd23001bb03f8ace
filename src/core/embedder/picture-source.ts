import { constants } from "node:fs";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LibraryError, messageOf, PictureError, systemCode } from "../errors.ts";
import { decodesDifferently } from "../image/decodes-differently.ts";
import { FILM_SIGNATURE_BYTES, filmFormat } from "../image/film/film-format.ts";
import { probeFilm } from "../image/film/probe-film.ts";
import type { FilmFile } from "../image/film/read-film.ts";
import { hashFile } from "../image/hash-file.ts";
import { openPicture } from "../image/open-picture.ts";
import { checkBytes } from "../image/picture-limits.ts";
import { pictureMetadata } from "../image/picture-metadata.ts";
import { imageId } from "../image-id.ts";
import { isFilmName } from "../media-kind.ts";
import type { InspectedPicture, PictureSource } from "../ports.ts";
import type { FilmFormat, PictureLimits } from "../types.ts";
import { carriedWords } from "./carried-words.ts";

/** Opening a pipe that took the place of a file would wait for a writer forever. Windows has no such flag. */
const READ_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** What lies at a source: the bytes of a picture, or a film, which is never read as a whole. */
export type OpenedSource =
  | { readonly kind: "picture"; readonly bytes: Uint8Array; readonly path: string | undefined }
  | {
      readonly kind: "film";
      readonly format: FilmFormat;
      readonly path: string;
      readonly bytes: number;
      /** Of what has no path of its own: given back with this. */
      readonly dispose: () => Promise<void>;
    };

/** @throws PictureError "denied" or "unreadable", or "too-many-bytes" before a single one is read */
export async function openSource(source: PictureSource, limits: PictureLimits): Promise<OpenedSource> {
  if ("bytes" in source) {
    const { bytes } = source;
    const format = filmFormat(bytes.subarray(0, FILM_SIGNATURE_BYTES));
    return format ? placedFilm(format, bytes) : { kind: "picture", bytes, path: undefined };
  }
  const { path } = source;
  try {
    const file = await open(path, READ_AT_ONCE);
    try {
      const found = await file.stat();
      // Reading a pipe or device might never end.
      if (!found.isFile()) throw new PictureError("unreadable", "This is not a file.");
      if (isFilmName(path) || found.size > LARGE) {
        const start = Buffer.alloc(FILM_SIGNATURE_BYTES);
        const { bytesRead } = await file.read(start, 0, start.length, 0);
        const format = filmFormat(start.subarray(0, bytesRead));
        if (format) return { kind: "film", format, path, bytes: found.size, dispose: async () => undefined };
      }
      checkBytes(found.size, limits);
      const bytes = await file.readFile();
      // A film under the name of a picture: films are told by their first bytes.
      const format = filmFormat(bytes.subarray(0, FILM_SIGNATURE_BYTES));
      if (format) return { kind: "film", format, path, bytes: bytes.length, dispose: async () => undefined };
      return { kind: "picture", bytes, path };
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** Files of this size are looked at before they are read. */
const LARGE = 32 * 2 ** 20;

/** A film that came without a file gets one: ffmpeg seeks in it. */
async function placedFilm(format: FilmFormat, bytes: Uint8Array): Promise<OpenedSource> {
  const folder = await mkdtemp(join(tmpdir(), "glimpse-film-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, "film");
  try {
    await writeFile(path, bytes, { mode: 0o600 });
  } catch (cause) {
    await dispose();
    throw unreadable(cause);
  }
  return { kind: "film", format, path, bytes: bytes.length, dispose };
}

/** Of a picture. @throws PictureError as `openSource`, and for a film */
export async function readPictureBytes(source: PictureSource, limits: PictureLimits): Promise<Uint8Array> {
  const opened = await openSource(source, limits);
  if (opened.kind === "picture") return opened.bytes;
  await opened.dispose();
  throw new PictureError("unsupported-format", "This is a film, and no picture.");
}

/** Calls `use` with a film's file for as long as it is there. */
export async function withFilm<Result>(
  opened: Extract<OpenedSource, { kind: "film" }>,
  use: (film: FilmFile) => Promise<Result>,
): Promise<Result> {
  try {
    const { format, path, bytes } = opened;
    const id = await hashFile(path, Number.POSITIVE_INFINITY).catch((cause: unknown) => {
      throw unreadable(cause);
    });
    return await use({ format, path, bytes, id });
  } finally {
    await opened.dispose();
  }
}

function unreadable(cause: unknown): unknown {
  if (cause instanceof PictureError) return cause;
  const code = systemCode(cause);
  if (code === "EACCES" || code === "EPERM")
    return new PictureError("denied", "There is no permission to read the file.", { cause });
  if (code === "EMFILE" || code === "ENFILE")
    return new LibraryError("Too many open files. Raise `ulimit -n` and run again.", { cause });
  const reason = code === "ENOENT" ? "it is not there" : messageOf(cause);
  // Disks, network shares and drivers fail in many ways, and the next file may be readable.
  return new PictureError("unreadable", `The file cannot be read: ${reason}.`, { cause });
}

/** Reads a picture's metadata and header without decoding it. @throws PictureError */
export async function inspectPicture(
  source: PictureSource,
  limits: PictureLimits,
): Promise<InspectedPicture> {
  const found = await openSource(source, limits);
  if (found.kind === "film")
    return withFilm(found, async ({ id, ...film }) => {
      const { takenAt, facts } = await probeFilm(film, limits);
      return { id, takenAt, facts, carried: { keywords: [], titles: [] }, decodesDifferently: false };
    });
  const { bytes } = found;
  const opened = await openPicture(bytes, limits);
  return {
    id: imageId(bytes),
    ...(await pictureMetadata({ ...opened, bytes: opened.metadata })),
    carried: await carriedWords(opened.metadata, opened.xmp),
    decodesDifferently: await decodesDifferently(opened),
  };
}
