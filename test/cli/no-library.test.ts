import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GlimpseError, LibraryError } from "../../src/core/errors.ts";
import { callGlimpse } from "../support/call-glimpse.ts";
import { discPicture } from "../support/disc-picture.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test.each([
  ["find", "dog"],
  ["duplicates"],
  ["groups"],
  ["status"],
  ["tag", "list"],
  ["tag", "apply", "pet", "3f2a9c01"],
  ["remove", "3f2a9c01"],
  ["add"],
  ["watch"],
])("creates no library where there is none: glimpse %s %s", async (...args) => {
  const library = join(temporaryFolder(), "library");
  await expect(callGlimpse(library, args.filter(Boolean))).rejects.toThrow(
    new LibraryError(`There is no library at ${library} yet. Start with \`glimpse add ~/Pictures\`.`),
  );
  expect(existsSync(library)).toBe(false);
});

test.each([
  ["add", "/no/such/folder"],
  ["add", "/dev/null"],
  ["watch", "/no/such/folder"],
  ["find", "cat", "--in", "/no/such/folder", "--add"],
  ["classify", "missing.jpg"],
  ["classify", "samples", "--labels-file", "/no/such/file"],
  ["tag", "--vocabulary", "/no/such/file"],
  ["models", "use", "nonsense"],
  ["models", "use", "clip-vit-b32"],
])("leaves no library behind when the command fails: glimpse %s %s %s %s", async (...args) => {
  const library = join(temporaryFolder(), "library");
  await expect(callGlimpse(library, args.filter(Boolean))).rejects.toThrow(GlimpseError);
  expect(existsSync(library)).toBe(false);
});

test("find --in a folder creates a library with --add, and nothing without it", async () => {
  const [library, pictures] = [join(temporaryFolder(), "library"), temporaryFolder()];
  writeFileSync(join(pictures, "red.jpg"), await discPicture("red", 40));
  const find = ["find", "circle", "--in", pictures];
  await expect(callGlimpse(library, find)).rejects.toThrow(LibraryError);
  expect(existsSync(library)).toBe(false);
  const { code, stdout } = await runGlimpse(library, [...find, "--add"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("red.jpg") });
  await expect(callGlimpse(library, ["find", "circle", "--in", temporaryFolder()])).rejects.toThrow(
    /is not in the library\. Add it first.* --add/,
  );
  const notes = join(temporaryFolder(), "notes.txt");
  writeFileSync(notes, "no picture");
  const refused = await runGlimpse(library, ["find", "circle", "--in", notes, "--add"]);
  expect(refused).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("was not added: Not a picture"),
  });
});
