import { execFileSync } from "node:child_process";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { findDuplicates } from "../../../src/core/duplicates/find-duplicates.ts";
import { findSamePictures } from "../../../src/core/duplicates/same-pictures.ts";
import { filmFormat } from "../../../src/core/image/film/film-format.ts";
import { readFilm } from "../../../src/core/image/film/read-film.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import { SyncedVectorIndex } from "../../../src/core/vector-index/synced-vector-index.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { FFMPEG, makeFilm, SPARSE } from "../../support/films.ts";
import { embeddingOf, file, idOf } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { clip, drawing } from "../image/drawing.ts";
import { everything, named } from "./duplicate-library.ts";

const space = "fake@00000000";
const reading = { recipe: clip, limits: DEFAULT_PICTURE_LIMITS, onProgress: () => undefined };

async function libraryOf(films: Readonly<Record<string, string>>) {
  const catalog = await openCatalog({ path: ":memory:" });
  const put = (name: string, read: Pick<Awaited<ReturnType<typeof readPicture>>, "picture" | "parts">) =>
    catalog.images.put([
      {
        picture: { ...read.picture, id: idOf(name) },
        parts: (read.parts ?? []).map(({ part, thumbnail, fingerprint }) => ({
          ...{ part, thumbnail, fingerprint },
          embedding: embeddingOf(`${name} ${JSON.stringify(part)}`),
        })),
        ...{ placement: file(`/photos/${name}`), space, embedding: embeddingOf(name) },
      },
    ]);
  for (const [name, path] of Object.entries(films)) {
    const format = name.endsWith(".webm") ? "webm" : "mp4";
    expect(filmFormat(execFileSync("head", ["-c", "4096", path]))).toBe(format);
    await put(name, await readFilm({ path, format, id: idOf(name), bytes: 1000 }, reading));
  }
  const vectors = new SyncedVectorIndex({ catalog, space, dimensions: 4, directory: "" });
  const embedder = new FakeEmbedder({ space, dimensions: 4 });
  return { catalog, put, parts: { catalog, embedder, vectors, originals: { read: async () => undefined } } };
}

describe.skipIf(!FFMPEG)("films", () => {
  test("are the same in another size, code or length, and not for one shot that they share", async () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    await makeFilm(at("film.mp4"), { encoded: SPARSE, shots: 8 });
    const convert = (name: string, ...args: string[]) =>
      execFileSync("ffmpeg", ["-v", "error", "-i", at("film.mp4"), ...args, at(name)]);
    convert("small.webm", "-vf", "scale=120:90", "-c:v", "libvpx", "-deadline", "realtime");
    convert("trimmed.mp4", "-ss", "3", "-t", "7.5", ...SPARSE);
    // The same opening, then something else.
    await makeFilm(at("rest.mp4"), { encoded: SPARSE, shots: 7, seed: 40 });
    const joined = "[0:v]trim=0:1.5[a];[a][1:v]concat=n=2:v=1";
    execFileSync("ffmpeg", [
      ...["-v", "error", "-i", at("film.mp4"), "-i", at("rest.mp4"), "-filter_complex", joined],
      ...[...SPARSE, at("series.mp4")],
    ]);
    const names = ["film.mp4", "small.webm", "trimmed.mp4", "series.mp4"];
    const { catalog, put, parts } = await libraryOf(
      Object.fromEntries(names.map((name) => [name, at(name)])),
    );
    // Stills of its shots, and one of them as a picture that moves.
    const still = await drawing(1, 160, 120).png().toBuffer();
    await put("still.png", await readPicture(still, clip, DEFAULT_PICTURE_LIMITS));
    const frames = await Promise.all([1, 30].map((seed) => drawing(seed, 160, 120).png().toBuffer()));
    const gif = await sharp(frames, { join: { animated: true } })
      .gif({ delay: [900, 900] })
      .toBuffer();
    await put("moving.gif", await readPicture(gif, clip, DEFAULT_PICTURE_LIMITS));
    const all = [...names, "still.png", "moving.gif"];
    const groups = await findDuplicates(parts, { scope: everything });
    expect(named(groups, all)).toEqual([["film.mp4", "small.webm", "trimmed.mp4"]]);
    expect(groups[0]?.keeper.id).toBe(idOf("film.mp4"));
    const editsOf = (name: string) =>
      groups[0]?.members.find(({ image }) => image.id === idOf(name))?.edits.map(({ kind }) => kind);
    expect(editsOf("small.webm")).toEqual(["resized"]);
    expect(editsOf("trimmed.mp4")).toContain("trimmed");
    const same = await findSamePictures(parts, idOf("film.mp4"), everything);
    expect(same.map(({ id }) => id).sort()).toEqual([idOf("film.mp4"), idOf("small.webm")].sort());
    await catalog.close();
  });

  test("one that was mirrored or turned is the same, and said to be", async () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    await makeFilm(at("film.mp4"), { encoded: SPARSE, shots: 4 });
    const convert = (name: string, filter: string) =>
      execFileSync("ffmpeg", ["-v", "error", "-i", at("film.mp4"), "-vf", filter, ...SPARSE, at(name)]);
    convert("mirrored.mp4", "hflip");
    convert("turned.mp4", "transpose=1");
    convert("again.mp4", "null");
    const names = ["film.mp4", "mirrored.mp4", "turned.mp4", "again.mp4"];
    const { catalog, parts } = await libraryOf(Object.fromEntries(names.map((name) => [name, at(name)])));
    const [group] = await findDuplicates(parts, { scope: everything });
    const edits = new Map(
      group?.members.map(({ image, edits }) => [image.id, edits.map(({ kind }) => kind)]),
    );
    // Two of four lie the same way: it is the other two that were edited.
    expect([idOf("film.mp4"), idOf("again.mp4")]).toContain(group?.keeper.id);
    expect(edits.get(idOf("mirrored.mp4"))).toEqual(["mirrored"]);
    expect(edits.get(idOf("turned.mp4"))).toEqual(["turned"]);
    await catalog.close();
  });
});
