import { expect, test } from "vitest";
import { findDuplicates } from "../../../src/core/duplicates/find-duplicates.ts";
import { findSamePictures } from "../../../src/core/duplicates/same-pictures.ts";
import { idOf } from "../../support/new-image.ts";
import { everything, openDuplicateLibrary } from "./duplicate-library.ts";
import { brightened, painted } from "./painted.ts";

const line = (text: string) => ({
  text,
  confidence: 0.95,
  box: { x: 0, y: 0.8, width: 1, height: 0.1 },
  angle: 0,
});

async function pair(first: readonly string[], second: readonly string[]) {
  const library = await openDuplicateLibrary();
  await library.add("first", { pixels: painted(1) });
  await library.add("second", { pixels: brightened(painted(1)) });
  await library.catalog.readings.put([
    { id: idOf("first"), engine: "test", lines: first.map(line) },
    { id: idOf("second"), engine: "test", lines: second.map(line) },
  ]);
  return library;
}

test("pictures in which other words were read are variants, whatever their pixels", async () => {
  const library = await pair(["MONDAY MORNING"], ["SO LONG FRIEND"]);
  expect(await findDuplicates(await library.parts(), { scope: everything })).toEqual([]);
  const [group] = await findDuplicates(await library.parts(), { scope: everything, kind: "variant" });
  expect(group).toMatchObject({ kind: "variant", reclaimableBytes: 0 });
  const same = await findSamePictures(await library.parts(), idOf("second"), everything);
  expect(same.map(({ id }) => id)).toEqual([idOf("second")]);
});

test.each([
  ["the same words", ["MONDAY MORNING"], ["MONDAY MORNlNG"]],
  ["words in one of them", ["MONDAY MORNING"], []],
])("with %s a copy stays one", async (_, first, second) => {
  const library = await pair(first, second);
  expect(await findDuplicates(await library.parts(), { scope: everything })).toHaveLength(1);
});

test("what was read later counts, although the pixels were compared before", async () => {
  const library = await pair([], []);
  expect(await findDuplicates(await library.parts(), { scope: everything })).toHaveLength(1);
  await library.catalog.readings.put([
    { id: idOf("first"), engine: "better", lines: [line("MONDAY MORNING")] },
    { id: idOf("second"), engine: "better", lines: [line("SO LONG FRIEND")] },
  ]);
  expect(await findDuplicates(await library.parts(), { scope: everything })).toEqual([]);
});

test("two animations that begin alike are not one picture", async () => {
  const library = await openDuplicateLibrary();
  await library.add("one", { pixels: painted(1), facts: { format: "gif", pages: 12 } });
  await library.add("other", { pixels: painted(1), facts: { format: "gif", pages: 9 } });
  await library.add("still", { pixels: painted(1) });
  expect(await findDuplicates(await library.parts(), { scope: everything })).toEqual([]);
  const same = await findSamePictures(await library.parts(), idOf("one"), everything);
  expect(same.map(({ id }) => id)).toEqual([idOf("one")]);
});
