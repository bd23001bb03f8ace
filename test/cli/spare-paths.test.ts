import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DuplicateGroup, ImageRecord, Placement } from "../../src/core/types.ts";
import { sparePaths, verifiedSpares } from "../../src/shared/spare-paths.ts";
import { file, picture, post } from "../support/new-image.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const image = (name: string, placements: readonly Placement[]): ImageRecord => ({
  ...picture(name),
  addedAt: 0,
  placements,
  placementCount: placements.length,
  tags: [],
});

const group = (keeper: ImageRecord, ...others: ImageRecord[]): DuplicateGroup => ({
  kind: "same",
  keeper,
  why: "the original: the others are smaller",
  members: others.map((image) => ({
    image,
    kind: "same",
    reference: image.id,
    edits: [],
    reason: "resized",
    measure: 0.99,
  })),
  reclaimableBytes: 0,
});

test("every file but the keeper's can be deleted", () => {
  const keeper = image("a", [file("/keep.jpg"), file("/copy.jpg")]);
  expect(sparePaths(group(keeper, image("b", [file("/b.jpg")])))).toEqual(["/copy.jpg", "/b.jpg"]);
});

test("one reachable file is kept, also when the keeper is on Discord or on an offline disk", () => {
  const others = [image("b", [file("/b.jpg")]), image("c", [file("/c.jpg")])];
  for (const place of [post("1"), file("/unplugged/a.jpg", { online: false })]) {
    expect(sparePaths(group(image("a", [place]), ...others))).toEqual(["/c.jpg"]);
  }
});

test("a list that is acted on unseen leaves out what is gone or changed, and always leaves a copy", async () => {
  const folder = temporaryFolder();
  const added = (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, "a picture");
    const { size, mtimeMs } = statSync(path);
    return file(path, { bytes: size, modifiedAt: mtimeMs });
  };
  const [keeper, copy, other] = [added("keeper.jpg"), added("copy.jpg"), added("other.jpg")];
  const groups = [group(image("a", [keeper, copy]), image("b", [other]))];
  const listed = async () => {
    const { paths, changed } = await verifiedSpares(groups);
    return { paths: paths.map((path) => path.slice(folder.length + 1)), changed: changed.length };
  };
  expect(await listed()).toEqual({ paths: ["copy.jpg", "other.jpg"], changed: 0 });
  rmSync(keeper.path);
  expect(await listed()).toEqual({ paths: ["other.jpg"], changed: 1 });
  writeFileSync(other.path, "another picture by now");
  expect(await listed()).toEqual({ paths: [], changed: 2 });
  writeFileSync(keeper.path, "the keeper's name has another picture");
  expect(await listed()).toEqual({ paths: [], changed: 2 });
});
