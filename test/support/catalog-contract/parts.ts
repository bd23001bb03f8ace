import { expect } from "vitest";
import type { EmbeddedPart, NewImage } from "../../../src/core/ports.ts";
import { ENTIRE_LIBRARY as everything } from "../../../src/core/scopes.ts";
import { embeddingOf, file, idOf, newImage, SPACE } from "../new-image.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

const shot = (film: string, atMs: number): EmbeddedPart => ({
  part: { kind: "frame", atMs },
  thumbnail: Buffer.from(`thumbnail of ${film} at ${atMs}`),
  fingerprint: Buffer.from(`fingerprint of ${film} at ${atMs}`),
  embedding: embeddingOf(`${film} at ${atMs}`),
});

export const film = (name: string, shots: readonly number[] = [10_000, 9_500, 2_000]): NewImage => ({
  ...newImage(name, file(`/photos/${name}.mp4`), { format: "mp4", durationMs: 12_000, coverAtMs: 250 }),
  parts: shots.map((atMs) => shot(name, atMs)),
});

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

/** Of films, animations and documents. */
export function describeParts(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("a film is stored with its shots, each with a vector and a thumbnail", async (catalog) => {
    await catalog.images.put([newImage("still"), film("film")]);
    const [still, moving] = await catalog.images.byId([idOf("still"), idOf("film")]);
    expect(still?.record.durationMs).toBeUndefined();
    expect(moving?.record).toMatchObject({ format: "mp4", durationMs: 12_000, coverAtMs: 250 });
    const parts = await collect(catalog.embeddings.readParts(SPACE));
    expect(parts).toHaveLength(3);
    expect(parts.find(({ part }) => part.kind === "frame" && part.atMs === 2000)).toMatchObject({
      key: moving?.key,
      embedding: embeddingOf("film at 2000"),
    });
    const at = (atMs: number) => catalog.images.thumbnail(idOf("film"), { kind: "frame", atMs });
    expect(text(await at(9500))).toBe("thumbnail of film at 9500");
    expect(text(await at(9999))).toBe("thumbnail of film at 9500");
    expect(text(await at(250))).toBe("thumbnail of film");
    expect(text(await at(0))).toBe("thumbnail of film");
    expect(text(await catalog.images.thumbnail(idOf("film")))).toBe("thumbnail of film");
    expect(text(await catalog.images.thumbnail(idOf("still"), { kind: "frame", atMs: 5 }))).toBe(
      "thumbnail of still",
    );
  });

  test("its shots are given in order of time, the one that stands for it among them", async (catalog) => {
    await catalog.images.put([newImage("still"), film("film"), film("other", [])]);
    const keys = (await catalog.images.byId(["still", "film", "other"].map(idOf))).map(({ key }) => key);
    const shots = await catalog.images.shots(keys);
    expect(shots.has(keys[0] ?? 0)).toBe(false);
    expect(shots.get(keys[1] ?? 0)?.map(({ atMs }) => atMs)).toEqual([250, 2000, 9500, 10_000]);
    expect(text(shots.get(keys[1] ?? 0)?.[1]?.fingerprint)).toBe("fingerprint of film at 2000");
    expect(shots.get(keys[2] ?? 0)?.map(({ fingerprint }) => text(fingerprint))).toEqual([
      "fingerprint of other",
    ]);
  });

  test("one that is read again has only the shots that it has now", async (catalog) => {
    await catalog.images.put([film("film")]);
    await catalog.images.put([{ ...film("film", [4000]), replaces: true }]);
    const { id, takenAt } = film("film").picture;
    const times = async () => (await collect(catalog.embeddings.readParts(SPACE))).map(({ part }) => part);
    expect(await times()).toEqual([{ kind: "frame", atMs: 4000 }]);
    const replacement = { ...film("film", [6000]), space: SPACE };
    await catalog.images.putReread([{ id, takenAt, replacement }]);
    expect(await times()).toEqual([{ kind: "frame", atMs: 6000 }]);
    const [image] = await catalog.images.byId([id]);
    expect((await catalog.images.shots([image?.key ?? 0])).get(image?.key ?? 0)).toHaveLength(2);
  });

  test("its shots go with it", async (catalog) => {
    await catalog.images.put([film("film")]);
    await catalog.images.remove([idOf("film")]);
    expect(await collect(catalog.embeddings.readParts(SPACE))).toEqual([]);
    expect(await catalog.images.thumbnail(idOf("film"), { kind: "frame", atMs: 2000 })).toBeUndefined();
  });

  test("images, animations and videos are told apart, and what moves is not partly read", async (catalog) => {
    const gif = newImage("gif", file("/photos/gif.gif"), {
      ...{ format: "gif", durationMs: 900, coverAtMs: 0, pages: 9 },
    });
    const scan = newImage("scan", file("/photos/scan.tif"), { format: "tiff", pages: 3 });
    await catalog.images.put([newImage("still"), film("film"), gif, scan]);
    const count = (...kinds: ("image" | "animation" | "video")[]) =>
      catalog.images.count({ ...everything, picture: { kinds } });
    expect(await count("image")).toBe(2);
    expect(await count("animation")).toBe(1);
    expect(await count("video")).toBe(1);
    expect(await count("video", "animation")).toBe(2);
    expect(await catalog.images.partlyRead(everything)).toMatchObject({ severalPages: 1 });
  });
}
