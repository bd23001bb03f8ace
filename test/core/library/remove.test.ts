import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../../support/test-library.ts";

async function setUp(pictures: Record<string, string>) {
  const [folder, directory] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, pictures);
  const { library } = await openTestLibrary(directory);
  await library.add([folder]);
  return { folder, directory, library };
}

test("files that failed are forgotten with their folder, or by name, to the last byte", async () => {
  const { folder, directory, library } = await setUp({
    "a.jpg": "cat",
    "one/broken-secret.jpg": "broken",
    "two/empty-secret.jpg": "",
  });
  expect(await library.failures()).toHaveLength(2);
  await library.remove({ paths: [join(folder, "one")] });
  await library.remove({ paths: [join(folder, "two/empty-secret.jpg")] });
  expect(await library.failures()).toEqual([]);
  await library.close();
  for (const name of readdirSync(directory).filter((file) => file.startsWith("catalog")))
    expect(readFileSync(join(directory, name)).includes("secret"), name).toBe(false);
});

test("nothing is removed when one of the paths is unknown", async () => {
  const { folder, library } = await setUp({ "one/a.jpg": "cat", "b.jpg": "dog" });
  const paths = [join(folder, "one"), join(folder, "misspelt")];
  await expect(library.remove({ paths })).rejects.toThrow(/misspelt is not in the library/);
  expect((await library.status()).images).toBe(2);
  expect(await library.remove({ paths: [join(folder, "one")] })).toEqual({ placements: 1, images: 1 });
  await library.close();
});
