import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { filmFormat } from "../../../../src/core/image/film/film-format.ts";
import { type ReadFilm, readFilm } from "../../../../src/core/image/film/read-film.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../../src/core/image/picture-limits.ts";
import type { PictureLimits } from "../../../../src/core/types.ts";
import { DENSE, FFMPEG, makeFilm, SPARSE } from "../../../support/films.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { clip } from "../drawing.ts";

const read = (path: string, limits: Partial<PictureLimits> = {}): Promise<ReadFilm> => {
  const format = filmFormat(readFileSync(path).subarray(0, 4096));
  if (!format) throw new Error(`${path} is no film by its first bytes`);
  return readFilm(
    { path, format, id: "0".repeat(64), bytes: 1 },
    { recipe: clip, limits: { ...DEFAULT_PICTURE_LIMITS, ...limits }, onProgress: () => undefined },
  );
};

const timesOf = ({ picture, parts }: ReadFilm) => [
  picture.coverAtMs ?? Number.NaN,
  ...parts.map(({ part }) => (part.kind === "frame" ? part.atMs : Number.NaN)),
];

const containers = {
  "film.mp4": SPARSE,
  "film.mov": [...DENSE],
  "film.webm": ["-c:v", "libvpx", "-deadline", "realtime", "-b:v", "800k"],
  "film.mkv": ["-c:v", "libx264", "-preset", "ultrafast"],
  "film.avi": [...DENSE],
};

describe.skipIf(!FFMPEG)("a film", () => {
  test.each(Object.entries(containers))(
    "%s: one frame of each of twelve shots, within a second of its cut",
    async (name, encoded) => {
      const path = join(temporaryFolder(), name);
      await makeFilm(path, { encoded });
      const film = await read(path);
      const times = timesOf(film);
      expect(times).toHaveLength(12);
      for (const [shot, time] of times.entries()) {
        expect(time).toBeGreaterThanOrEqual(1500 * shot);
        expect(time).toBeLessThanOrEqual(1500 * shot + 1000);
      }
      expect(film.picture).toMatchObject({ format: name.split(".")[1], width: 160, height: 120 });
      expect(film.picture.durationMs).toBeGreaterThan(17_000);
      expect(film.pixels).toHaveLength(3 * 224 * 224);
    },
  );

  test.each(["slow.mkv", "slow.webm", "slow.mp4"])(
    "%s: of one frame every two seconds shows each shot as it is",
    async (name) => {
      const folder = temporaryFolder();
      const colours = ["#e01010", "#10a010", "#1010e0"];
      for (const [at, background] of colours.entries())
        await sharp({ create: { width: 160, height: 120, channels: 3, background } })
          .png()
          .toFile(join(folder, `${at}.png`));
      const path = join(folder, name);
      const input = ["-framerate", "1/2", "-i", join(folder, "%d.png")];
      execFileSync("ffmpeg", ["-v", "error", ...input, "-pix_fmt", "yuv420p", path]);
      const { picture, parts } = await read(path);
      const shown = [picture.thumbnail, ...parts.map(({ thumbnail }) => thumbnail)];
      const strongest = await Promise.all(
        shown.map(async (thumbnail) => {
          const { channels } = await sharp(thumbnail).stats();
          const means = channels.map(({ mean }) => mean);
          return means.indexOf(Math.max(...means));
        }),
      );
      expect(strongest).toEqual([0, 1, 2]);
    },
  );

  test.each(["still.mp4", "still.webm", "still.avi", "still.mkv"])(
    "%s: of a single frame is that frame",
    async (name) => {
      const path = join(temporaryFolder(), name);
      const source = ["-f", "lavfi", "-i", "testsrc=size=160x120:rate=25", "-frames:v", "1"];
      execFileSync("ffmpeg", ["-v", "error", ...source, "-pix_fmt", "yuv420p", path]);
      const { picture, parts, pixels } = await read(path);
      expect(picture).toMatchObject({ width: 160, height: 120, coverAtMs: 0 });
      expect(parts).toEqual([]);
      expect(pixels).toHaveLength(3 * 224 * 224);
    },
  );

  test("at most as many shots as the limit says, the first among them", async () => {
    const path = join(temporaryFolder(), "film.mp4");
    await makeFilm(path, { encoded: SPARSE, shots: 8, secondsEach: 1 });
    const times = timesOf(await read(path, { maxShots: 3 }));
    expect(times).toHaveLength(3);
    expect(times[0]).toBeLessThan(1000);
  });

  test("is as long as its frames, whatever its head claims, and its sound goes on", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "film.mp4");
    // What the head says comes first, so that a copy that breaks off claims the whole.
    await makeFilm(path, { encoded: [...DENSE, "-movflags", "+faststart"], shots: 8 });
    const lengthOf = async (file: string) => (await read(file)).picture.durationMs;
    expect(await lengthOf(path)).toBe(12_000);
    const bytes = readFileSync(path);
    const half = join(folder, "half.mp4");
    writeFileSync(half, bytes.subarray(0, bytes.length / 2));
    const seen = (await lengthOf(half)) ?? 0;
    expect(seen).toBeGreaterThan(3000);
    expect(seen).toBeLessThan(9000);
    const claims = join(folder, "claims.mp4");
    const lying = Buffer.from(bytes);
    // Header of the film: version and flags, two dates, units of a second, length.
    const head = lying.indexOf("mvhd") + 4;
    lying.writeUInt32BE(3600 * lying.readUInt32BE(head + 12), head + 16);
    writeFileSync(claims, lying);
    expect(await lengthOf(claims)).toBe(12_000);
    const sounding = join(folder, "sounding.mp4");
    execFileSync("ffmpeg", [
      ...["-v", "error", "-i", path, "-f", "lavfi", "-t", "20", "-i", "anullsrc", "-c:v", "copy"],
      ...["-c:a", "aac", sounding],
    ]);
    expect(await lengthOf(sounding)).toBeGreaterThan(19_000);
  });

  test("one that a phone held upright is upright, and has the local time, camera and place that the phone wrote", async () => {
    const folder = temporaryFolder();
    const lying = join(folder, "lying.mov");
    await makeFilm(lying, { encoded: [...DENSE], shots: 1 });
    const path = join(folder, "upright.mov");
    execFileSync("ffmpeg", [
      ...["-v", "error", "-i", lying, "-c", "copy", "-metadata:s:v:0", "rotate=90"],
      ...["-movflags", "use_metadata_tags"],
      ...["-metadata", "com.apple.quicktime.creationdate=2024-07-01T23:30:00+0200"],
      ...["-metadata", "creation_time=2024-07-01T21:30:00Z"],
      ...["-metadata", "com.apple.quicktime.location.ISO6709=+38.7223-009.1393+010.000/"],
      ...["-metadata", "com.apple.quicktime.model=iPhone 12", path],
    ]);
    const { picture } = await read(path);
    expect(picture).toMatchObject({ width: 120, height: 160 });
    expect(await sharp(picture.thumbnail).metadata()).toMatchObject({ width: 120, height: 160 });
    expect(picture.takenAt).toEqual({
      wallClock: Date.UTC(2024, 6, 1, 23, 30),
      offsetMinutes: 120,
      source: "film",
    });
    expect(picture.facts).toMatchObject({ camera: "iPhone 12", place: { name: "Lisbon, PT" } });
  });

  test("others tell an instant, in UTC, and a location; what is no time is none", async () => {
    const folder = temporaryFolder();
    const dated = async (name: string, time: string) => {
      const path = join(folder, name);
      const metadata = ["-metadata", `creation_time=${time}`, "-metadata", "location=+48.14+011.58/"];
      await makeFilm(path, { encoded: [...DENSE, ...metadata], shots: 1 });
      const { takenAt, facts } = (await read(path)).picture;
      expect(facts).toMatchObject({ place: { name: "Munich, DE" } });
      return takenAt;
    };
    expect(await dated("a.mp4", "2019-03-04T05:06:07Z")).toEqual({
      wallClock: Date.UTC(2019, 2, 4, 5, 6, 7),
      offsetMinutes: 0,
      source: "film",
    });
    expect(await dated("b.mp4", "1904-01-01T00:00:00Z")).toBeNull();
  });

  test("what looks like an address, an option or a pattern in its name is a name", async () => {
    const folder = temporaryFolder();
    const plain = join(folder, "plain.mp4");
    await makeFilm(plain, { encoded: SPARSE, shots: 2 });
    for (const name of ["-i.mp4", "concat:a|b.mp4", "http:%2d.mp4", "a\nb'\"$(id);`.mp4", "%03d.mp4"]) {
      copyFileSync(plain, join(folder, name));
      expect(timesOf(await read(join(folder, name)))).toHaveLength(2);
    }
  });

  test("a fade to black and back adds no shot", async () => {
    const folder = temporaryFolder();
    const plain = join(folder, "plain.mp4");
    await makeFilm(plain, { encoded: SPARSE, shots: 1, secondsEach: 4 });
    const path = join(folder, "faded.mp4");
    const fades = "fade=t=in:st=0:d=1,fade=t=out:st=3:d=1";
    execFileSync("ffmpeg", ["-v", "error", "-i", plain, "-vf", fades, ...SPARSE, path]);
    expect(timesOf(await read(path))).toHaveLength(1);
  });
});

describe.skipIf(!FFMPEG)("what is no film", () => {
  const refused = async (name: string, write: (path: string) => void) => {
    const folder = join(temporaryFolder(), "films");
    mkdirSync(folder);
    const path = join(folder, name);
    write(path);
    const error = await read(path).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "PictureError" });
    expect(String(error)).not.toContain(folder);
    return (error as { code: string }).code;
  };

  test("names its reason without the path: noise, a cut film, sound alone", async () => {
    const head = Buffer.from("\0\0\0\x18ftypisom\0\0\0\0isommp42", "latin1");
    expect(await refused("noise.mp4", (path) => writeFileSync(path, head))).toBe("damaged");
    const whole = join(temporaryFolder(), "whole.mp4");
    await makeFilm(whole, { encoded: SPARSE, shots: 2 });
    // Its index stands at the end.
    const cut = (path: string) => {
      copyFileSync(whole, path);
      truncateSync(path, 3000);
    };
    expect(await refused("cut.mp4", cut)).toBe("damaged");
    const sound = (path: string) =>
      execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=d=1", "-f", "mp4", path]);
    expect(await refused("sound.mp4", sound)).toBe("not-a-picture");
  });

  test("a playlist that names other files is none, whatever its name", () => {
    const playlist = Buffer.from("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n".padEnd(64));
    expect(filmFormat(playlist)).toBeUndefined();
    expect(filmFormat(Buffer.from("ffconcat version 1.0\nfile /etc/passwd\n".padEnd(64)))).toBeUndefined();
  });

  test("more memory than it may take is refused before anything is decoded", async () => {
    const path = join(temporaryFolder(), "film.mp4");
    await makeFilm(path, { encoded: SPARSE, shots: 1, width: 640, height: 480 });
    await expect(read(path, { maxMemory: 2 ** 20 })).rejects.toMatchObject({ code: "too-many-pixels" });
  });
});
