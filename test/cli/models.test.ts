import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UsageError } from "../../src/core/errors.ts";
import { callGlimpse } from "../support/call-glimpse.ts";
import { discPicture } from "../support/disc-picture.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The built-in model under another name, as a user adds one. */
function ownModel(): string {
  const folder = join(temporaryFolder(), "my-clip");
  cpSync("models/pocket", folder, { recursive: true });
  const description = join(folder, "model.json");
  writeFileSync(description, readFileSync(description, "utf8").replace('"id": "pocket"', '"id": "my-clip"'));
  return folder;
}

test("the model of the library's pictures is removed only with a yes; status then says how to go on", async () => {
  const [pictures, library] = [temporaryFolder(), join(temporaryFolder(), "library")];
  writeFileSync(join(pictures, "red.jpg"), await discPicture("red", 40));
  await runGlimpse(library, ["models", "add", ownModel()]);
  await runGlimpse(library, ["--model", "my-clip", "add", pictures]);
  const files = join(library, "models", "my-clip");

  const removing = callGlimpse(library, ["models", "remove", "my-clip"]);
  await expect(removing).rejects.toThrow(UsageError);
  await expect(removing).rejects.toThrow(/1 picture of this library was embedded by my-clip.* Add --yes/);
  expect(existsSync(files)).toBe(true);
  await expect(callGlimpse(library, ["models", "remove", "pocket"])).rejects.toThrow(
    /comes with the program/,
  );

  expect((await runGlimpse(library, ["models", "remove", "my-clip", "--yes"])).code).toBe(0);
  expect(existsSync(files)).toBe(false);
  const status = await runGlimpse(library, ["status"]);
  expect(status.code).toBe(0);
  expect(status.stdout).toMatch(/embedded by my-clip.*glimpse models add FOLDER.*glimpse models use pocket/);
  expect((await runGlimpse(library, ["find", "red"])).stderr).toMatch(/embedded by my-clip/);
});

test("a model that no picture is found by is removed without a question", async () => {
  const library = join(temporaryFolder(), "library");
  await runGlimpse(library, ["models", "add", ownModel()]);
  const { code, stderr } = await runGlimpse(library, ["models", "remove", "my-clip"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("my-clip was removed") });
  expect(existsSync(join(library, "catalog.db"))).toBe(false);
});
