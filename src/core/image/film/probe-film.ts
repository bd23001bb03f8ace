import { isPlausible } from "../../dates/plausible-time.ts";
import { readClock } from "../../dates/read-clock.ts";
import { PictureError } from "../../errors.ts";
import type { CaptureTime, FilmFormat, PictureFacts, PictureLimits } from "../../types.ts";
import { checkSize } from "../picture-limits.ts";
import { filmFacts } from "./film-facts.ts";
import { runProgram } from "./run-program.ts";

/** A film that was looked at, but not decoded. */
export interface ProbedFilm {
  readonly path: string;
  readonly format: FilmFormat | StillFilm;
  /** As displayed: turned as the file says, with square pixels. */
  readonly width: number;
  readonly height: number;
  /** With its sound, which may go on after its last frame. Undefined where the file does not say. */
  readonly durationMs: number | undefined;
  /** As the file says of its frames, or else of the whole. */
  readonly claimedMs: number | undefined;
  readonly takenAt: CaptureTime | null;
  readonly facts: PictureFacts;
  /** The stream of the file that is decoded. */
  readonly stream: number;
}

/** Formats of pictures that may hold a film. */
export type StillFilm = "png" | "avif";

/** The one demultiplexer that may look at the file: playlists and the like, which name other files, are never read. */
const DEMUXERS: Record<ProbedFilm["format"], string> = {
  mp4: "mov",
  mov: "mov",
  webm: "matroska",
  mkv: "matroska",
  avi: "avi",
  png: "apng",
  avif: "mov",
};

/** How ffmpeg is told which file to read: by no protocol but that of files, whatever the name looks like. */
export const inputOf = ({ path, format }: Pick<ProbedFilm, "path" | "format">): string[] => [
  "-protocol_whitelist",
  "file,pipe",
  "-f",
  DEMUXERS[format],
  "-i",
  `file:${path}`,
];

interface ProbedStream {
  readonly index?: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly duration?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
  readonly disposition?: { readonly attached_pic?: number };
}

interface Probed {
  readonly streams?: readonly ProbedStream[];
  readonly format?: { readonly duration?: string; readonly tags?: Readonly<Record<string, string>> };
}

const MAX_ANSWER = 4 * 2 ** 20;

/** @throws PictureError for a file that is no film with a picture, or too large a one */
export async function probeFilm(
  file: Pick<ProbedFilm, "path" | "format">,
  limits: PictureLimits,
): Promise<ProbedFilm> {
  const chunks: Buffer[] = [];
  const { isDone, errors } = await runProgram({
    program: "ffprobe",
    args: ["-v", "error", "-show_format", "-show_streams", "-of", "json", ...inputOf(file)],
    timeoutMs: limits.timeoutMs,
    maxMemory: limits.maxMemory,
    maxOutput: MAX_ANSWER,
    onOutput: (chunk) => chunks.push(chunk),
  });
  const { streams = [], format = {} } = isDone ? answered(Buffer.concat(chunks)) : {};
  if (!isDone || streams.length === 0) throw damagedFilm(errors, file.path);
  const stream = streams.find((one) => one.codec_type === "video" && !one.disposition?.attached_pic);
  if (!stream) throw new PictureError("not-a-picture", "The file holds sound, and no film.");
  const { index = 0, width = 0, height = 0 } = stream;
  if (!(width > 0 && height > 0)) throw damagedFilm(errors, file.path);
  const size = displayedSize(stream, width, height);
  checkSize({ ...size, bytesPerPixel: FRAME_BYTES_PER_PIXEL }, 0, limits);
  return {
    ...file,
    ...size,
    stream: index,
    durationMs: longestOf(streams) ?? milliseconds(format.duration),
    claimedMs: streamLength(stream) ?? milliseconds(format.duration),
    takenAt: captureTimeOf(format.tags ?? {}, stream.tags ?? {}),
    facts: await filmFacts(format.tags ?? {}, stream.tags ?? {}),
  };
}

/** An estimate, on the high side: a decoder keeps several frames of 1.5 to 3 bytes a pixel, and threads as many again. */
const FRAME_BYTES_PER_PIXEL = 24;

function answered(json: Buffer): Probed {
  try {
    return JSON.parse(json.toString("utf8")) as Probed;
  } catch {
    return {};
  }
}

/** @param path is left out of what ffmpeg says: whoever reads the reason may not be meant to know it */
export const damagedFilm = (errors: string, path: string): PictureError => {
  const said = errors
    .replaceAll(path, "")
    .split("\n")
    .at(-1)
    ?.replace(/^(\[[^\]]*\]|file:|[\s:])+/, "");
  const reason = said ? ` (${said.slice(0, 120)})` : "";
  return new PictureError(
    "damaged",
    `The film is damaged or incomplete: no picture of it can be read${reason}.`,
  );
};

function displayedSize(
  { sample_aspect_ratio, side_data_list = [], tags = {} }: ProbedStream,
  width: number,
  height: number,
): { readonly width: number; readonly height: number } {
  const [across = 1, down = 1] = (sample_aspect_ratio ?? "").split(":").map(Number);
  const stretch = across > 0 && down > 0 && across / down < 8 && down / across < 8 ? across / down : 1;
  const stretched = { width: Math.max(1, Math.round(width * stretch)), height };
  const rotation =
    side_data_list.find((data) => data.rotation !== undefined)?.rotation ?? Number(tags.rotate ?? 0);
  const isTurned = Math.abs(Math.round(rotation / 90)) % 2 === 1;
  return isTurned ? { width: stretched.height, height: stretched.width } : stretched;
}

function milliseconds(seconds: string | undefined): number | undefined {
  const value = Number(seconds ?? Number.NaN);
  return value > 0 && value < 1e9 ? Math.round(1000 * value) : undefined;
}

/** Matroska has it in a tag, "00:01:02.345". */
function streamLength({ duration, tags = {} }: ProbedStream): number | undefined {
  const [, hours = 0, minutes = 0, seconds = Number.NaN] =
    /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(tags.DURATION ?? "")?.map(Number) ?? [];
  return milliseconds(duration) ?? milliseconds(String(3600 * hours + 60 * minutes + seconds));
}

/** Of those of picture and sound; undefined where one does not say. */
function longestOf(streams: readonly ProbedStream[]): number | undefined {
  const lengths = streams
    .filter(({ codec_type }) => codec_type === "video" || codec_type === "audio")
    .map(streamLength);
  return lengths.reduce<number | undefined>(
    (longest, length) =>
      longest === undefined || length === undefined ? undefined : Math.max(longest, length),
    0,
  );
}

/** Phones write a local time with its offset; other containers an instant, of which nobody knows what clocks showed. */
function captureTimeOf(...tags: Readonly<Record<string, string>>[]): CaptureTime | null {
  const named = (name: string) => tags.map((some) => some[name]).find((text) => text !== undefined);
  const local = named("com.apple.quicktime.creationdate");
  const texts = [local, named("creation_time"), named("DATE"), named("date")];
  for (const text of texts) {
    const written = text === undefined ? undefined : readClock(text.replace(/\.\d+Z$/, "Z"));
    if (!written || !isPlausible(written.wallClock) || EPOCHS.includes(written.wallClock)) continue;
    const { wallClock, offsetMinutes } = written;
    return { wallClock, ...(offsetMinutes !== undefined && { offsetMinutes }), source: "film" };
  }
  return null;
}

/** What clocks that were never set count from. */
const EPOCHS = [Date.UTC(1904, 0, 1), Date.UTC(1970, 0, 1)];
