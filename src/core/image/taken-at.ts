import readExif from "exif-reader";
import type { Timestamp } from "../types.ts";

/**
 * Capture time from an EXIF block: DateTimeOriginal with its offset where one is given, else as local time.
 * Null when there is none or the block is garbage.
 */
export function takenAt(exif: Uint8Array | undefined): Timestamp | null {
  if (!exif) return null;
  try {
    const { Photo: photo } = readExif(Buffer.from(exif.buffer, exif.byteOffset, exif.byteLength));
    return captureTime(photo?.DateTimeOriginal, photo?.OffsetTimeOriginal);
  } catch {
    return null;
  }
}

/** exif-reader reads the wall clock as if it were UTC. */
function captureTime(wallClock: unknown, offset: unknown): Timestamp | null {
  if (!(wallClock instanceof Date) || !Number.isFinite(wallClock.getTime())) return null;
  if (wallClock.getUTCFullYear() < 1900) return null; // All zeros: a camera whose clock was never set.
  const asUtc = wallClock.getTime();
  const minutes = typeof offset === "string" ? offsetMinutes(offset) : undefined;
  return minutes === undefined ? asLocalTime(wallClock) : asUtc - minutes * 60_000;
}

/** "+02:00" is 120. */
function offsetMinutes(offset: string): number | undefined {
  const match = /^([+-])(\d{2}):(\d{2})/.exec(offset.trim());
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -minutes : minutes;
}

function asLocalTime(wallClock: Date): Timestamp {
  return new Date(
    wallClock.getUTCFullYear(),
    wallClock.getUTCMonth(),
    wallClock.getUTCDate(),
    wallClock.getUTCHours(),
    wallClock.getUTCMinutes(),
    wallClock.getUTCSeconds(),
  ).getTime();
}
