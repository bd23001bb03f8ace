import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

/** Of more than one letter, or the capital of two. */
const CAPITALS_OF_ANOTHER = [
  ["Straße", "STRASSE", "strasse", "STRAẞE"],
  ["ΟΔΟΣ", "οδος", "οδοσ"],
  ["kız", "KIZ"],
  ["ᾠδή", "ᾨδή", "ὨΙΔΉ"],
] as const;

test("a tag is the same in any case: when added, searched for, excluded and removed", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog", "c.jpg": "fox" });
  const { library, catalog } = await openTestLibrary(temporaryFolder());
  await library.add([folder]);
  const id = async (name: string) => (await library.within(everything).resolveImage(join(folder, name))).id;
  const count = async (narrowed: object) =>
    (await library.within({ ...everything, ...narrowed }).find({ terms: [], sort: "newest" })).hits.length;
  await library.tags.put(await id("a.jpg"), "Été");
  await library.tags.put(await id("b.jpg"), "éTÉ");
  expect(await library.within(everything).tags()).toEqual([
    { tag: "Été", byPerson: 2, byFile: 0, byModel: 0 },
  ]);
  // As an older version may have left it.
  await catalog.tags.put(await id("c.jpg"), "ÉTÉ");
  await catalog.tags.put(await id("c.jpg"), "Beach");
  for (const tag of ["été", "Été", "ÉTÉ"]) {
    expect(await count({ tags: [tag] })).toBe(3);
    expect(await count({ notTags: [tag] })).toBe(0);
  }
  expect(await count({ tags: ["été", "ÉTÉ", "beach"] })).toBe(1);
  expect(await library.tags.reject(await id("c.jpg"), "été")).toBe(true);
  expect(await count({ tags: ["été"] })).toBe(2);
  for (const [tag, ...others] of CAPITALS_OF_ANOTHER) {
    await library.tags.put(await id("a.jpg"), tag);
    for (const other of others) {
      expect(await count({ tags: [other] }), other).toBe(1);
      await library.within(everything).requireTags([other]);
    }
    expect(await count({ tags: [`${tag}x`] })).toBe(0);
  }
  await library.close();
});
