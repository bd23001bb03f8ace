import { join } from "node:path";
import { expect, test } from "vitest";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const nextModel = (space = "next@1") => ({ next: new FakeEmbedder({ space }) });

test("a model switch by another process during an addition embeds nothing twice and loses no picture", async () => {
  const [folder, directory] = [temporaryFolder(), temporaryFolder()];
  writePictures(
    folder,
    Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`p${n}.jpg`, `thing ${n}`])),
  );
  let meanwhile: (() => Promise<unknown>) | undefined;
  const beforePicture = async () => {
    const now = meanwhile;
    meanwhile = undefined;
    await now?.();
  };
  const embedder = new FakeEmbedder({ beforePicture });
  const here = await openTestLibrary(directory, { embedder, models: nextModel() });
  await here.library.add([folder]);
  const elsewhere = await openTestLibrary(directory, { models: nextModel() });

  writePictures(folder, { "new.jpg": "zebra" });
  const before = embedder.calls.pictures;
  let result: unknown;
  meanwhile = async () => {
    await elsewhere.library.useModel("next");
    // The old model must stay open for the addition, though the query opens the new one.
    result = await here.library.within(everything).find({ terms: [{ text: "thing 3" }], limit: 1 });
    expect(embedder.calls.closed).toBe(0);
  };
  expect(await here.library.add([])).toMatchObject({ added: 1, skipped: [] });
  expect(result).toMatchObject({ searched: 20 });
  expect(embedder.calls.pictures - before, "pictures put through the old model").toBe(1);
  expect(embedder.calls.closed).toBe(1);

  const { hits } = await here.library.within(everything).find({ terms: [{ text: "zebra" }], limit: 1 });
  expect(hits).toMatchObject([{ placements: [{ path: join(folder, "new.jpg") }] }]);
  await here.library.close();
  await elsewhere.library.close();
});

test("a switch to weights that are not installed here is an error, not an empty result", async () => {
  const [folder, directory] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, { "a.jpg": "cat" });
  const here = await openTestLibrary(directory, { models: nextModel("next@old") });
  await here.library.add([folder]);
  const elsewhere = await openTestLibrary(directory, { models: nextModel("next@new") });
  await elsewhere.library.useModel("next");

  const question = { terms: [{ text: "cat" }] };
  await expect(here.library.within(everything).find(question)).rejects.toThrow(
    /other weights of next .*Update this Glimpse/,
  );
  await expect(here.library.add([])).rejects.toThrow(/other weights/);
  expect((await elsewhere.library.within(everything).find(question)).searched).toBe(1);
  expect((await elsewhere.catalog.embeddings.spaces()).map(({ space }) => space)).toEqual([
    "fake@00000000",
    "next@new",
  ]);
  await here.library.close();
  await elsewhere.library.close();
});
