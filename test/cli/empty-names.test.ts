import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UsageError } from "../../src/core/errors.ts";
import { callGlimpse } from "../support/call-glimpse.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const sentence = "A folder's name is empty. Was a variable not set?";

test.each([
  [["add", ""]],
  [["watch", ""]],
  [["remove", ""]],
  [["find", "cat", "--in", ""]],
  [["duplicates", "--in", ""]],
  [["mcp", "--folder", ""]],
  [["--library", "", "status"]],
])("an empty name never stands for the current folder: glimpse %j", async (args) => {
  const library = join(temporaryFolder(), "library");
  await expect(callGlimpse(library, args)).rejects.toThrow(new UsageError(sentence));
  expect(existsSync(library)).toBe(false);
});

test("and the program says so", async () => {
  const ran = await runGlimpse(join(temporaryFolder(), "library"), ["remove", ""]);
  expect(ran).toMatchObject({ code: 2, stderr: `glimpse: ${sentence}\n` });
});
