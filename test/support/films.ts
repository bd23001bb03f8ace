import { execFileSync, spawnSync } from "node:child_process";
import { drawing } from "../core/image/drawing.ts";

/** Undefined where there is no ffmpeg: then no film can be made, or read. */
export const FFMPEG = ["ffmpeg", "ffprobe"].every(
  (program) => spawnSync(program, ["-version"], { stdio: "ignore" }).status === 0,
);
if (!FFMPEG) console.log("There is no ffmpeg: no film is made or read.");

export interface FilmOptions {
  readonly shots?: number;
  readonly secondsEach?: number;
  readonly width?: number;
  readonly height?: number;
  /** Of the first drawing; the next shows the next. */
  readonly seed?: number;
  /** Arguments of ffmpeg before the name of the file. */
  readonly encoded: readonly string[];
}

const FRAMES_PER_SECOND = 8;

/** A film of drawings, each shown for a while and then cut. */
export async function makeFilm(
  path: string,
  { shots = 12, secondsEach = 1.5, width = 160, height = 120, seed = 1, encoded }: FilmOptions,
): Promise<void> {
  const frames: Buffer[] = [];
  for (let shot = 0; shot < shots; shot++) {
    const frame = await drawing(seed + shot, width, height)
      .raw()
      .toBuffer();
    for (let at = 0; at < secondsEach * FRAMES_PER_SECOND; at++) frames.push(frame);
  }
  execFileSync(
    "ffmpeg",
    [
      ...["-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`],
      ...["-r", String(FRAMES_PER_SECOND), "-i", "pipe:0", "-pix_fmt", "yuv420p", ...encoded, path],
    ],
    { input: Buffer.concat(frames), stdio: ["pipe", "ignore", "inherit"] },
  );
}

/** H.264 without a key frame at any cut. */
export const SPARSE = [
  ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "1000", "-sc_threshold", "0"],
] as const;
/** Key frames every half second, wherever the cuts are. */
export const DENSE = ["-c:v", "mpeg4", "-q:v", "3", "-g", "4"] as const;
