import { symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NotFoundError, UsageError } from "../../../src/core/errors.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

async function withCat() {
  const folder = temporaryFolder();
  writePictures(folder, { "cat.jpg": "cat" });
  const { library } = await openTestLibrary(temporaryFolder());
  await library.add([folder]);
  const [id = ""] = await library.within(everything).completeId("", 1);
  return { folder, library, id };
}

test("an image is named by its file, a link to it, its id or a prefix of that", async () => {
  const { folder, library, id } = await withCat();
  const link = join(temporaryFolder(), "link.jpg");
  symlinkSync(join(folder, "cat.jpg"), link);
  for (const name of [join(folder, "cat.jpg"), link, id, id.slice(0, 6)])
    expect((await library.within(everything).resolveImage(name)).id).toBe(id);
  unlinkSync(join(folder, "cat.jpg"));
  expect((await library.within(everything).resolveImage(join(folder, "cat.jpg"))).id).toBe(id);
  await expect(library.within(everything).resolveImage("dog.jpg")).rejects.toThrow(
    /dog\.jpg is neither a file of the library/,
  );
  await expect(library.within(everything).resolveImage("ffffffff")).rejects.toThrow(NotFoundError);
  await library.close();
});

test("manual tags are normalised and checked, and removing one reports whether it was there", async () => {
  const { library, id } = await withCat();
  await library.tags.put(id, " my  cat ");
  for (const tag of ["", "bad,tag"]) {
    await expect(library.tags.put(id, tag)).rejects.toThrow(UsageError);
    await expect(library.tags.reject(id, tag)).rejects.toThrow(UsageError);
  }
  expect((await library.within(everything).image(id)).tags).toEqual([
    { tag: "my cat", by: "person", score: 1 },
  ]);
  expect(await library.tags.reject(id, "my cat")).toBe(true);
  expect(await library.tags.reject(id, "my cat")).toBe(false);
  expect(await library.tags.reject(id, "never there")).toBe(false);
  await library.close();
});
