import { expect, test } from "vitest";
import { LibraryError } from "../../../src/core/errors.ts";
import { promptVectors } from "../../../src/core/labels/prompt-vectors.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { MapSettings } from "./label-parts.ts";

const DIMENSIONS = 8;
const labels = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => [`thing ${from + at}`]);

function parts() {
  return { embedder: new FakeEmbedder({ dimensions: DIMENSIONS }), settings: new MapSettings() };
}

test("twenty thousand labels are kept in a few writes, and all of them are remembered", async () => {
  const { embedder, settings } = parts();
  const first = await promptVectors({ embedder, settings }, labels(0, 20_000));
  expect(settings.writes).toBeLessThan(200);
  expect(embedder.calls.texts).toBe(20_000);
  expect(await promptVectors({ embedder, settings }, labels(0, 20_000))).toEqual(first);
  expect(embedder.calls.texts).toBe(20_000);
});

test("the cache stays bounded however many labels are used, and keeps the latest", async () => {
  const { embedder, settings } = parts();
  const sizes: number[] = [];
  for (let from = 0; from < 90_000; from += 15_000) {
    await promptVectors({ embedder, settings }, labels(from, from + 15_000));
    sizes.push(settings.characters);
  }
  expect(sizes[5]).toBe(sizes[4]);
  const embedded = embedder.calls.texts;
  await promptVectors({ embedder, settings }, labels(89_000, 90_000));
  expect(embedder.calls.texts).toBe(embedded);
});

test("labels used later join those that are cached", async () => {
  const { embedder, settings } = parts();
  for (let at = 0; at < 300; at++) await promptVectors({ embedder, settings }, labels(at, at + 1));
  const vectors = await promptVectors({ embedder, settings }, labels(0, 300));
  expect(embedder.calls.texts).toBe(300);
  expect(vectors).toEqual(await promptVectors(parts(), labels(0, 300)));
});

test("what was embedded before an interruption is remembered", async () => {
  const { embedder, settings } = parts();
  const interruption = new AbortController();
  const interrupted = {
    space: embedder.space,
    embedTexts: (texts: readonly string[], signal?: AbortSignal) => {
      if (embedder.calls.texts > 0) interruption.abort(new Error("enough"));
      return embedder.embedTexts(texts, signal);
    },
  };
  const { signal } = interruption;
  await expect(promptVectors({ embedder: interrupted, settings }, labels(0, 1000), signal)).rejects.toThrow(
    "enough",
  );
  const embedded = embedder.calls.texts;
  expect(embedded).toBeGreaterThan(0);
  await promptVectors({ embedder, settings }, labels(0, embedded));
  expect(embedder.calls.texts).toBe(embedded);
});

test.each(["AAAA", { digests: ["x"], vectors: "AAAAAA==" }, { digests: [], vectors: "" }])(
  "a cached value such as %j is computed again",
  async (value) => {
    const { embedder, settings } = parts();
    const odd = { get: async () => JSON.parse(JSON.stringify(value)), set: settings.set.bind(settings) };
    const vectors = await promptVectors({ embedder, settings: odd }, labels(0, 3));
    expect(vectors).toEqual(await promptVectors(parts(), labels(0, 3)));
  },
);

test("a failing store costs nothing but the cached vectors", async () => {
  const { embedder } = parts();
  const fail = async () => {
    throw new LibraryError("The disk is full.");
  };
  const vectors = await promptVectors({ embedder, settings: { get: fail, set: fail } }, labels(0, 3));
  expect(vectors).toEqual(await promptVectors(parts(), labels(0, 3)));
});
