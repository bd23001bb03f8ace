import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { discPicture } from "../support/disc-picture.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const base = temporaryFolder();
const library = join(base, "library");
const [original, copy, small] = ["camera/red.jpg", "albums/red.jpg", "albums/small.jpg"].map((name) =>
  join(base, "pictures", name),
) as [string, string, string];
const duplicates = (...args: string[]) => runGlimpse(library, ["duplicates", ...args]);

beforeAll(async () => {
  const red = await discPicture("red", 40);
  for (const folder of ["camera", "albums"]) mkdirSync(join(base, "pictures", folder), { recursive: true });
  writeFileSync(original, red);
  await new Promise((resolve) => setTimeout(resolve, 20));
  writeFileSync(copy, red);
  writeFileSync(small, await sharp(red).resize(150).jpeg().toBuffer());
  await runGlimpse(library, ["add", join(base, "pictures")]);
});

test("each group says in words why its keeper stays", async () => {
  const { groups } = JSON.parse((await duplicates("--kind", "exact", "--json")).stdout);
  expect(groups).toMatchObject([{ keeper: { paths: [original, copy] }, why: "the oldest (the same bytes)" }]);
  const same = JSON.parse((await duplicates("--json")).stdout);
  expect(same.groups).toMatchObject([{ why: "the original: the other is smaller" }]);
  expect((await duplicates()).stdout).toMatch(
    / {2}keep .*red\.jpg {2}\(the original: the other is smaller\)\n/,
  );
  expect((await duplicates("--html", "-")).stdout).toContain("the original: the other is smaller");
});

test("a hard link of a file frees nothing", async () => {
  const links = join(base, "links");
  mkdirSync(links);
  writeFileSync(join(links, "a.jpg"), await discPicture("blue", 30));
  linkSync(join(links, "a.jpg"), join(links, "longer.jpg"));
  await runGlimpse(join(base, "linked"), ["add", links]);
  const { stdout } = await runGlimpse(join(base, "linked"), ["duplicates", "--json"]);
  expect(JSON.parse(stdout).groups).toMatchObject([
    { reclaimableBytes: 0, members: [{ reason: "hard links of one file" }] },
  ]);
});

test("a folder or a size that was asked for overrules it, and the answer says so", async () => {
  const albums = join(base, "pictures", "albums");
  expect((await duplicates("--print0", "--keep-in", albums)).stdout).toBe(`${original}\0`);
  const { groups } = JSON.parse((await duplicates("--json", "--keep-in", albums)).stdout);
  expect(groups[0].keeper.paths[0]).toBe(copy);
  const newest = JSON.parse((await duplicates("--json", "--keep", "newest")).stdout);
  expect(newest.groups[0]).toMatchObject({ keeper: { paths: [small] }, why: "the newest, as asked" });
});

test("--print0 lists files with the same bytes, and other copies only where that is written out", async () => {
  expect((await duplicates("--print0")).stdout).toBe(`${copy}\0`);
  expect((await duplicates("--print0", "--kind", "same")).stdout.split("\0").sort()).toEqual(
    ["", small, copy].sort(),
  );
});
