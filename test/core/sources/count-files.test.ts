import { linkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countFiles } from "../../../src/core/sources/count-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("links to one file are one, and a path where nothing is counts by itself", async () => {
  const folder = temporaryFolder();
  const [file, hard, soft, other] = ["file", "hard", "soft", "other"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [file, other]) writeFileSync(path, "the same bytes");
  linkSync(file, hard);
  symlinkSync(file, soft);
  expect(await countFiles([file, hard, soft])).toBe(1);
  expect(await countFiles([file, other, hard, join(folder, "gone")])).toBe(3);
  expect(await countFiles([])).toBe(0);
});
