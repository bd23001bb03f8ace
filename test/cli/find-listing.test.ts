import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, describe, expect, test } from "vitest";
import { findRequest } from "../../src/cli/find-request.ts";
import { NotFoundError, UsageError } from "../../src/core/errors.ts";
import { callGlimpse } from "../support/call-glimpse.ts";
import { discPicture } from "../support/disc-picture.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const pictures = temporaryFolder();
const library = join(temporaryFolder(), "library");
const glimpse = (...args: string[]) => runGlimpse(library, args);

beforeAll(async () => {
  mkdirSync(join(pictures, "away"));
  writeFileSync(join(pictures, "red.jpg"), await discPicture("red", 40));
  writeFileSync(join(pictures, "away", "green.jpg"), await discPicture("green", 70));
  await glimpse("add", pictures);
  await glimpse("tag", "apply", "round", join(pictures, "red.jpg"));
});

test("groups and duplicates report which pictures have no vector to compare", async () => {
  const own = join(temporaryFolder(), "library");
  await runGlimpse(own, ["add", pictures]);
  const catalog = new Database(join(own, "catalog.db"));
  catalog.exec("DELETE FROM embeddings WHERE image = 1");
  catalog.close();
  for (const verb of ["groups", "duplicates"])
    expect((await runGlimpse(own, [verb])).stderr).toMatch(
      /1 picture has no vector under pocket yet.*glimpse add/,
    );
  expect((await runGlimpse(own, ["duplicates", "--kind", "exact"])).stderr).not.toContain("no vector");
});

describe("without words", () => {
  test.each([
    { in: [pictures] },
    { since: "30d" },
    { until: "30d" },
    { tag: ["round"] },
    { notTag: ["round"] },
  ])("pictures that match %j are listed, newest first", async (flags) => {
    expect(await findRequest([], { limit: 10, ...flags })).toMatchObject({ terms: [], sort: "newest" });
    expect((await findRequest([], { limit: 10, sort: "oldest", ...flags })).sort).toBe("oldest");
    expect((await findRequest(["cat"], { limit: 10, ...flags })).sort).toBeUndefined();
  });

  test("of a place whose name others have, stderr says which is meant", async () => {
    const { stdout, stderr } = await glimpse("find", "--place", "London", "--json");
    expect(stderr).toContain('"London" is read as London, GB. There are also "London, CA"');
    expect(JSON.parse(stdout)).toMatchObject({ hits: [] });
    expect((await glimpse("find", "--place", "London, CA")).stderr).not.toContain("is read as");
  });

  test("it is printed without scores", async () => {
    const { code, stdout } = await glimpse("find", "--tag", "round");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^ {2}1 {2}\S*red\.jpg .*#round\n$/),
    });
  });
});

describe("how many hits there are", () => {
  const limitOf = async (words: string[], flags: object) => (await findRequest(words, flags)).limit;

  test("is ten, or the value of -n", async () => {
    expect(await limitOf(["cat"], {})).toBe(10);
    expect(await limitOf(["cat"], { print0: true })).toBe(10);
    expect(await limitOf(["name:cat"], {})).toBe(10);
    expect(await limitOf(['"cat"', "look:name", "name:"], { print0: true })).toBe(10);
    expect(await limitOf([], { tag: ["round"] })).toBe(10);
    expect(await limitOf([], { tag: ["round"], print0: true, limit: 3 })).toBe(3);
    // The rest of a folder is not what was asked for.
    expect(await limitOf(["cat"], { in: [pictures], print0: true })).toBe(10);
    expect(await limitOf([], { like: [`${pictures}/red.jpg`], in: [pictures], print0: true })).toBe(10);
    expect(await limitOf([], { in: [pictures], print0: true })).toBe("all");
  });

  test.each([
    { tag: ["a"] },
    { notTag: ["a"], in: [pictures] },
    { kind: ["image"] },
    { since: "30d" },
    { until: "30d" },
    { minScore: "0.2" },
  ])("includes everything that matches %j for --print0, near-identical ones too", async (flags) => {
    expect(await findRequest(["cat"], { ...flags, print0: true })).toMatchObject({
      limit: "all",
      collapse: false,
    });
  });

  test.each([
    [["a", "dog", "name:cat"], {}],
    [['text:"two words"'], {}],
    [[], { and: ["name:cat:0.5"] }],
    [["dog"], { not: ["name:cat"] }],
  ])("so it does for %j with %j", async (words, flags) => {
    expect(await findRequest(words, { ...flags, print0: true })).toMatchObject({ limit: "all" });
  });

  test("covers all of them, where more than ten are left", async () => {
    const many = temporaryFolder();
    const other = join(temporaryFolder(), "library");
    for (let at = 0; at < 13; at++) writeFileSync(join(many, `${at}.jpg`), await discPicture("red", 30 + at));
    await runGlimpse(other, ["add", many]);
    for (const args of [
      ["--in", many],
      ["circle", "-n", "all"],
      ["circle", "--min-score", "-1"],
      ["name:jpg"],
      ["circle", "name:jpg"],
    ]) {
      const { stdout } = await runGlimpse(other, ["find", ...args, "--print0"]);
      expect(stdout.split("\0").length - 1, args.join(" ")).toBe(13);
    }
  });
});

test("--print0 prints every file in scope where copies are listed separately, else one for each hit", async () => {
  const [folder, own] = [temporaryFolder(), join(temporaryFolder(), "library")];
  const bytes = await discPicture("red", 50);
  mkdirSync(join(folder, "b"));
  const files = ["a.jpg", "b/a.jpg", "b/other.jpg"].map((name) => join(folder, name));
  for (const [at, file] of files.entries())
    writeFileSync(file, at === 2 ? await discPicture("green", 20) : bytes);
  await runGlimpse(own, ["add", folder]);
  const print0 = (...args: string[]) => runGlimpse(own, ["find", ...args, "--print0"]);
  const pathsOf = ({ stdout }: { stdout: string }) => stdout.split("\0").slice(0, -1).sort();

  for (const args of [
    ["--in", folder],
    ["red", "-n", "all"],
    ["red", "--copies"],
    ["red", "--min-score", "-1"],
  ])
    expect(pathsOf(await print0(...args)), args.join(" ")).toEqual(files);
  expect(pathsOf(await print0("--in", join(folder, "b")))).toEqual(files.slice(1));
  const best = await print0("red");
  expect(pathsOf(best)).toHaveLength(2);
  expect(best.stderr).toContain("1 picture of these has copies, which --copies prints too.");
  rmSync(join(folder, "b/a.jpg"));
  const left = await print0("red", "--copies");
  expect(pathsOf(left)).toEqual([files[0], files[2]]);
  expect(left.stderr).toContain("1 file that is no longer there, left out.");
});

test("a page of the last days is followed by the next", async () => {
  const page = (...more: string[]) => glimpse("find", "--since", "30d", "-n", "1", "--json", ...more);
  const { nextCursor } = JSON.parse((await page()).stdout);
  expect((await page("--cursor", nextCursor)).code).toBe(0);
});

describe("a mistake on the command line is reported before a folder is indexed", () => {
  test.each([
    [["cat", "--sort", "foo"], /--sort takes/],
    [["cat", "--since", "foo"], /no date.*30d/],
    [["--like", pictures], /is a folder, not a picture/],
    [["cat", "--min-score", "high"], /--min-score/],
    [["cat", "--limit", "1001"], /from 1 to 1000, or all/],
    [["cat", "--and", ""], /one of them is empty/],
  ])("%j", async (args, message) => {
    const fresh = join(temporaryFolder(), "library");
    await expect(callGlimpse(fresh, ["find", ...args, "--in", pictures])).rejects.toThrow(message);
    expect(existsSync(fresh)).toBe(false);
  });

  test("an example that is neither on disk nor in the library", async () => {
    const folder = temporaryFolder();
    const example = ["find", "--like", join(folder, "missing.jpg"), "--in", folder, "--add"];
    await expect(callGlimpse(library, example)).rejects.toThrow(/no file .*missing\.jpg/);
    const { stdout } = await glimpse("status", "--json");
    expect(JSON.parse(stdout).roots.map(({ path }: { path: string }) => path)).not.toContain(folder);
  });
});

test.each([
  ["find", "--tag", "runod"],
  ["find", "--not-tag", "runod"],
  ["find", "--tag", "round", "--not-tag", "runod"],
  ["duplicates", "--tag", "runod"],
  ["duplicates", "--not-tag", "runod"],
  ["groups", "--tag", "runod"],
  ["groups", "--not-tag", "runod"],
  ["tag", "withdraw", "runod", join(pictures, "red.jpg")],
])("an unknown tag is an error that suggests similar ones: %s %s %s %s %s", async (...args) => {
  await expect(callGlimpse(library, args.filter(Boolean))).rejects.toThrow(
    new NotFoundError('There is no tag "runod". Did you mean "round"?'),
  );
});

test.each([
  ["--camera", "nikon", 'No picture here is from a camera called "nikon".'],
  ["--place", "Lisbonn", 'Did you mean "Lisbon, PT"'],
  ["--near", "91,0:1km", "The latitude 91 is not on Earth"],
  ["--rating", "9", '"9" is no rating'],
  ["--orientation", "round", "It is landscape, portrait or square."],
  ["--format", "jpegg", "Did you mean jpeg?"],
])("a filter that means nothing is an error that says what would: %s %s", async (option, value, sentence) => {
  await expect(callGlimpse(library, ["find", option, value])).rejects.toThrow(sentence);
});

test.each([
  ["find", "cat", "--in"],
  ["duplicates", "--in"],
  ["duplicates", "--kind", "exact", "--print0", "--in"],
  ["duplicates", "--keep-in"],
  ["groups", "--in"],
])("a folder that was never added is an error, not an empty answer: %s %s %s %s %s", async (...args) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "red.jpg"), await discPicture("red", 40));
  await expect(callGlimpse(library, [...args.filter(Boolean), folder])).rejects.toThrow(UsageError);
  await expect(callGlimpse(library, [...args.filter(Boolean), folder])).rejects.toThrow(
    `${folder} is not in the library. Add it first`,
  );
});

describe("a folder that is not on the disk", () => {
  test.each([["find", "cat"], ["duplicates"], ["groups"]])(
    "is an error when the library does not know it: %s",
    async (...args) => {
      const folder = join(pictures, "zzz");
      await expect(callGlimpse(library, [...args, "--in", folder])).rejects.toThrow(
        new NotFoundError(`There is no folder ${folder}. Check the spelling.`),
      );
    },
  );

  test("is searched when the library knows it", async () => {
    rmSync(join(pictures, "away"), { recursive: true });
    const { code, stdout } = await glimpse("find", "circle", "--in", join(pictures, "away"));
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("green.jpg") });
  });
});
