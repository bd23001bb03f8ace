import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { faults } from "./faults/faults.ts";

test.each(Object.keys(faults))("the library survives when %s", async (name) => {
  const held = await faults[name]?.(temporaryFolder());
  if (held === undefined)
    return console.log(`"${name}" cannot be made by this user on this system: not tested`);
  expect(held.problems).toEqual([]);
  expect(held.injected).toBeGreaterThan(0);
});
