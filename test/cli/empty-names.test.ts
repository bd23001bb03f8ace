import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test.each([
  [["add", ""]],
  [["watch", ""]],
  [["remove", ""]],
  [["find", "cat", "--in", ""]],
  [["mcp", "--folder", ""]],
  [["--library", "", "status"]],
])("an empty name never stands for the current folder: glimpse %j", async (args) => {
  const library = join(temporaryFolder(), "library");
  const { code, stderr } = await runGlimpse(library, args);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "glimpse: A folder's name is empty. Was a variable not set?\n",
  });
  expect(existsSync(library)).toBe(false);
});
