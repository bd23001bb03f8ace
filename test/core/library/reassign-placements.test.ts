import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aroundWrites } from "../../support/around-catalog.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

async function stage(pictures: Record<string, string>) {
  const folder = temporaryFolder();
  writePictures(folder, pictures);
  const opened = await openTestLibrary(temporaryFolder());
  await opened.library.add([folder]);
  const path = (name: string) => join(folder, name);
  const idAt = async (name: string) => (await opened.catalog.files.placement(path(name)))?.id;
  const move = (from: string, to: string) => renameSync(path(from), path(to));
  return { ...opened, folder, path, idAt, move };
}

test("files that swapped places keep their vectors and user tags", async () => {
  const names = Array.from({ length: 80 }, (_, n) => `${n}.jpg`);
  const { library, embedder, folder, idAt, move } = await stage(
    Object.fromEntries(names.map((name, n) => [name, `cat ${"x".repeat(n)}`])),
  );
  const before = await Promise.all(names.map(idAt));
  await library.tags.put(before[0] ?? "", "mine");
  move("0.jpg", "away");
  for (let n = 1; n < names.length; n++) move(`${n}.jpg`, `${n - 1}.jpg`);
  move("away", "79.jpg");

  const report = await library.add([folder]);

  expect(report).toMatchObject({ added: 0, known: 80, removed: 0, skipped: [] });
  expect(embedder.calls.pictures).toBe(80);
  expect(await Promise.all(names.map(idAt))).toEqual([...before.slice(1), before[0]]);
  expect((await library.within(everything).image(before[0] ?? "")).tags).toMatchObject([{ tag: "mine" }]);
  expect(await library.check()).toEqual([]);
  await library.close();
});

test("a file that was moved away and replaced keeps its vector at its new place", async () => {
  const { library, embedder, folder, path, idAt, move } = await stage({ "a.jpg": "cat", "b.jpg": "a dog" });
  const cat = await idAt("a.jpg");
  move("a.jpg", "moved.jpg");
  move("b.jpg", "a.jpg");
  writeFileSync(path("b.jpg"), "a new boat");
  expect(await library.add([folder])).toMatchObject({ added: 1, known: 2, removed: 0, skipped: [] });
  expect(await idAt("moved.jpg")).toBe(cat);
  expect(embedder.calls.pictures).toBe(3);
  await library.close();
});

test("a picture removed while its copy is being placed is read by the next run", async () => {
  const [folder, directory] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, { "a.jpg": "cat" });
  let erase = async (): Promise<unknown> => undefined;
  const { library, catalog } = await openTestLibrary(directory, {
    around: (real) =>
      aroundWrites(real, async ({ name }, run) => {
        if (name === "images.putPlacements") await erase();
        return run();
      }),
  });
  await library.add([folder]);
  const id = (await catalog.files.placement(join(folder, "a.jpg")))?.id ?? "";
  writePictures(folder, { "copy.jpg": "cat", "b.jpg": "dog" });
  erase = async () => {
    erase = async () => undefined;
    await catalog.images.remove([id]);
  };
  expect(await library.add([folder])).toMatchObject({
    added: 1,
    skipped: [{ origin: join(folder, "copy.jpg"), code: "changed-while-reading" }],
  });
  expect(await library.add([folder])).toMatchObject({ added: 1, skipped: [] });
  await library.close();
});
