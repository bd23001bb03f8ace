import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { disc } from "../support/disc.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const pictures = temporaryFolder();
const library = join(temporaryFolder(), "library");
const glimpse = (...args: string[]) => runGlimpse(library, args);

beforeAll(async () => {
  mkdirSync(join(pictures, "away"));
  writeFileSync(join(pictures, "red.jpg"), await disc("red", 40));
  writeFileSync(join(pictures, "away", "green.jpg"), await disc("green", 70));
  await glimpse("add", pictures);
  await glimpse("tag", "apply", "round", join(pictures, "red.jpg"));
});

describe("without words", () => {
  test.each([
    [["--tag", "round"], 1],
    [["--not-tag", "round"], 1],
    [["--since", "2024"], 2],
    [["--since", "30d"], 2],
    [["--until", "1999"], 0],
    [["--until", "30d"], 0],
    [["--in", join(pictures, "away")], 1],
  ])("what %j leaves is listed", async (options, count) => {
    const { code, stdout } = await glimpse("find", ...options, "--json");
    expect({ code, hits: JSON.parse(stdout).hits.length }).toEqual({ code: 0, hits: count });
  });
});

test("a page of the last days is followed by the next", async () => {
  const page = (...more: string[]) => glimpse("find", "--since", "30d", "-n", "1", "--json", ...more);
  const { nextCursor } = JSON.parse((await page()).stdout);
  expect((await page("--cursor", nextCursor)).code).toBe(0);
});

describe("a slip on the line is told before a folder is indexed", () => {
  test.each([
    [["cat", "--sort", "foo"], /--sort takes/],
    [["cat", "--since", "foo"], /no date.*30d/],
    [["--like", "missing.jpg"], /no file missing\.jpg/],
    [["--like", pictures], /is a folder, not a picture/],
    [["cat", "--min-score", "high"], /--min-score/],
    [["cat", "--limit", "1001"], /from 1 to 1000/],
    [["cat", "--and", ""], /one of them is empty/],
  ])("%j", async (args, message) => {
    const fresh = join(temporaryFolder(), "library");
    const { code, stderr } = await runGlimpse(fresh, ["find", ...args, "--in", pictures]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    expect(existsSync(fresh)).toBe(false);
  });
});

describe("a folder that is not on the disk", () => {
  test.each([["find", "cat"], ["duplicates"], ["groups"]])(
    "is a slip when the library does not know it: %s",
    async (...args) => {
      const { code, stderr } = await glimpse(...args, "--in", join(pictures, "zzz"));
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `glimpse: There is no folder ${join(pictures, "zzz")}. Check the spelling.\n`,
      });
    },
  );

  test("is looked into when the library does know it", async () => {
    rmSync(join(pictures, "away"), { recursive: true });
    const { code, stdout } = await glimpse("find", "circle", "--in", join(pictures, "away"));
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("green.jpg") });
  });
});
