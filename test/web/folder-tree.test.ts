import { expect, test } from "vitest";
import { folderTree } from "../../src/web/folder-tree.ts";

test("folders stand below each other, with all pictures below them", () => {
  const counts = [
    { folder: "/photos", files: 1 },
    { folder: "/photos/2024/may", files: 2 },
    { folder: "/photos/2024/june", files: 3 },
    { folder: "/photos2", files: 4 },
  ];
  expect(folderTree(counts, ["/photos", "/photos2", "/photos/2024"])).toEqual([
    {
      path: "/photos",
      name: "photos",
      pictures: 6,
      folders: [
        {
          path: "/photos/2024",
          name: "2024",
          pictures: 5,
          folders: [
            { path: "/photos/2024/may", name: "may", pictures: 2, folders: [] },
            { path: "/photos/2024/june", name: "june", pictures: 3, folders: [] },
          ],
        },
      ],
    },
    { path: "/photos2", name: "photos2", pictures: 4, folders: [] },
  ]);
});

test("a file added by itself stands in its folder", () => {
  expect(folderTree([{ folder: "/desk", files: 1 }], ["/desk/dog.jpg"])).toEqual([
    { path: "/desk", name: "desk", pictures: 1, folders: [] },
  ]);
});
