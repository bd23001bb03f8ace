import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { disc } from "../support/disc.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const pictures = temporaryFolder();
const library = join(temporaryFolder(), "library");
const glimpse = (...args: string[]) => runGlimpse(library, args);

const named = join(pictures, "red & round?.jpg");

beforeAll(async () => {
  writeFileSync(named, await disc("red", 40));
  copyFileSync(named, join(pictures, "the same, elsewhere.jpg"));
  writeFileSync(join(pictures, "green.jpg"), await disc("green", 60));
  await glimpse("add", pictures);
});

test.each([["find", "a circle"], ["duplicates", "--kind", "similar"], ["groups"]])(
  "pictures on the page of %s lead to their files",
  async (...command) => {
    const { stdout } = await glimpse(...command, "--html", "-");
    const file = pathToFileURL(named).href.replaceAll("&", "&amp;");
    expect(stdout).toContain(`<a href="${file}"><img src="data:image/webp;base64,`);
  },
);

describe.each([["find", "a circle"], ["duplicates"], ["groups"]])("the page of %s", (...command) => {
  test("that cannot be written is told with its place and what to do", async () => {
    const { code, stderr } = await glimpse(...command, "--html", "/no/such/folder/page.html");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^glimpse: The page \/no\/such\/folder\/page\.html cannot be written \(ENOENT\)\. Check .*\n$/m,
      ),
    });
    expect(stderr).not.toMatch(/report/);
  });

  test("goes to the output for -, alone", async () => {
    const { code, stdout } = await glimpse(...command, "--html", "-");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^<!doctype html>.*<\/html>\n$/s),
    });
    expect((await glimpse(...command, "--html", "-", "--json")).code).toBe(2);
  });
});

test.skipIf(!existsSync("/dev/full"))("an output that takes no more is told in a sentence", () => {
  const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", main, "--help"], {
    stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "glimpse: The answer cannot be written (ENOSPC). Check that there is room where it goes.\n",
  });
});
