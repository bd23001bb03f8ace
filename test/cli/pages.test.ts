import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { GlimpseError, UsageError } from "../../src/core/errors.ts";
import { callGlimpse } from "../support/call-glimpse.ts";
import { discPicture } from "../support/disc-picture.ts";
import { glimpseMain, runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const pictures = temporaryFolder();
const library = join(temporaryFolder(), "library");
const glimpse = (...args: string[]) => runGlimpse(library, args);

const named = join(pictures, "red & round?.jpg");

beforeAll(async () => {
  writeFileSync(named, await discPicture("red", 40));
  copyFileSync(named, join(pictures, "the same, elsewhere.jpg"));
  writeFileSync(join(pictures, "green.jpg"), await discPicture("green", 60));
  await glimpse("add", pictures);
});

describe.each([["find", "a circle"], ["duplicates"], ["groups"]])("the page of %s", (...command) => {
  test("that cannot be written is an error with its path and what to do", async () => {
    const file = "/no/such/folder/page.html";
    await expect(callGlimpse(library, [...command, "--html", file])).rejects.toThrow(
      new GlimpseError(
        `The page ${file} cannot be written (ENOENT). Check that its folder exists and that you may write there.`,
      ),
    );
  });

  test("goes to the output for -, alone, and its pictures lead to their files", async () => {
    const { code, stdout } = await glimpse(...command, "--html", "-");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^<!doctype html>.*<\/html>\n$/s),
    });
    const address = pathToFileURL(named).href.replaceAll("&", "&amp;");
    expect(stdout).toContain(
      `<a href="${address}"><span class="thumbnail"><img src="data:image/webp;base64,`,
    );
    await expect(callGlimpse(library, [...command, "--html", "-", "--json"])).rejects.toThrow(UsageError);
  });
});

describe.each([["find", "a circle"], ["duplicates"], ["groups"]])(
  "what the page of %s replaces",
  (...command) => {
    const folder = temporaryFolder();
    const page = join(folder, "page.html");

    test("is a page that it wrote, in one step, and through a link", async () => {
      const link = join(folder, "link.html");
      symlinkSync(page, link);
      for (const file of [page, link, page]) {
        expect(await glimpse(...command, "--html", file)).toMatchObject({ code: 0 });
      }
      expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>.*<\/html>\n$/s);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(readdirSync(folder).sort()).toEqual(["link.html", "page.html"]);
    });

    test("is no picture and nothing else that was there, unless --force", async () => {
      const foreign = join(folder, "foreign.html");
      writeFileSync(foreign, "<html>mine</html>");
      const before = readFileSync(named);
      for (const file of [named, foreign, join(folder, "a"), folder]) {
        await expect(callGlimpse(library, [...command, "--html", file])).rejects.toThrow(UsageError);
      }
      expect(readFileSync(named)).toEqual(before);
      expect(readFileSync(foreign, "utf8")).toBe("<html>mine</html>");
      expect(existsSync(join(folder, "a"))).toBe(false);
      expect(await glimpse(...command, "--html", foreign, "--force")).toMatchObject({ code: 0 });
      expect(readFileSync(foreign, "utf8")).toMatch(/^<!doctype html>/);
    });
  },
);

test("--html without a name does not take the first word of the query for one", async () => {
  await expect(callGlimpse(library, ["find", "--html", "a", "dog"])).rejects.toThrow(
    /ending in \.html or \.htm .* got "a"/,
  );
});

test.skipIf(!existsSync("/dev/full"))("a full output is an error in one sentence", () => {
  const { status, stderr } = spawnSync(process.execPath, [glimpseMain, "--help"], {
    stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "glimpse: The output cannot be written (ENOSPC). Check that there is room for it.\n",
  });
});
