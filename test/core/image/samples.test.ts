import { readdirSync, readFileSync, statSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { copies } from "../../../samples/draw/copies.ts";
import { compareFingerprints, prepareFingerprint } from "../../../src/core/image/hashing/perceptual-hash.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import { clip } from "./drawing.ts";

const folder = new URL("../../../samples/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.(jpg|png|webp)$/.test(file));
const read = new Map<string, ReturnType<typeof prepareFingerprint>>();

beforeAll(async () => {
  for (const file of files) {
    const { picture } = await readPicture(
      readFileSync(new URL(encodeURI(file), folder)),
      clip,
      DEFAULT_PICTURE_LIMITS,
    );
    read.set(file, prepareFingerprint(picture.fingerprint));
  }
});

test("there are some fifty samples, all readable, of three megabytes at most", () => {
  expect(read.size).toBeGreaterThan(45);
  const sizes = files.map((file) => statSync(new URL(encodeURI(file), folder)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
});

test.each(copies)("$file is found to be a copy of $of", ({ file, of }) => {
  const copy = read.get(file)!;
  const nearest = files
    .filter((other) => !other.startsWith("downloads/"))
    .map((other) => ({ other, ...compareFingerprints(copy, read.get(other)!) }))
    .sort((a, b) => a.distance - b.distance);
  expect(nearest[0]).toMatchObject({ other: of });
  expect(nearest[0]!.distance).toBeLessThan(10);
  expect(nearest[1]!.distance).toBeGreaterThan(28);
});
