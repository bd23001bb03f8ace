import { expect, test } from "vitest";
import { isNamedAsCopy } from "../../../src/core/duplicates/copy-names.ts";
import { comparePlacements, placementWhy } from "../../../src/core/duplicates/placement-order.ts";
import type { KeepChoice, Placement } from "../../../src/core/types.ts";
import { file, post } from "../../support/new-image.ts";

const pathOf = (placement: Placement | undefined) =>
  placement?.kind === "file" ? placement.path : placement?.filename;

function kept(placements: readonly Placement[], choice: KeepChoice = {}) {
  const ordered = [...placements].sort(comparePlacements(choice));
  const reversed = [...placements].reverse().sort(comparePlacements(choice));
  expect(pathOf(reversed[0])).toBe(pathOf(ordered[0]));
  return [pathOf(ordered[0]), placementWhy(ordered, choice)];
}

test.each([
  "/a/birthday cake (1).jpg",
  "/a/birthday cake(12).jpg",
  "/a/cake copy.jpg",
  "/a/cake copy 2.jpg",
  "/a/cake - Copy.jpg",
  "/a/cake - Copy (2).jpg",
  "/a/cake (copy).jpg",
  "/a/cake (another copy).jpg",
  "/a/Copy of cake.jpg",
  "/a/cake - Kopie.jpg",
  "/a/cake Kopie 3.jpg",
  "/a/Kopie von cake.jpg",
  "/a/cake - copie.jpg",
  "/a/cake - copia (2).jpg",
  "/a/cake (Ann's conflicted copy 2024-05-01).jpg",
  "/home/ann/Downloads/cake.jpg",
  "/home/ann/Téléchargements/cake.jpg",
  "/data/tmp/cake.jpg",
])("%s is named or filed as a copy", (path) => {
  expect(isNamedAsCopy(file(path))).toBe(true);
  expect(isNamedAsCopy(file(path.normalize("NFD")))).toBe(true);
});

test.each([
  "/a/birthday cake.jpg",
  "/a/IMG_0001.jpg",
  "/a/photocopy.jpg",
  "/a/copyright.jpg",
  "/a/Paris (2019).jpg",
  "/a/template/cake.jpg",
  "/a/copy.jpg",
  "/a/(1).jpg/cake.jpg",
])("%s is not", (path) => {
  expect(isNamedAsCopy(file(path))).toBe(false);
});

test("of files with the same bytes the one in its place is kept, then the oldest, then the shortest path", () => {
  const food = file("/photos/food/birthday cake.jpg", { modifiedAt: 9 });
  const download = file("/photos/downloads/birthday cake (1).jpg", { modifiedAt: 5 });
  const backup = file("/photos/food/all/birthday cake.jpg", { modifiedAt: 9 });
  expect(kept([download, food])).toEqual([food.path, "another is named or filed as a copy (the same bytes)"]);
  expect(kept([download, backup, food])).toEqual([
    food.path,
    "another is named or filed as a copy; at the shortest path (the same bytes)",
  ]);
  expect(kept([food, file("/photos/old.jpg", { modifiedAt: 8 })])).toEqual([
    "/photos/old.jpg",
    "the oldest (the same bytes)",
  ]);
  expect(
    kept([post("7", { filename: "cake copy.png" }), post("8", { filename: "cake.png", postedAt: 5000 })]),
  ).toEqual(["cake.png", "another is named or filed as a copy (the same bytes)"]);
});

test("what was asked for, or can be reached, comes first, and each reason is given", () => {
  const food = file("/photos/food/cake.jpg", { modifiedAt: 9 });
  const download = file("/photos/downloads/cake.jpg", { modifiedAt: 5 });
  const numbered = file("/photos/downloads/cake (1).jpg", { modifiedAt: 7 });
  const downloads = { keepIn: ["/photos/downloads"] };
  expect(kept([download, food], downloads)).toEqual([
    download.path,
    "in /photos/downloads, as asked (the same bytes)",
  ]);
  expect(kept([numbered, download, food], downloads)).toEqual([
    download.path,
    "in /photos/downloads, as asked; the oldest (the same bytes)",
  ]);
  expect(kept([download, food], { keep: "oldest" })[1]).toBe("the oldest, as asked (the same bytes)");
  expect(kept([{ ...food, online: false }, download])).toEqual([
    download.path,
    "another is out of reach now (the same bytes)",
  ]);
});

test("folders above the added one make no copies of all that lies in it", () => {
  const at = (path: string, root = "/tmp/photos") => isNamedAsCopy(file(path, { root }));
  expect(at("/tmp/photos/food/cake.jpg")).toBe(false);
  expect(at("/tmp/photos/downloads/cake.jpg")).toBe(true);
  expect(at("/home/me/Downloads/cake.jpg", "/home/me/Downloads")).toBe(true);
  expect(at("/tmp/photos/food/cake (1).jpg")).toBe(true);
  expect(at("/home/me/Downloads/cake.jpg", "/home/me/Downloads/cake.jpg")).toBe(true);
});
