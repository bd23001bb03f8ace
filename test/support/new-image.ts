import { createHash } from "node:crypto";
import type { NewImage, WordsOfFile } from "../../src/core/ports.ts";
import type {
  CaptureTime,
  DateBound,
  DiscordPlacement,
  Embedding,
  FilePlacement,
  ImageId,
  Picture,
} from "../../src/core/types.ts";

export const SPACE = "test@00000000";

/** The id of the picture with this content: the same content is the same picture. */
export const idOf = (content: string): ImageId => createHash("sha256").update(content).digest("hex");

/** A four-dimensional unit vector derived from the content. */
export function embeddingOf(content: string): Embedding {
  const bytes = createHash("sha256").update(`vector ${content}`).digest();
  const numbers = [0, 4, 8, 12].map((at) => bytes.readInt32LE(at) / 2 ** 31);
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (number) => number / length);
}

/** As the camera's clock showed it: milliseconds as if that were UTC. */
export const captureTime = (wallClock: number): CaptureTime => ({ wallClock, source: "exif-original" });

/** One moment in the form that each kind of date is compared with, for a reader in UTC. */
export const dateBound = (time: number): DateBound => ({ wallClock: time, instant: time });

export function picture(content: string, facts: Partial<Picture> = {}): Picture {
  return {
    id: idOf(content),
    format: "jpeg",
    width: 640,
    height: 480,
    bytes: 12_345,
    takenAt: null,
    quality: { jpegQuality: null, detail: 200, measuredSide: 560 },
    thumbnail: Buffer.from(`thumbnail of ${content}`),
    fingerprint: Buffer.from(`fingerprint of ${content}`),
    ...facts,
  };
}

export function file(path: string, facts: Partial<FilePlacement> = {}): FilePlacement {
  return { kind: "file", root: "/photos", path, bytes: 12_345, modifiedAt: 1000, online: true, ...facts };
}

/** Posted in channel "c1" of guild "g1" by "u1"; the attachment's id stands for message and attachment. */
export function post(attachmentId: string, facts: Partial<DiscordPlacement> = {}): DiscordPlacement {
  return {
    kind: "discord",
    guildId: "g1",
    channelId: "c1",
    messageId: `m-${attachmentId}`,
    attachmentId,
    authorId: "u1",
    filename: "image.png",
    postedAt: 1000,
    spoiler: false,
    ageRestricted: false,
    ...facts,
  };
}

export function newImage(
  content: string,
  placement: NewImage["placement"] = file(`/photos/${content}.jpg`),
  facts: Partial<Picture> = {},
): NewImage {
  return { picture: picture(content, facts), placement, space: SPACE, embedding: embeddingOf(content) };
}

/** What this file, or that which `newImage` gives the picture, carries of it. */
export const carriedBy = (
  content: string,
  tags: readonly string[],
  { path = `/photos/${content}.jpg`, titles = [] }: Partial<Pick<WordsOfFile, "path" | "titles">> = {},
): WordsOfFile => ({ path, id: idOf(content), tags, titles });
