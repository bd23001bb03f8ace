import type { FilmFormat, ImageId, ImageRecipe, Picture, PictureLimits } from "../../types.ts";
import { finestDetail } from "../detail.ts";
import { intermediateSide } from "../intermediate-side.ts";
import type { RawPicture } from "../raw-picture.ts";
import { type ReadPart, readPart } from "../read-part.ts";
import { tonesOf } from "../tones.ts";
import { type FoundShots, filmFrame, findShots, lengthOf } from "./film-frames.ts";
import { damagedFilm, type ProbedFilm, probeFilm, type StillFilm } from "./probe-film.ts";

export interface FilmFile {
  readonly path: string;
  readonly format: FilmFormat;
  readonly id: ImageId;
  readonly bytes: number;
}

export interface ReadFilm {
  readonly picture: Picture;
  /** Of the shot that stands for the whole. */
  readonly pixels: Float32Array;
  readonly parts: readonly ReadPart[];
}

export interface FilmReading {
  readonly recipe: ImageRecipe;
  readonly limits: PictureLimits;
  /** Called now and then: a film takes long. */
  readonly onProgress: () => void;
}

/**
 * What is kept of a film: one frame of each shot, the first of which stands for the whole. The file is decoded by
 * ffmpeg, which reads what it needs; no more than a frame of it is ever in memory here.
 * @throws PictureError for a file that cannot be used, and where ffmpeg is not installed
 */
export async function readFilm(
  { path, format, id, bytes }: FilmFile,
  reading: FilmReading,
): Promise<ReadFilm> {
  const film = await probeFilm({ path, format }, reading.limits);
  const { frames, found } = await framesOf(film, reading);
  const [cover, ...others] = frames;
  if (!cover) throw damagedFilm("", path);
  const picture: Picture = {
    id,
    format,
    width: film.width,
    height: film.height,
    bytes,
    takenAt: film.takenAt,
    facts: film.facts,
    durationMs: lengthOf(film, found),
    coverAtMs: cover.atMs,
    thumbnail: cover.read.thumbnail,
    fingerprint: cover.read.fingerprint,
    quality: {
      jpegQuality: null,
      detail: finestDetail(cover.frame),
      measuredSide: Math.sqrt(cover.frame.width * cover.frame.height),
      tones: tonesOf(cover.frame),
    },
  };
  return { picture, pixels: cover.read.pixels, parts: others.map(({ read }) => read) };
}

/** Of a PNG or AVIF that moves: the shots besides its first. Undefined where ffmpeg is not there, or cannot read it. */
export async function readStillFilm(
  file: { readonly path: string; readonly format: StillFilm },
  reading: FilmReading,
): Promise<{ readonly durationMs: number; readonly parts: readonly ReadPart[] } | undefined> {
  try {
    const film = await probeFilm(file, reading.limits);
    const { frames, found } = await framesOf(film, reading);
    const [, ...others] = frames;
    return { durationMs: lengthOf(film, found), parts: others.map(({ read }) => read) };
  } catch {
    return undefined;
  }
}

interface ReadFrame {
  readonly atMs: number;
  readonly frame: RawPicture;
  readonly read: ReadPart;
}

async function framesOf(
  film: ProbedFilm,
  { recipe, limits, onProgress }: FilmReading,
): Promise<{ readonly frames: readonly ReadFrame[]; readonly found: FoundShots }> {
  onProgress();
  const found = await findShots(film, limits, onProgress);
  const { shots } = found;
  const frames: ReadFrame[] = [];
  // A film of a few frames is over before it is looked at.
  for (const { atMs } of shots.length > 0 ? shots : [{ atMs: 0 }]) {
    const frame = await filmFrame(film, atMs, intermediateSide(recipe), limits);
    onProgress();
    if (frame) frames.push({ atMs, frame, read: await readPart({ kind: "frame", atMs }, recipe, frame) });
  }
  return { frames, found };
}
