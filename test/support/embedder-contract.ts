import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Embedder } from "../../src/core/ports.ts";
import type { Embedding } from "../../src/core/types.ts";

export interface EmbedderUnderTest {
  readonly open: () => Embedder;
  /** Two pictures that show different things, and a text file. */
  readonly cat: Uint8Array;
  readonly dog: Uint8Array;
  readonly notAPicture: Uint8Array;
}

/** The contract of every embedder; run against the real one and the fake. */
export function describeEmbedder(name: string, { open, cat, dog, notAPicture }: EmbedderUnderTest): void {
  describe(name, () => {
    let embedder: Embedder;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "glimpse-embedder-"));
      embedder = open();
    });
    afterAll(async () => {
      await embedder.close();
      await rm(folder, { recursive: true });
    });

    test("a picture becomes a unit vector of the model's dimensions, with its facts", async () => {
      const { picture, embedding } = await embedder.embedPicture({ bytes: cat });
      expect(embedding).toHaveLength(embedder.dimensions);
      expect(cosine(embedding, embedding)).toBeCloseTo(1, 5);
      expect(picture.id).toBe(createHash("sha256").update(cat).digest("hex"));
      expect(picture.bytes).toBe(cat.length);
      expect(picture.width * picture.height).toBeGreaterThan(0);
      expect(picture.thumbnail.length).toBeGreaterThan(0);
      expect(picture.fingerprint.length).toBeGreaterThan(0);
    });

    test("a file and its bytes are the same picture", async () => {
      const path = join(folder, "cat \u202e\n.png");
      await writeFile(path, cat);
      const fromFile = await embedder.embedPicture({ path });
      const fromBytes = await embedder.embedPicture({ bytes: cat });
      expect(fromFile.picture).toEqual(fromBytes.picture);
      expect(cosine(fromFile.embedding, fromBytes.embedding)).toBeCloseTo(1, 5);
    });

    test("a picture that may be known is named by its id first, and embedded only if it is wanted", async () => {
      const asked: string[] = [];
      const answering = (answer: boolean) => async (id: string) => {
        asked.push(id);
        return answer;
      };
      const wanted = await embedder.embedPicture({ bytes: cat });
      const { id } = wanted.picture;
      expect(await embedder.embedIfWanted({ bytes: cat }, answering(false))).toEqual({ id });
      expect(await embedder.embedIfWanted({ bytes: cat }, answering(true))).toMatchObject({
        id,
        embedded: { picture: wanted.picture },
      });
      expect(asked).toEqual([id, id]);
      const failing = async () => Promise.reject(new RangeError("no answer"));
      await expect(embedder.embedIfWanted({ bytes: cat }, failing)).rejects.toThrow("no answer");
      const mixed = await Promise.all(
        Array.from({ length: 40 }, (_, at) =>
          embedder.embedIfWanted({ bytes: at % 2 ? cat : dog }, answering(at % 3 > 0)),
        ),
      );
      for (const [at, { embedded }] of mixed.entries()) expect(embedded !== undefined).toBe(at % 3 > 0);
      await expect(embedder.embedIfWanted({ bytes: notAPicture }, answering(true))).rejects.toMatchObject({
        code: "not-a-picture",
      });
    });

    test("batching changes nothing: a picture has the same vector in a batch and alone", async () => {
      const alone = await embedder.embedPicture({ bytes: cat });
      const other = await embedder.embedPicture({ bytes: dog });
      const together = await Promise.all(
        [cat, dog, cat, dog, cat].map((bytes) => embedder.embedPicture({ bytes })),
      );
      for (const [at, { picture, embedding }] of together.entries()) {
        const expected = at % 2 === 0 ? alone : other;
        expect(picture.id).toBe(expected.picture.id);
        expect(largestDifference(embedding, expected.embedding)).toBeLessThan(1e-5);
      }
      expect(cosine(alone.embedding, other.embedding)).toBeLessThan(0.99);
    });

    test("texts are embedded in order, each as a unit vector", async () => {
      const [first, second] = await embedder.embedTexts(["a cat", "two dogs in the snow"]);
      const [again] = await embedder.embedTexts(["two dogs in the snow"]);
      expect(first?.embedding).toHaveLength(embedder.dimensions);
      expect(cosine(first?.embedding, first?.embedding)).toBeCloseTo(1, 5);
      expect(cosine(second?.embedding, again?.embedding)).toBeCloseTo(1, 4);
      expect(cosine(first?.embedding, second?.embedding)).toBeLessThan(0.99);
      expect(await embedder.embedTexts([])).toEqual([]);
    });

    test("only a text beyond the model's context is marked as truncated", async () => {
      const answers = await embedder.embedTexts(["a cat", "cat ".repeat(400)]);
      expect(answers.map((answer) => answer.truncated)).toEqual([false, true]);
    });

    test("a bad picture is refused with its reason, and the next one is embedded", async () => {
      const refused = async (source: Parameters<Embedder["embedPicture"]>[0], code: string) =>
        expect(embedder.embedPicture(source)).rejects.toMatchObject({ name: "PictureError", code });
      await refused({ path: join(folder, "nowhere.png") }, "unreadable");
      await refused({ bytes: new Uint8Array() }, "empty");
      await refused({ bytes: notAPicture }, "not-a-picture");
      expect((await embedder.embedPicture({ bytes: dog })).embedding).toHaveLength(embedder.dimensions);
    });

    test("date and header alone can be read from a picture, and a bad one is refused", async () => {
      const { picture } = await embedder.embedPicture({ bytes: cat });
      expect(await embedder.inspectPicture({ bytes: cat })).toEqual({
        id: picture.id,
        takenAt: picture.takenAt,
        carried: { keywords: [], titles: [] },
        decodesDifferently: false,
        ...(picture.facts && { facts: picture.facts }),
      });
      await expect(embedder.inspectPicture({ bytes: notAPicture })).rejects.toMatchObject({
        name: "PictureError",
        code: "not-a-picture",
      });
    });

    test("a picture is measured as when it was embedded, and a bad one is refused", async () => {
      const { picture } = await embedder.embedPicture({ bytes: cat });
      const { jpegQuality, detail, measuredSide } = picture.quality ?? {};
      expect(await embedder.measurePicture({ bytes: cat })).toMatchObject({
        id: picture.id,
        quality: { jpegQuality, detail, measuredSide },
      });
      await expect(embedder.measurePicture({ bytes: notAPicture })).rejects.toMatchObject({
        name: "PictureError",
        code: "not-a-picture",
      });
    });

    test("pictures are rendered for viewing, and a bad one is refused", async () => {
      const drawn = await sharp({ create: { width: 80, height: 40, channels: 3, background: "#a63" } })
        .webp()
        .toBuffer();
      const limits = { longestSide: 20, maxBytes: 100_000 };
      const fitted = { as: "fitted", source: { bytes: drawn }, ...limits } as const;
      expect(await embedder.render(fitted)).toMatchObject({ mimeType: "image/jpeg", width: 20, height: 10 });
      const png = await embedder.render({ as: "png", thumbnail: drawn });
      expect(await sharp(png.bytes).metadata()).toMatchObject({ format: "png", width: 80, height: 40 });
      const items = [{ thumbnail: drawn, label: "1" }];
      const sheet = await embedder.render({ as: "sheet", items, maxBytes: 3000 });
      expect(sheet.bytes.length).toBeLessThan(3000);
      const bad = embedder.render({ ...fitted, source: { bytes: Buffer.from("text") } });
      await expect(bad).rejects.toMatchObject({ name: "PictureError", code: "not-a-picture" });
      await expect(embedder.render(fitted, AbortSignal.abort())).rejects.toMatchObject({
        name: "AbortError",
      });
    });

    test("a cancelled call rejects, and the next one succeeds", async () => {
      const cancelled = AbortSignal.abort();
      await expect(embedder.embedPicture({ bytes: cat }, cancelled)).rejects.toMatchObject({
        name: "AbortError",
      });
      await expect(embedder.embedTexts(["a cat"], cancelled)).rejects.toMatchObject({ name: "AbortError" });
      expect(await embedder.embedTexts(["a cat"])).toHaveLength(1);
    });

    test("after close the next call starts it again", async () => {
      await embedder.close();
      expect(await embedder.embedTexts(["a cat"])).toHaveLength(1);
    });
  });
}

function cosine(a: Embedding | undefined, b: Embedding | undefined): number {
  return a?.reduce((sum, value, at) => sum + value * (b?.[at] ?? Number.NaN), 0) ?? Number.NaN;
}

function largestDifference(a: Embedding, b: Embedding): number {
  return Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? Number.NaN))));
}
