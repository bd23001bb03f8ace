import { expect, test } from "vitest";
import { ImagePipeline } from "../../../src/core/embedder/image-pipeline.ts";
import { PriorityMutex } from "../../../src/core/embedder/priority-mutex.ts";
import { PictureError } from "../../../src/core/errors.ts";
import type { ReadPicture } from "../../../src/core/image/read-picture.ts";

const nothing = new Uint8Array();
const quality = { jpegQuality: null, detail: 1, measuredSide: 1 };
const facts = { format: "png", width: 1, height: 1, bytes: 1, takenAt: null, quality } as const;
const readAs = (id: string): ReadPicture => ({
  picture: { id, ...facts, thumbnail: nothing, fingerprint: nothing },
  pixels: Float32Array.of(id.length),
});

function lineOf(read: (path: string) => Promise<ReadPicture>, vectorOf = () => Float32Array.of(3, 4)) {
  const batches: number[] = [];
  const mutex = new PriorityMutex();
  const pipeline = new ImagePipeline({
    decoders: 2,
    read: (source) => read("path" in source ? source.path : ""),
    tower: {
      batch: 4,
      embed: async (pictures) => {
        batches.push(pictures.length);
        return pictures.map(vectorOf);
      },
    },
    runExclusive: (run) => mutex.runExclusive(run),
  });
  let requestId = 0;
  return { pipeline, batches, embed: (path: string) => pipeline.embed(requestId++, { path }) };
}

test("pictures are embedded in full batches while more are coming", async () => {
  const { batches, embed } = lineOf(async (path) => readAs(path));
  const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => embed(`p${at}`)));
  expect(answers.map((answer) => answer?.picture.id)).toEqual(
    Array.from({ length: 10 }, (_, at) => `p${at}`),
  );
  expect(batches.reduce((sum, size) => sum + size, 0)).toBe(10);
  expect(Math.max(...batches)).toBe(4);
  expect([...(answers[0]?.embedding ?? [])]).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)]);
});

test("a picture that takes forever to read does not delay those that are ready", async () => {
  const { embed } = lineOf((path) =>
    path === "slow" ? new Promise(() => {}) : Promise.resolve(readAs(path)),
  );
  void embed("slow");
  expect(await Promise.all(["a", "b", "c", "d", "e"].map(embed))).toHaveLength(5);
});

test("only the picture that fails is rejected", async () => {
  const { embed } = lineOf(async (path) => {
    if (path === "bad") throw new PictureError("damaged", "It is damaged.");
    return readAs(path);
  });
  const outcomes = await Promise.allSettled(["a", "bad", "b"].map(embed));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("a zero vector fails only its picture", async () => {
  const { embed } = lineOf(
    async (path) => readAs(path),
    () => Float32Array.of(0, Number.NaN),
  );
  await expect(embed("a")).rejects.toMatchObject({ name: "PictureError", code: "failed" });
});

test("urgent work overtakes waiting work", async () => {
  const mutex = new PriorityMutex();
  const order: string[] = [];
  const run = (name: string) => async () => void order.push(name);
  await Promise.all([
    mutex.runExclusive(run("first")),
    mutex.runExclusive(run("picture")),
    mutex.runExclusive(run("words"), true),
  ]);
  expect(order).toEqual(["first", "words", "picture"]);
});
