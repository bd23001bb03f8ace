import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { UsageError } from "../../src/core/errors.ts";
import { callGlimpse } from "../support/call-glimpse.ts";
import { discPicture } from "../support/disc-picture.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const pictures = temporaryFolder();
const library = join(temporaryFolder(), "library");
const glimpse = (...args: string[]) => runGlimpse(library, args);
const [red, green] = [join(pictures, "red.jpg"), join(pictures, "green.jpg")];

beforeAll(async () => {
  writeFileSync(red, await discPicture("red", 40));
  writeFileSync(green, await discPicture("green", 70));
  await glimpse("add", pictures);
});

const tags = async () => JSON.parse((await glimpse("tag", "list", "--json")).stdout);

test("a name that is not there leaves every other picture as it was", async () => {
  const { code, stderr } = await glimpse("tag", "apply", "round", red, "ffffffffffff");
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/No image .*ffffffffffff/),
  });
  expect(await tags()).toEqual([]);
});

test("tags are added by path, and removed with a count of those that had them", async () => {
  expect((await glimpse("tag", "apply", "round", red, green)).stderr).toMatch(/2 pictures tagged "round"/);
  expect(await tags()).toEqual([{ tag: "round", byPerson: 2, byFile: 0, byModel: 0 }]);
  expect((await glimpse("tag", "withdraw", "round", red)).stderr).toMatch(/removed from 1 picture\./);
  expect((await glimpse("tag", "withdraw", "round", red, green)).stderr).toMatch(
    /removed from 1 picture \(1 did not have it\)/,
  );
});

test("answers name a tag as it is spelled in the library", async () => {
  await glimpse("tag", "apply", "Summer Day", red);
  expect((await glimpse("tag", "apply", "sUMMER  day", green)).stderr).toMatch(
    /1 picture tagged "Summer Day"/,
  );
  expect((await glimpse("tag", "withdraw", "summer day", red)).stderr).toMatch(/^"Summer Day" removed/);
});

test("a tag that no vocabulary could hold, and a vocabulary without tags, are wrong usage", async () => {
  const vocabulary = join(temporaryFolder(), "tags.txt");
  writeFileSync(vocabulary, "# none yet\n");
  for (const args of [
    ["tag", "apply", "", red],
    ["tag", "apply", "bad,tag", red],
    ["tag", "--vocabulary", vocabulary],
  ])
    await expect(callGlimpse(library, args)).rejects.toThrow(UsageError);
});

test("a verdict takes paths as well as ids", async () => {
  const { code, stderr } = await glimpse("duplicates", "verdict", red, green, "different");
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/are different/) });
});
