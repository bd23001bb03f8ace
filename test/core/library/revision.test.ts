import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

test("the revision follows pictures, files and verdicts, and reads no verdict for it", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  const { library } = await openTestLibrary(temporaryFolder(), {
    around: (catalog) => ({
      ...catalog,
      verdicts: { ...catalog.verdicts, list: () => Promise.reject(new Error("every verdict was read")) },
    }),
  });
  await library.add([folder]);
  const view = library.within(everything);
  const [a = "", b = ""] = (await view.find({ terms: [], sort: "newest" })).hits.map(({ id }) => id);
  const seen = [await library.revision()];
  await view.find({ terms: [{ text: "cat" }] });
  expect(await library.revision()).toBe(seen[0]);
  const changes = [
    () => library.verdicts.put(a, b, "same"),
    () => library.verdicts.put(b, a, "different"),
    async () => {
      writePictures(folder, { "c.jpg": "fox" });
      await library.add([folder]);
    },
    async () => {
      rmSync(join(folder, "a.jpg"));
      await library.add([folder]);
    },
  ];
  for (const change of changes) {
    await change();
    const now = await library.revision();
    expect(seen).not.toContain(now);
    seen.push(now);
  }
  await library.close();
});
