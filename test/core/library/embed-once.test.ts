import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { PictureError } from "../../../src/core/errors.ts";
import { EmbedOnce, type Keep } from "../../../src/core/library/embed-once.ts";
import type { IdentifiedPicture, IsWanted, PictureSource } from "../../../src/core/ports.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { embeddingOf, idOf, newImage, picture } from "../../support/new-image.ts";

type EmbedIfWanted = (path: string, isWanted: IsWanted) => Promise<IdentifiedPicture>;

/** An embedding process that a test controls step by step. */
class ScriptedEmbedder extends FakeEmbedder {
  readonly #script: EmbedIfWanted;

  constructor(script: EmbedIfWanted) {
    super();
    this.#script = script;
  }

  override async embedIfWanted(source: PictureSource, isWanted: IsWanted): Promise<IdentifiedPicture> {
    return this.#script("path" in source ? source.path : "", isWanted);
  }
}

const embeddedAs = (content: string): IdentifiedPicture => ({
  id: idOf(content),
  embedded: { picture: picture(content), embedding: embeddingOf(content) },
});

async function runsOf(script: EmbedIfWanted, options: { rereadAll?: boolean } = {}) {
  const catalog = await openCatalog({ path: ":memory:" });
  onTestFinished(() => catalog.close());
  const kept: [string, boolean][] = [];
  const keep: Keep = async ({ picture: { id } }, replaces) => void kept.push([id, replaces]);
  const embedder = new ScriptedEmbedder(script);
  const run = () => new EmbedOnce({ catalog, embedder }, { onWait: async () => undefined, ...options });
  return { catalog, run, keep, kept };
}

test("an embedding process that was restarted gets the same decision for the same bytes", async () => {
  const { run, keep, kept } = await runsOf(async (path, isWanted) => {
    expect([await isWanted(idOf(path)), await isWanted(idOf(path))]).toEqual([true, true]);
    return embeddedAs(path);
  });
  expect(await run().read("cat", keep)).toBeUndefined();
  expect(kept).toEqual([[idOf("cat"), false]]);
});

test("a file that is another picture by then leaves the first to other runs", async () => {
  const { run, keep, kept } = await runsOf(async (path, isWanted) => {
    await isWanted(idOf("cat"));
    if (path === "cat") return embeddedAs("cat");
    await isWanted(idOf("dog"));
    return embeddedAs("dog");
  });
  await run().read("changing", keep);
  await run().read("cat", keep);
  expect(kept.map(([id]) => id)).toEqual([idOf("dog"), idOf("cat")]);
});

test("of files with the same bytes one is embedded, and the others are known once it is kept", async () => {
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const { run, keep, kept } = await runsOf(async (_, isWanted) => {
    if (!(await isWanted(idOf("cat")))) return { id: idOf("cat") };
    await finished;
    return embeddedAs("cat");
  });
  const once = run();
  const slowly: Keep = async (...kept) => {
    await nextTurn();
    await keep(...kept);
  };
  const all = Promise.all(["a", "b", "c"].map(async (path) => [await once.read(path, slowly), kept.length]));
  await nextTurn();
  finish();
  expect(await all).toEqual([
    [undefined, 1],
    [idOf("cat"), 1],
    [idOf("cat"), 1],
  ]);
});

test("when the one that was waited for fails, the next file is embedded", async () => {
  const { run, keep, kept } = await runsOf(async (path, isWanted) => {
    const isFirst = await isWanted(idOf("cat"));
    if (!isFirst) return { id: idOf("cat") };
    await nextTurn();
    if (path === "a") throw new PictureError("damaged", "It is damaged here.");
    return embeddedAs("cat");
  });
  const once = run();
  const outcomes = await Promise.allSettled(["a", "b", "c"].map((path) => once.read(path, keep)));
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(kept).toEqual([[idOf("cat"), false]]);
});

test("a known picture is embedded only to be replaced", async () => {
  const script: EmbedIfWanted = async (path, isWanted) =>
    (await isWanted(idOf(path))) ? embeddedAs(path) : { id: idOf(path) };
  const plain = await runsOf(script);
  await plain.catalog.images.put([newImage("cat")]);
  expect(await plain.run().read("cat", plain.keep)).toBe(idOf("cat"));
  const again = await runsOf(script, { rereadAll: true });
  await again.catalog.images.put([newImage("cat")]);
  const once = again.run();
  expect(await once.read("cat", again.keep)).toBeUndefined();
  expect(again.kept).toEqual([[idOf("cat"), true]]);
  expect(await once.read("cat", again.keep), "a copy").toBe(idOf("cat"));
});

test("another run waits until the picture is committed, or takes it over", async () => {
  const script: EmbedIfWanted = async (path, isWanted) =>
    (await isWanted(idOf(path))) ? embeddedAs(path) : { id: idOf(path) };
  const { catalog, run, keep, kept } = await runsOf(script);
  const [first, second] = [run(), run()];
  await first.read("cat", keep);
  await first.read("dog", keep);
  const waiting = Promise.all([second.read("cat", keep), second.read("dog", keep)]);
  await catalog.images.put([newImage("cat")]);
  await first.committed([idOf("cat")]);
  await first.close();
  expect(await waiting).toEqual([idOf("cat"), undefined]);
  expect(kept.map(([id]) => id)).toEqual([idOf("cat"), idOf("dog"), idOf("dog")]);
});
