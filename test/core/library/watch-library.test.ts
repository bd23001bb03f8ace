import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { AddReport } from "../../../src/core/types.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../../support/test-library.ts";

/** A library that watches one folder, and the next report that `holds` of. */
async function watched() {
  const folder = join(temporaryFolder(), "photos");
  writePictures(folder, { "a.jpg": "cat" });
  const { library } = await openTestLibrary(temporaryFolder());
  await library.add([folder]);
  const stop = new AbortController();
  const reports: AddReport[] = [];
  let wake = () => {};
  const watching = library.watch({
    signal: stop.signal,
    settleMs: 20,
    copiedMs: 50,
    lookMs: 50,
    onReport: (report) => {
      reports.push(report);
      wake();
    },
    onError: (error) => {
      throw error;
    },
  });
  const report = async (holds: (report: AddReport) => boolean) => {
    for (;;) {
      const found = reports.splice(0).find(holds);
      if (found) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  onTestFinished(async () => {
    stop.abort();
    await watching;
    await library.close();
  });
  await report(({ unchanged }) => unchanged === 1);
  return { library, folder, report };
}

test("pictures that come, move and go are followed", async () => {
  const { folder, report } = await watched();
  writePictures(folder, { "deep/b.jpg": "dog" });
  expect(await report(({ added }) => added === 1)).toMatchObject({ unchanged: 1 });
  renameSync(join(folder, "deep/b.jpg"), join(folder, "c.jpg"));
  await report(({ known, removed }) => known === 1 && removed === 1);
});

test("a folder that was away is followed again", async () => {
  const { library, folder, report } = await watched();
  renameSync(folder, `${folder}-away`);
  await report(({ offline }) => offline.length === 1);
  expect((await library.status()).images).toBe(1);
  renameSync(`${folder}-away`, folder);
  await report(({ offline, unchanged }) => offline.length === 0 && unchanged === 1);
  writePictures(folder, { "b.jpg": "dog" });
  await report(({ added }) => added === 1);
});

test("a folder that is removed from the library stays removed, whatever happens in it", async () => {
  const { library, folder } = await watched();
  await library.remove({ paths: [folder] });
  writePictures(folder, { "b.jpg": "dog" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await library.roots()).toEqual([]);
  expect((await library.status()).images).toBe(0);
});
