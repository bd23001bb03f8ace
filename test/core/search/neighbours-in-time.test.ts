import { expect, test } from "vitest";
import type { Scope } from "../../../src/core/types.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

/** Each picture shows the minute it was taken in. */
async function libraryOf(pictures: Record<string, string>) {
  const folder = temporaryFolder();
  writePictures(folder, pictures);
  const { library } = await openTestLibrary(temporaryFolder(), {
    embedder: new FakeEmbedder({
      facts: (bytes) => ({
        takenAt: {
          wallClock: Date.UTC(2024, 0, 1, 0, Number.parseInt(String(Buffer.from(bytes)), 10)),
          source: "xmp",
        },
      }),
    }),
  });
  await library.add([folder]);
  const namesAround = async (name: string, limit: number, scope: Scope = everything) => {
    const view = library.within(scope);
    const { id } = await view.resolveImage(`${folder}/${name}`);
    const { before, after } = await view.neighboursInTime(id, limit);
    const names = (images: typeof before) =>
      images.map(({ placements: [at] }) => (at?.kind === "file" ? at.path.slice(folder.length + 1) : "?"));
    return { before: names(before), after: names(after) };
  };
  return { folder, namesAround };
}

test("are the nearest before and after, and those of the same time, without the picture itself", async () => {
  const { namesAround } = await libraryOf({
    "a.jpg": "1 a",
    "b.jpg": "2 b",
    "c.jpg": "3 c",
    "burst.jpg": "3 again",
    "d.jpg": "4 d",
    "e.jpg": "9 e",
  });
  expect(await namesAround("c.jpg", 2)).toEqual({
    before: ["b.jpg", "a.jpg"],
    after: ["burst.jpg", "d.jpg"],
  });
  expect(await namesAround("a.jpg", 1)).toEqual({ before: [], after: ["b.jpg"] });
  expect(await namesAround("e.jpg", 1)).toEqual({ before: ["d.jpg"], after: [] });
});

test("lie within the scope", async () => {
  const { folder, namesAround } = await libraryOf({
    "in/a.jpg": "1 a",
    "out/b.jpg": "2 b",
    "in/c.jpg": "3 c",
    "out/d.jpg": "4 d",
  });
  const scope: Scope = { files: { folders: [`${folder}/in`] }, discord: "none" };
  expect(await namesAround("in/c.jpg", 5, scope)).toEqual({ before: ["in/a.jpg"], after: [] });
});
