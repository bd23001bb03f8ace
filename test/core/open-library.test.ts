import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openCatalog } from "../../src/core/catalog/open-catalog.ts";
import { openLibrary } from "../../src/core/open-library.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { everything } from "../support/test-library.ts";

/** A library folder whose catalog records this model as the one that made its vectors. */
async function madeBy(model: string, space: string): Promise<string> {
  const directory = join(temporaryFolder(), "library");
  const catalog = await openCatalog({ path: join(directory, "catalog.db") });
  await catalog.embeddings.setActiveModel(model, space);
  await catalog.close();
  return directory;
}

describe("opening a library", () => {
  test("for reading only creates none", async () => {
    const directory = join(temporaryFolder(), "library");
    await expect(openLibrary({ directory, mustExist: true })).rejects.toThrow(/no library at .*glimpse add/);
    expect(existsSync(directory)).toBe(false);
    await (await openLibrary({ directory })).close();
    const library = await openLibrary({ directory, mustExist: true });
    expect((await library.within(everything).status()).modelProblem).toBeNull();
    await library.close();
  });

  test("a new one takes the built-in model and remembers it", async () => {
    const directory = join(temporaryFolder(), "library");
    const library = await openLibrary({ directory });
    expect(await library.within(everything).status()).toMatchObject({ model: "pocket", images: 0 });
    await library.close();
    expect(existsSync(join(directory, "catalog.db"))).toBe(true);
    await expect(openLibrary({ directory, model: "clip-vit-b32" })).rejects.toThrow(
      /models use clip-vit-b32/,
    );
  });

  test("the error names a model that is not installed and how to get it; status still works", async () => {
    const directory = await madeBy("clip-vit-b32", "clip-vit-b32@00000000");
    await expect(openLibrary({ directory })).rejects.toThrow(/glimpse models pull clip-vit-b32/);
    await expect(openLibrary({ directory })).rejects.toThrow(/glimpse models use pocket/);
    const library = await openLibrary({ directory, allowModelMismatch: true });
    expect(await library.within(everything).status()).toMatchObject({
      model: "clip-vit-b32",
      space: "clip-vit-b32@00000000",
      modelProblem: expect.stringMatching(/models pull clip-vit-b32.*models use pocket/),
    });
    await library.close();
  });

  test("other weights of the same model are not mixed with the stored vectors", async () => {
    const directory = await madeBy("pocket", "pocket@00000000");
    await expect(openLibrary({ directory })).rejects.toThrow(/other weights of pocket.*models use pocket/);
    const library = await openLibrary({ directory, allowModelMismatch: true });
    expect((await library.within(everything).status()).modelProblem).toMatch(/other weights of pocket/);
    expect(await library.useModel("pocket")).toMatchObject({ switched: true });
    await library.close();
    const again = await openLibrary({ directory });
    expect((await again.within(everything).find({ terms: [{ text: "a dog" }] })).hits).toEqual([]);
    await again.close();
  });

  test("the error for an unknown model lists the known ones", async () => {
    const directory = join(temporaryFolder(), "library");
    await expect(openLibrary({ directory, model: "nonsense" })).rejects.toThrow(/clip-vit-b32.*pocket/);
    expect(existsSync(directory)).toBe(false);
  });
});
