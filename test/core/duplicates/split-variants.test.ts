import { expect, test } from "vitest";
import { findDuplicates } from "../../../src/core/duplicates/find-duplicates.ts";
import type { Embedder, PictureComparison, PlacedEdit } from "../../../src/core/ports.ts";
import { idOf } from "../../support/new-image.ts";
import { everything, named, openDuplicateLibrary } from "./duplicate-library.ts";
import { painted } from "./painted.ts";

const watermark: PlacedEdit = { kind: "watermarked", of: "member", places: [1, 2] };
const caption: PlacedEdit = { kind: "text added", of: "member", places: [2, 3] };
const same = (...edits: PlacedEdit[]): PictureComparison => ({
  outcome: "same",
  inDoubt: false,
  edits: edits.length > 0 ? edits : [{ kind: "saved again", of: "either" }],
  agreement: 0.9,
});
const VARIANT: PictureComparison = { outcome: "variant", inDoubt: false, edits: [], agreement: 0.9 };

/** Groups of pictures that look alike, where comparing "a b" tells what was done to b; all others are variants. */
async function groupsOf(names: readonly string[], told: Readonly<Record<string, PictureComparison>>) {
  const library = await openDuplicateLibrary();
  for (const [at, name] of names.entries())
    await library.add(name, { pixels: painted(1), facts: { bytes: 100_000 - at } });
  const parts = await library.parts();
  const nameOf = new Map(names.map((name) => [idOf(name), name]));
  const compare: Embedder["compare"] = async (pictures, pairs) =>
    pairs.map((pair) => {
      const [a, b] = pair.map((at) => nameOf.get(pictures[at]?.id ?? "") ?? "");
      const [straight, reverse] = [told[`${a} ${b}`], told[`${b} ${a}`]];
      if (straight) return straight;
      if (!reverse) return VARIANT;
      const edits = reverse.edits.map(
        (edit) => ({ ...edit, of: edit.of === "member" ? "reference" : "either" }) as const,
      );
      return { ...reverse, edits };
    });
  const embedder = Object.assign(parts.embedder, { compare });
  const groups = await findDuplicates({ ...parts, embedder }, { scope: everything });
  return named(groups, names).map((group) => group.sort());
}

test("a picture with something over it belongs to what it matches a copy of, although a comparison with another copy fails", async () => {
  const names = ["photo", "half", "sepia", "marked"];
  const copies = { "photo half": same(), "photo sepia": same() };
  expect(await groupsOf(names, { ...copies, "half marked": same(watermark) })).toEqual([names.toSorted()]);
  // One that matches none of them does not.
  expect(await groupsOf(names, copies)).toEqual([["half", "photo", "sepia"]]);
});

test("a frame on the picture between two variants hides nothing", async () => {
  const told = {
    "photo post": same({ kind: "framed", of: "member" }),
    "post marked": same({ kind: "framed", of: "reference" }, watermark),
  };
  expect(await groupsOf(["photo", "post", "marked"], told)).toEqual([["marked", "photo", "post"]]);
});

test("two memes stay apart, however many copies of the template and of each there are", async () => {
  const names = ["template", "resaved", "one", "one-again", "two", "two-again"];
  const groups = await groupsOf(names, {
    "template resaved": same(),
    "template one": same(watermark),
    "resaved one": same(watermark),
    "template two": same(caption),
    "resaved two": same(caption),
    "one one-again": same(),
    "two two-again": same(),
  });
  expect(groups.some((group) => group.includes("one") && group.includes("two"))).toBe(false);
});
