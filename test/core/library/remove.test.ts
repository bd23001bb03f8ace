import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENTIRE_LIBRARY } from "../../../src/core/index.ts";
import { post } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../../support/test-library.ts";

async function setUp(pictures: Record<string, string>) {
  const [folder, directory] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, pictures);
  const { library } = await openTestLibrary(directory);
  await library.add([folder]);
  return { folder, directory, library };
}

test("failed files are erased with their folder or by name, to the last byte", async () => {
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
  expect((await library.within(ENTIRE_LIBRARY).status()).images).toBe(2);
  expect(await library.remove({ paths: [join(folder, "one")] })).toEqual({ placements: 1, images: 1 });
  await library.close();
});

describe("before anything is removed", () => {
  async function tagged() {
    const opened = await setUp({ "one/a.jpg": "cat", "one/b.jpg": "dog", "c.jpg": "cat", "d.jpg": "fox" });
    const { folder, library } = opened;
    const [a, b, d] = await Promise.all(
      ["one/a.jpg", "one/b.jpg", "d.jpg"].map(
        async (name) => (await library.within(ENTIRE_LIBRARY).resolveImage(join(folder, name))).id,
      ),
    );
    await library.tags.put(b ?? "", "mine");
    await library.tags.put(a ?? "", "kept");
    await library.verdicts.put(b ?? "", d ?? "", "different");
    return opened;
  }

  test("the preview counts what would be removed: images that are also elsewhere stay, with their tags", async () => {
    const { folder, library } = await tagged();
    const preview = (path: string) => library.removalPreview({ paths: [path] });
    expect(await preview(join(folder, "one"))).toEqual({
      images: 1,
      placements: 2,
      userTags: 1,
      verdicts: 1,
      isWide: true,
    });
    expect(await preview("/")).toMatchObject({ images: 3, placements: 4, userTags: 2, isWide: true });
    expect(await preview(join(folder, "d.jpg"))).toMatchObject({ images: 1, placements: 1, isWide: false });
    const { id } = await library.within(ENTIRE_LIBRARY).resolveImage(join(folder, "one/a.jpg"));
    expect(await library.removalPreview({ ids: [id] })).toMatchObject({ placements: 2, isWide: false });
    await expect(preview(join(folder, "misspelt"))).rejects.toThrow(/misspelt is not in the library/);
    expect((await library.within(ENTIRE_LIBRARY).status()).images).toBe(3);
    await library.close();
  });

  test.each([
    [{}],
    [{ channelId: "c1" }],
    [{ authorId: "u2" }],
    [{ channelId: "c1", authorId: "u2" }],
    [{ messageIds: ["m-1", "m-3", "m-5"] }],
    [{ attachmentIds: ["2", "5"] }],
    [{ postedBefore: 30 }],
    [{ messageIds: [] }],
  ])("the preview of posts selected by %j matches their removal", async (selector) => {
    const { library } = await setUp({ "a.jpg": "cat" });
    const posts: [string, string, object][] = [
      ["1", "cat", {}],
      ["2", "dog", { authorId: "u2", postedAt: 20 }],
      ["3", "dog", { channelId: "c2", postedAt: 30 }],
      ["4", "fox", { channelId: "c2", authorId: "u2", postedAt: 40 }],
      ["5", "fox", { guildId: "g2" }],
    ];
    for (const [attachment, shows, facts] of posts)
      await library.addPosted(Buffer.from(shows), post(attachment, facts));
    const discord = { guildId: "g1", ...selector };
    const { images, placements } = await library.removalPreview({ discord });
    expect(await library.remove({ discord })).toEqual({ images, placements });
    await library.close();
  });

  test("the preview matches the removal, and a folder includes the added folders inside it", async () => {
    const { library } = await tagged();
    const { images, placements } = await library.removalPreview({ paths: ["/"] });
    expect(await library.remove({ paths: ["/"] })).toEqual({ images, placements });
    expect(await library.roots()).toEqual([]);
    await library.close();
  });
});
