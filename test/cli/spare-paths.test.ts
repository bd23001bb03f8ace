import { createHash } from "node:crypto";
import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
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
    const { size, mtimeMs, ctimeMs } = statSync(path);
    return file(path, { bytes: size, modifiedAt: mtimeMs, changedAt: Math.trunc(ctimeMs) });
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

test("a file that was changed and given its old time again is read, and left out where it holds another picture", async () => {
  const folder = temporaryFolder();
  const id = createHash("sha256").update("a picture").digest("hex");
  const added = (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, "a picture");
    utimesSync(path, 1e9, 1e9);
    // As a library of an earlier release has it, and after a change of its rights.
    return file(path, { bytes: 9, modifiedAt: 1e12, changedAt: name === "a.jpg" ? undefined : 1 });
  };
  const [keeper, copy] = [added("a.jpg"), added("b.jpg")];
  const groups = [group({ ...image("a", [keeper, copy]), id })];
  expect(await verifiedSpares(groups)).toEqual({ paths: [copy.path], changed: [] });
  writeFileSync(keeper.path, "a pict\0re");
  utimesSync(keeper.path, 1e9, 1e9);
  expect(await verifiedSpares(groups)).toEqual({ paths: [], changed: [keeper.path] });
});
