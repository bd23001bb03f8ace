import { copyFileSync, rmSync, writeFileSync } from "node:fs";
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
const [red, green] = [join(pictures, "red disc.jpg"), join(pictures, "green disc.jpg")];

beforeAll(async () => {
  writeFileSync(red, await discPicture("red", 40));
  writeFileSync(green, await discPicture("green", 70));
  await glimpse("add", pictures);
});

const marks = async () => JSON.parse((await glimpse("mark", "--list", "--json")).stdout);

test("a hit of the last answer is marked by its number, and the mark is named, listed and taken back", async () => {
  const found = await glimpse("find", "a red disc");
  const second = found.stdout.split("\n").find((line) => line.startsWith("  2")) ?? "";
  const path = [red, green].find((name) => second.includes(name.split("/").at(-1) ?? "?")) ?? "";
  expect((await glimpse("mark", "2")).stderr).toBe(`${path} is what "a red disc" asks for.\n`);
  expect((await glimpse("mark", "1", "--not")).stderr).toMatch(/is not what "a red disc" asks for/);
  expect(await marks()).toMatchObject([
    { question: "a red disc", isRight: true },
    { question: "a red disc", isRight: false },
  ]);
  expect((await glimpse("mark", "2", "--undo")).stderr).toMatch(/^Taken back/);
  expect(await marks()).toHaveLength(1);
  const beyond = await glimpse("mark", "9");
  expect(beyond).toMatchObject({ code: 2, stderr: expect.stringMatching(/no hit 9/) });
});

test("a picture and a question are given by name, and so is that nothing is right", async () => {
  await glimpse("mark", green, "something green");
  await glimpse("mark", "--none", "a submarine");
  expect((await glimpse("mark", "--list")).stdout).toContain(`something green\t${green}\n`);
  expect((await glimpse("mark", "--list")).stdout).toContain("a submarine\tnothing\n");
});

test("a mark is listed with every place of its picture, whichever the answer showed", async () => {
  const copy = join(pictures, "a copy.jpg");
  copyFileSync(green, copy);
  await glimpse("add", pictures);
  const line = (await glimpse("mark", "--list")).stdout
    .split("\n")
    .find((text) => text.startsWith("something"));
  expect(line).toBe(`something green\t${copy}\t${green}`);
  expect(
    (await marks()).find(({ question }: { question: string }) => question === "something green").paths,
  ).toEqual([copy, green]);
  rmSync(copy);
  await glimpse("add", pictures);
});

test("evaluating says what was asked, of how many, and how certain it is", async () => {
  const text = await glimpse("evaluate", "--marks");
  expect(text.stdout).toMatch(
    /Questions that you marked: 2 questions\n.*among the first 1 +1\.00 \(1\.00 to 1\.00\)/,
  );
  const none = temporaryFolder();
  writeFileSync(join(none, "blue disc.jpg"), await discPicture("blue", 50));
  await glimpse("add", none);
  const elsewhere = await glimpse("evaluate", "--marks", "--in", none);
  expect(elsewhere.stdout).toContain("1 right picture, and 1 question with no others");
  await glimpse("remove", none, "--yes");
  const questions = join(temporaryFolder(), "questions.tsv");
  writeFileSync(questions, `a green disc\t${green}\n`);
  const json = JSON.parse(
    (await glimpse("evaluate", "--questions", questions, "--from", "names", "--json")).stdout,
  );
  expect(json.map(({ source, answerable }: Record<string, unknown>) => [source, answerable])).toEqual([
    ["file", 1],
    ["names", 2],
  ]);
});

test("options that exclude each other, and unknown sources, are wrong usage", async () => {
  for (const args of [
    ["mark"],
    ["mark", "1", "--list"],
    ["mark", "--none", "--not"],
    ["evaluate", "--from", "dreams"],
    ["evaluate", "--questions", join(pictures, "none.tsv")],
    ["models", "compare", "pocket"],
    ["models", "compare", "pocket", "pocket"],
  ])
    await expect(callGlimpse(library, args)).rejects.toThrow(UsageError);
});
