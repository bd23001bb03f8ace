import { expect, test } from "vitest";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { TrainingCounts } from "../../../src/core/models/training-counts.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a word counts as it was shown, in singular or plural, in any case and without accents", () => {
  const words = new TrainingCounts(
    "word\tpictures\ndogs\t40\ndog\t300\nberries\t7\nglass\t12\nbeach\t9\ncafe\t3\n",
  );
  const asked = ["dog", "Dogs", "berry", "glass", "glasses", "beaches", "café", "wolf", "__proto__", ""];
  expect(asked.map((word) => words.trainingCounts(word))).toEqual([300, 300, 7, 12, 12, 9, 3, 0, 0, 0]);
});

test("of the built-in model it is known, and its vectors are of the same space with and without the table", async () => {
  const { descriptor, paths, space } = await new ModelStore({ directory: temporaryFolder() }).locate(
    "pocket",
  );
  const words = await TrainingCounts.read(paths.shownWords ?? "");
  expect(words.trainingCounts("dog")).toBeGreaterThan(1000);
  expect(words.trainingCounts("qwertyuiop")).toBe(0);
  // The space of a library that was made before the table was there.
  expect(space).toBe("pocket@5174e808");
  expect(descriptor.files[descriptor.text.shownWords ?? ""]).toBeDefined();
});

test("a table that is away is said to be", async () => {
  await expect(TrainingCounts.read("/no/such/words.tsv")).rejects.toThrow(
    "/no/such/words.tsv cannot be read",
  );
});
