import { expect, test } from "vitest";
import type { DuplicateGroup, ImageRecord, Placement } from "../../src/core/types.ts";
import { sparePaths } from "../../src/shared/spare-paths.ts";
import { file, picture, post } from "../support/new-image.ts";

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
