import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { OnnxEmbedder } from "../../../src/core/embedder/onnx-embedder.ts";
import { OnnxTextReader } from "../../../src/core/embedder/onnx-text-reader.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { FFMPEG } from "../../support/films.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const store = new ModelStore({ directory: mkdtempSync(join(tmpdir(), "glimpse-reading-")) });
const embedder = new OnnxEmbedder({ model: await store.locate("pocket") });
const reader = new OnnxTextReader(embedder, () => store.readers());
afterAll(() => embedder.close());

const WORDS = ["Quarterly report", "Download complete", "Parcel 4471 arrives tomorrow", "INVOICE overdue"];

const drawn = (lines: readonly string[], size = 26) =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="${80 + 70 * lines.length}"><rect width="100%" height="100%" fill="#fff"/>${lines
        .map(
          (line, at) =>
            `<text x="40" y="${70 + 70 * at}" font-family="sans-serif" font-size="${size}">${line}</text>`,
        )
        .join("")}</svg>`,
    ),
  );

/** The tests bring no font: without one on the machine no text can be drawn. */
const { channels } = await drawn(["words"]).stats();
const hasFont = (channels[0]?.stdev ?? 0) > 1;

const read = async (bytes: Buffer) => (await reader.read({ bytes })).lines;
const squeezed = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");

test("a picture without text has no lines", async () => {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const create = { width: 900, height: 600, channels: 3, background: "#888", noise } as const;
  expect(await read(await sharp({ create }).jpeg().toBuffer())).toEqual([]);
  expect(
    await read(
      await sharp({ create: { ...create, noise: undefined as never } })
        .png()
        .toBuffer(),
    ),
  ).toEqual([]);
});

test("what is no picture is refused, and the next one is read", async () => {
  await expect(read(Buffer.from("no picture"))).rejects.toMatchObject({ name: "PictureError" });
  const aborted = reader.read({ bytes: await drawn(WORDS).png().toBuffer() }, AbortSignal.abort());
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
});

describe.skipIf(!hasFont)("with a font on this machine", () => {
  test("lines are read from the top down, with their place and how sure the reader is", async () => {
    const lines = await read(await drawn(WORDS).png().toBuffer());
    expect(lines.map(({ text }) => squeezed(text))).toEqual(WORDS.map(squeezed));
    for (const [at, { box, confidence, angle }] of lines.entries()) {
      expect(confidence).toBeGreaterThan(0.8);
      expect(Math.abs(angle)).toBeLessThan(3);
      const middle = (box.y + box.height / 2) * (80 + 70 * WORDS.length);
      expect(Math.abs(middle - (61 + 70 * at))).toBeLessThan(12);
      expect(box.x * 700).toBeGreaterThan(20);
      expect(box.x * 700).toBeLessThan(60);
    }
  });

  test.each([90, 180, 270, 7])("turned by %i degrees it reads the same", async (turn) => {
    const bytes = await drawn(WORDS).rotate(turn, { background: "#fff" }).png().toBuffer();
    const found = squeezed((await read(bytes)).map(({ text }) => text).join(" "));
    for (const line of WORDS) expect(found).toContain(squeezed(line));
  });

  test("small letters on a large screen are read", async () => {
    const screen = await sharp({ create: { width: 1920, height: 1080, channels: 3, background: "#fff" } })
      .composite([{ input: await drawn(WORDS, 13).png().toBuffer(), left: 900, top: 300 }])
      .png()
      .toBuffer();
    const small = squeezed((await read(screen)).map(({ text }) => text).join(" "));
    for (const line of WORDS) expect(small).toContain(squeezed(line));
  });

  test("a picture several screens tall is read from end to end", async () => {
    const tall = await sharp({ create: { width: 700, height: 3000, channels: 3, background: "#fff" } })
      .composite(
        await Promise.all(
          [100, 2500].map(async (top) => ({
            input: await drawn(WORDS).png().toBuffer(),
            top,
            left: 0,
          })),
        ),
      )
      .png()
      .toBuffer();
    const lines = (await read(tall)).map(({ text }) => squeezed(text));
    expect(lines).toEqual([...WORDS, ...WORDS].map(squeezed));
  });

  test.each([
    ["a picture wider than twice its height", 2400, 420, 0],
    ["one several times as wide", 3000, 260, 0],
    ["the same, turned a little", 2400, 700, 7],
    ["a picture taller than that, with lines that run down", 420, 2400, 90],
  ])("lines across the parts of %s are read once, whole", async (_, width, height, turn) => {
    const sentences = [
      "Please review the attached budget before the meeting on Thursday in the harbour museum",
      "Download complete and the battery is low so the restart was moved to the next morning",
    ];
    const texts = sentences.map((sentence, at) => {
      const [x, y] = turn === 90 ? [width - 120 - 130 * at, 60] : [60, 90 + 90 * at];
      return `<text transform="translate(${x} ${y}) rotate(${turn})" font-family="sans-serif" font-size="34">${sentence}</text>`;
    });
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${texts.join("")}</svg>`;
    const lines = await read(await sharp(Buffer.from(svg)).png().toBuffer());
    expect(lines.map(({ text }) => squeezed(text)).sort()).toEqual(sentences.map(squeezed).sort());
  });

  test.skipIf(!FFMPEG)("of what moves every shot is read, or the moment that is asked for", async () => {
    const folder = temporaryFolder();
    const grounds = ["#fff", "#9cf", "#fc8"];
    for (const [at, ground] of grounds.entries()) {
      const text = `<text x="40" y="120" font-family="sans-serif" font-size="34">${WORDS[at]}</text>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="240"><rect width="100%" height="100%" fill="${ground}"/>${text}</svg>`;
      await sharp(Buffer.from(svg))
        .png()
        .toFile(join(folder, `${at}.png`));
    }
    const input = ["-v", "error", "-framerate", "1/2", "-i", join(folder, "%d.png"), "-r", "5"];
    const made = {
      "film.mp4": ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p"],
      "animation.gif": [],
      "moving.png": ["-f", "apng"],
    };
    for (const [name, encoded] of Object.entries(made)) {
      const path = join(folder, name);
      execFileSync("ffmpeg", [...input, ...encoded, path]);
      const linesAt = async (moments?: readonly number[]) =>
        (await reader.read({ path }, undefined, moments)).lines.map(({ text }) => squeezed(text));
      expect(await linesAt(), name).toEqual(WORDS.slice(0, 3).map(squeezed));
      // A PNG does not say how long it is.
      const end = name === "moving.png" ? 5750 : 6000;
      expect(await linesAt([2500, end]), name).toEqual(WORDS.slice(1, 3).map(squeezed));
    }
  });

  test("what stands side by side is read from left to right", async () => {
    const rows = [
      ["Tomatoes", "3.10"],
      ["Cheddar", "5.60"],
    ];
    const texts = rows.flatMap(([left, right], at) => [
      `<text x="40" y="${80 + 70 * at}" font-size="30">${left}</text>`,
      `<text x="520" y="${77 + 70 * at}" font-size="30">${right}</text>`,
    ]);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="220" font-family="sans-serif"><rect width="100%" height="100%" fill="#fff"/>${texts.join("")}</svg>`;
    const lines = await read(await sharp(Buffer.from(svg)).png().toBuffer());
    expect(lines.map(({ text }) => text)).toEqual(rows.flat());
  });
});
