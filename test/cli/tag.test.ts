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

test("every picture of a folder is tagged only with --yes where nobody can be asked", async () => {
  const asked = await glimpse("tag", "apply", "discs", "--in", pictures);
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringMatching(/tags 2 pictures "discs".*--yes/) });
  const tried = await glimpse("tag", "apply", "discs", "--in", pictures, "--dry-run");
  expect(tried.stdout.split("\n").filter(Boolean).sort()).toEqual([green, red].sort());
  expect(tried.stderr).toMatch(/would tag 2 pictures "discs"\. Nothing was tagged/);
  expect((await tags()).map(({ tag }: { tag: string }) => tag)).not.toContain("discs");
  const done = await glimpse("tag", "apply", "discs", "--in", pictures, "--yes");
  expect(done).toMatchObject({ code: 0, stderr: expect.stringMatching(/2 pictures tagged "discs"\./) });
  const again = await glimpse("tag", "apply", "discs", "--in", pictures, "--yes");
  expect(again.stderr).toMatch(/2 pictures tagged "discs" \(2 had it already\)/);
});

test("the results of a query are tagged, as many as were asked for", async () => {
  const { stderr } = await glimpse("tag", "apply", "crimson", "--query", "red", "-n", "1", "--yes");
  expect(stderr).toMatch(/1 picture tagged "crimson"/);
  const listed = await glimpse("find", "--tag", "crimson", "--json");
  expect(JSON.parse(listed.stdout).hits).toHaveLength(1);
});

test("so are those of a search as it is typed, with its options and quotes", async () => {
  const search = `find "a red disc" --in '${pictures}' --not green -n 1`;
  const { stdout } = await glimpse("tag", "apply", "scarlet", "--from", search, "--dry-run");
  expect(stdout).toBe(`${red}\n`);
  const found = JSON.parse(
    (await glimpse("find", "a red disc", "--not", "green", "-n", "1", "--json")).stdout,
  );
  await glimpse("tag", "apply", "scarlet", "--from", search, "--yes");
  const listed = await glimpse("find", "--tag", "scarlet", "--json");
  expect(JSON.parse(listed.stdout).hits.map(({ id }: { id: string }) => id)).toEqual([found.hits[0].id]);
});

test("pictures and options that select them are not mixed, and nothing selects nothing", async () => {
  for (const args of [
    ["tag", "apply", "x", red, "--in", pictures],
    ["tag", "apply", "x"],
    ["tag", "apply", "x", "--in", pictures, "-n", "3"],
    ["tag", "apply", "x", "--from", "a dog"],
    ["tag", "apply", "x", "--from", "find"],
    ["tag", "apply", "x", "--from", "find a dog --color red"],
    ["tag", "apply", "x", "--from", "find 'a dog"],
    ["tag", "apply", "x", "--from", "find a dog", "--in", pictures],
  ])
    await expect(callGlimpse(library, args)).rejects.toThrow(UsageError);
});

test("a tag is renamed; joining another and deleting want a yes", async () => {
  await glimpse("tag", "apply", "round thing", red);
  await glimpse("tag", "apply", "disc", green);
  expect((await glimpse("tag", "rename", "round thing", "Scheibe")).stderr).toMatch(
    /"round thing" is now "Scheibe" on 1 picture\./,
  );
  const joining = await glimpse("tag", "rename", "Scheibe", "DISC");
  expect(joining).toMatchObject({ code: 2, stderr: expect.stringMatching(/"disc" is there already.*--yes/) });
  expect((await glimpse("tag", "rename", "Scheibe", "DISC", "--yes")).stderr).toMatch(
    /now "disc" on 1 picture/,
  );
  const asked = await glimpse("tag", "delete", "disc");
  expect(asked).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/deletes the tag "disc" from 2 pictures, 2 of them tagged by hand/),
  });
  expect((await glimpse("tag", "delete", "disc", "--dry-run")).stdout).toMatch(/Nothing was deleted/);
  expect((await glimpse("tag", "delete", "Disc", "--yes")).stderr).toMatch(/deleted from 2 pictures/);
  expect((await glimpse("tag", "delete", "disc", "--yes")).code).toBe(1);
});

test("the best thresholds by a truth file are stored when asked for, and tag by them", async () => {
  const [vocabulary, truth] = [join(temporaryFolder(), "tags.txt"), join(temporaryFolder(), "truth.tsv")];
  writeFileSync(vocabulary, "a red disc @0\nsomething else\n");
  writeFileSync(truth, `${red}\ta red disc\n${green}\t\n`);
  await glimpse("tag", "--vocabulary", vocabulary);
  const before = (await tags()).find(({ tag }: { tag: string }) => tag === "a red disc");
  expect(before).toMatchObject({ byModel: 2 });
  const { stdout, stderr } = await glimpse("tag", "eval", "--truth", truth, "--write", "--json");
  expect(stderr).toMatch(/1 threshold stored/);
  const [best] = JSON.parse(stdout).tags;
  const after = JSON.parse((await glimpse("tag", "eval", "--truth", truth, "--json")).stdout).tags;
  expect(after[0]).toMatchObject({ tag: "a red disc", bestThreshold: best.bestThreshold, recall: 1 });
  expect((await tags()).find(({ tag }: { tag: string }) => tag === "a red disc")?.byModel).toBe(
    after[0].predicted,
  );
});

test("tags are evaluated by what was put and withdrawn, where no truth file is given", async () => {
  const own = join(temporaryFolder(), "library");
  const run = (...args: string[]) => runGlimpse(own, args);
  await run("add", pictures);
  expect((await run("tag", "eval")).stderr).toMatch(/no tag vocabulary yet/);
  const vocabulary = join(temporaryFolder(), "tags.txt");
  writeFileSync(vocabulary, "disc @0.99\n");
  await run("tag", "--vocabulary", vocabulary);
  expect((await run("tag", "eval")).stderr).toMatch(/No picture was judged yet/);
  await run("tag", "apply", "disc", red);
  await run("tag", "withdraw", "disc", green);
  const { stdout } = await run("tag", "eval", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    pictures: 2,
    tags: [{ tag: "disc", judged: 2, groundTruth: 1, bestThreshold: null }],
  });
  expect((await run("tag", "eval", "--write")).stderr).toMatch(/0 thresholds stored/);
});
