import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { hitsPage } from "../../src/cli/html/pages.ts";
import { findJson, statusJson } from "../../src/cli/json-output.ts";
import type { Library } from "../../src/core/library.ts";
import { startSession } from "../mcp/support/session.ts";
import { post } from "../support/new-image.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../support/test-library.ts";

/** Every result that shows a date, for a library with this many pictures. */
async function expectAnswers(library: Library, pictures: number): Promise<void> {
  const view = library.within(everything);
  for (const question of [{ terms: [{ text: "cat" }] }, { terms: [], sort: "newest" } as const]) {
    const answer = await view.find({ ...question, collapse: false });
    expect(answer.hits).toHaveLength(pictures);
    expect(JSON.stringify(findJson(answer, new Map()))).not.toContain("NaN");
    await hitsPage(answer, [], (id) => view.thumbnail(id));
  }
  expect(JSON.stringify(statusJson(await view.status()))).not.toContain("NaN");
  const { call } = await startSession(library, { includeDiscord: true });
  for (const args of [{ query: "cat" }, { since: "0001" }]) {
    const { isError, text } = await call("search_images", args);
    expect(isError, text).toBe(false);
  }
  expect((await call("library_status")).isError).toBe(false);
}

test.each([9e15, -9e15, 1e300, 1e17])("a catalog that holds the time %s breaks no result", async (time) => {
  const [directory, folder] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  const { library } = await openTestLibrary(directory);
  await library.add([folder]);
  await library.addPosted(Buffer.from("boat"), post("1"));
  const other = new Database(join(directory, "catalog.db"));
  other.exec(`
    UPDATE files SET modified_at = ${time}, named_at = ${time}, date = ${time};
    UPDATE images SET taken_at = ${time}, added_at = ${time} WHERE key = 1;
    UPDATE images SET added_at = ${time};
    UPDATE posts SET posted_at = ${time};
    UPDATE roots SET last_scan_at = ${time}, added_at = ${time};`);
  other.close();
  await expectAnswers(library, 3);
});

const MEMORY = "/dev/shm";

test.skipIf(!existsSync(MEMORY))("a file from the year 3,170,843 breaks no result", async ({ skip }) => {
  const folder = mkdtempSync(join(MEMORY, "glimpse-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  execFileSync("touch", ["-d", "@99999999999999", join(folder, "a.jpg")]);
  skip(statSync(join(folder, "a.jpg")).mtimeMs < 8.64e15, "this file system keeps no such time");
  const { library } = await openTestLibrary(temporaryFolder());
  await library.add([folder]);
  await expectAnswers(library, 2);
  expect(await library.add([])).toMatchObject({ unchanged: 2 });
});
