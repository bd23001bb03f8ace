import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchFolders } from "../../../src/core/sources/watch-folders.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { writePictures } from "../../support/test-library.ts";

async function watching(roots: readonly string[]) {
  const told: string[] = [];
  let wake = () => {};
  const onChange = (changed: readonly string[]) => {
    told.push(...changed);
    wake();
  };
  const watcher = watchFolders(roots, onChange, { settleMs: 20, copiedMs: 50, lookMs: 50 });
  onTestFinished(() => watcher.close());
  await watcher.ready;
  const next = async () => {
    if (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return [...new Set(told.splice(0))];
  };
  return { told, next };
}

test("a new picture names its root alone, and other files nothing", async () => {
  const [photos, scans] = [temporaryFolder(), temporaryFolder()];
  const { told, next } = await watching([photos, scans]);
  expect(told).toEqual([]);
  writePictures(photos, { "notes.txt": "x", ".hidden.jpg": "x" });
  writePictures(scans, { "deep/a.jpg": "cat" });
  expect(await next()).toEqual([scans]);
});

test("a root that goes away is told of, and watched again once it is back", async () => {
  const root = join(temporaryFolder(), "disk");
  writePictures(root, { "a.jpg": "cat" });
  const { told, next } = await watching([root]);
  renameSync(root, `${root}-away`);
  expect(await next()).toEqual([root]);
  renameSync(`${root}-away`, root);
  expect(await next()).toEqual([root]);
  // What its return set off has settled: only a new event can follow.
  await new Promise((resolve) => setTimeout(resolve, 500));
  told.length = 0;
  writePictures(root, { "b.jpg": "dog" });
  expect(await next()).toEqual([root]);
});
