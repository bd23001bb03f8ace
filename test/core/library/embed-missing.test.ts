import { expect, test } from "vitest";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const PICTURES = 150;

test("two runs at once after a switch share the pictures: none is embedded twice, and both end with all of them", async () => {
  const [directory, folder] = [temporaryFolder(), temporaryFolder()];
  const names = Array.from({ length: PICTURES }, (_, n) => [`${n}.jpg`, `cat ${n}`] as const);
  writePictures(folder, Object.fromEntries(names));
  const slowly = () => new FakeEmbedder({ space: "next@11111111", beforePicture: () => tick() });
  const [first, second] = [slowly(), slowly()];
  const one = await openTestLibrary(directory, { models: { next: first } });
  await one.library.add([folder]);
  const two = await openTestLibrary(directory, { models: { next: second } });
  const reports = await Promise.all([one.library.useModel("next"), two.library.useModel("next")]);
  expect(reports).toMatchObject([
    { embedded: first.calls.pictures, unreachable: 0, switched: true },
    { embedded: second.calls.pictures, unreachable: 0, switched: true },
  ]);
  expect(first.calls.pictures).toBeGreaterThan(0);
  expect(second.calls.pictures).toBeGreaterThan(0);
  expect(first.calls.pictures + second.calls.pictures).toBe(PICTURES);
  expect(await one.library.within(everything).status()).toMatchObject({ unembedded: 0, older: [] });
  await Promise.all([one.library.close(), two.library.close()]);
});

test("what a run that ends early had claimed is embedded by the other", async () => {
  const [directory, folder] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  const stop = new AbortController();
  let hasStarted = () => {};
  const started = new Promise<void>((resolve) => {
    hasStarted = resolve;
  });
  const untilStopped = () => {
    hasStarted();
    return new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
  };
  const stuck = new FakeEmbedder({ space: "next@11111111", beforePicture: untilStopped });
  const one = await openTestLibrary(directory, { models: { next: stuck } });
  await one.library.add([folder]);
  const two = await openTestLibrary(directory, {
    models: { next: new FakeEmbedder({ space: "next@11111111" }) },
  });
  const ended = expect(one.library.useModel("next", { signal: stop.signal })).rejects.toThrow();
  await started;
  const other = two.library.useModel("next");
  stop.abort();
  await ended;
  expect(await other).toMatchObject({ embedded: 2, switched: true });
  await Promise.all([one.library.close(), two.library.close()]);
});

const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
