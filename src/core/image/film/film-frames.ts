import type { PictureLimits } from "../../types.ts";
import type { RawPicture } from "../raw-picture.ts";
import { SAMPLE_BYTES, SAMPLE_SIDE, type Sample, ShotFinder } from "./find-shots.ts";
import { inputOf, type ProbedFilm } from "./probe-film.ts";
import { runProgram } from "./run-program.ts";

const SAMPLES_PER_SECOND = 4;
const STEP_MS = 1000 / SAMPLES_PER_SECOND;
/** Where key frames lie further apart, what is between them is decoded too. */
const MAX_KEY_DISTANCE_MS = 1250;
/** Longer ones are looked through up to here. */
const MAX_FILM_MS = 8 * 3600_000;
/** Of one run of the decoder, in limits of a picture. */
const LOOKING_TIME = 4;
const THREADS = "2";

export interface FilmShot {
  readonly atMs: number;
}

export interface FoundShots {
  readonly shots: readonly FilmShot[];
  /** The time of the last frame that was seen. */
  readonly seenMs: number;
  /** Whether that is the last that can be decoded. */
  readonly isToEnd: boolean;
}

/**
 * Looks through a film for its shots. Key frames are decoded first, which most cameras write every second and most
 * programs at every cut; where they lie too far apart, every frame is, as long as time allows.
 * @param onProgress called now and then
 */
export async function findShots(
  film: ProbedFilm,
  limits: PictureLimits,
  onProgress: () => void,
): Promise<FoundShots> {
  const keys: Sample[] = [];
  const { lastMs: keysEnd } = await sampleFilm(film, limits, { keysOnly: true, onProgress }, (sample) => {
    const last = keys.at(-1);
    if (!last || Buffer.compare(last.pixels, sample.pixels) !== 0) keys.push(sample);
  });
  const end = film.claimedMs ?? keysEnd;
  const finder = new ShotFinder();
  let decoded: SampledFilm = { lastMs: -1, isToEnd: true };
  if (keys.length === 0 || longestDistance(keys, end) > MAX_KEY_DISTANCE_MS) {
    decoded = await sampleFilm(film, limits, { keysOnly: false, onProgress }, (sample) => finder.add(sample));
  }
  for (const sample of keys.filter(({ atMs }) => atMs > decoded.lastMs)) {
    finder.add(sample);
    // A key frame stands until the next one.
    finder.add(sample);
  }
  return {
    shots: finder.shots(limits.maxShots),
    seenMs: Math.max(decoded.lastMs, keysEnd),
    isToEnd: decoded.isToEnd,
  };
}

/**
 * How long a film is: what its file claims, unless its frames end earlier, as those of a film do that was never copied to its
 * end, or go on.
 */
export function lengthOf(
  { claimedMs, durationMs }: Pick<ProbedFilm, "claimedMs" | "durationMs">,
  { seenMs, isToEnd }: Pick<FoundShots, "seenMs" | "isToEnd">,
): number {
  if (claimedMs === undefined) return seenMs;
  const goesOn = seenMs > claimedMs + MAX_KEY_DISTANCE_MS;
  const endsEarlier = isToEnd && claimedMs > seenMs + MAX_KEY_DISTANCE_MS;
  return goesOn || endsEarlier ? seenMs + STEP_MS : (durationMs ?? claimedMs);
}

function longestDistance(keys: readonly Sample[], endMs: number): number {
  const times = [0, ...keys.map(({ atMs }) => atMs), endMs];
  return Math.max(...times.slice(1).map((time, at) => time - (times[at] ?? 0)));
}

interface SampledFilm {
  /** The time of the last sample; 0 where there is none. What a damaged film gives before its damage counts. */
  readonly lastMs: number;
  /** Whether no bound ended it before. */
  readonly isToEnd: boolean;
}

async function sampleFilm(
  film: ProbedFilm,
  { timeoutMs, maxMemory }: PictureLimits,
  { keysOnly, onProgress }: { readonly keysOnly: boolean; readonly onProgress: () => void },
  onSample: (sample: Sample) => void,
): Promise<SampledFilm> {
  let [pending, count] = [Buffer.alloc(0), 0];
  const { isEnded } = await runProgram({
    program: "ffmpeg",
    args: [
      ...["-nostdin", "-v", "error", "-threads", THREADS],
      ...(keysOnly ? ["-skip_frame", "nokey"] : []),
      ...inputOf(film),
      ...["-map", `0:${film.stream}`, "-vf"],
      `fps=${SAMPLES_PER_SECOND}:start_time=0,scale=${SAMPLE_SIDE}:${SAMPLE_SIDE}:flags=area,format=rgb24`,
      ...["-f", "rawvideo", "pipe:1"],
    ],
    timeoutMs: LOOKING_TIME * timeoutMs,
    maxMemory,
    maxOutput: SAMPLE_BYTES * (MAX_FILM_MS / STEP_MS),
    onOutput: (chunk) => {
      onProgress();
      pending = Buffer.concat([pending, chunk]);
      let at = 0;
      for (; at + SAMPLE_BYTES <= pending.length; at += SAMPLE_BYTES) {
        // A copy: what is kept of a sample must not keep the chunk.
        onSample({ atMs: count * STEP_MS, pixels: Uint8Array.from(pending.subarray(at, at + SAMPLE_BYTES)) });
        count += 1;
      }
      pending = pending.subarray(at);
    },
  });
  return { lastMs: Math.max(0, (count - 1) * STEP_MS), isToEnd: !isEnded };
}

/**
 * The frame that is shown at that time, upright, its shorter side reduced to `shorterSide` where it is longer: the one that
 * `findShots` saw then. Undefined when it cannot be decoded.
 */
export async function filmFrame(
  film: ProbedFilm,
  atMs: number,
  shorterSide: number,
  limits: PictureLimits,
): Promise<RawPicture | undefined> {
  const frame = await decodedFrame(film, atMs, shorterSide, limits);
  const { durationMs = 0 } = film;
  // At its very end nothing is shown any more.
  const isEnd = atMs > 0 && Math.abs(durationMs - atMs) < STEP_MS;
  return (
    frame ?? (isEnd ? decodedFrame(film, Math.max(0, atMs - 2 * STEP_MS), shorterSide, limits) : undefined)
  );
}

async function decodedFrame(
  film: ProbedFilm,
  atMs: number,
  shorterSide: number,
  { timeoutMs, maxMemory }: PictureLimits,
): Promise<RawPicture | undefined> {
  const scale = Math.min(1, shorterSide / Math.min(film.width, film.height));
  const width = Math.max(1, Math.round(film.width * scale));
  const height = Math.max(1, Math.round(film.height * scale));
  const chunks: Buffer[] = [];
  const size = 3 * width * height;
  const at = (atMs / 1000).toFixed(3);
  await runProgram({
    program: "ffmpeg",
    args: [
      ...["-nostdin", "-v", "error", "-threads", THREADS],
      // An exact seek gives the next frame, which may be seconds away where few are stored, as in recordings of screens.
      ...["-noaccurate_seek", "-ss", at, "-copyts", "-start_at_zero"],
      ...inputOf(film),
      ...["-map", `0:${film.stream}`, "-frames:v", "1", "-vf"],
      `fps=${SAMPLES_PER_SECOND}:start_time=${at}:eof_action=pass,setpts=PTS-STARTPTS,scale=${width}:${height}:flags=area,format=rgb24`,
      ...["-f", "rawvideo", "pipe:1"],
    ],
    timeoutMs,
    maxMemory,
    maxOutput: size,
    onOutput: (chunk) => chunks.push(chunk),
  });
  const data = Buffer.concat(chunks);
  return data.length === size ? { data, width, height } : undefined;
}
