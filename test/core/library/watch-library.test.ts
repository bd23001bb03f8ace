import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LibraryError, PictureError } from "../../../src/core/errors.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/index.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import type { AddReport } from "../../../src/core/types.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../../support/test-library.ts";

/** A library that watches one folder, and the next report that satisfies `holds`. */
async function watched({
  around,
  onError,
}: Parameters<typeof openTestLibrary>[1] & {
  onError?: (error: unknown) => void;
} = {}) {
  const folder = join(temporaryFolder(), "photos");
  writePictures(folder, { "a.jpg": "cat" });
  const { library } = await openTestLibrary(temporaryFolder(), around ? { around } : {});
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
    retryMs: 20,
    onError: (error) => {
      if (onError === undefined) throw error;
      onError(error);
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

test("added, moved and deleted pictures are tracked", async () => {
  const { folder, report } = await watched();
  writePictures(folder, { "deep/b.jpg": "dog" });
  expect(await report(({ added }) => added === 1)).toMatchObject({ unchanged: 1 });
  renameSync(join(folder, "deep/b.jpg"), join(folder, "c.jpg"));
  await report(({ known, removed }) => known === 1 && removed === 1);
});

test("a folder that was offline is watched again", async () => {
  const { library, folder, report } = await watched();
  renameSync(folder, `${folder}-away`);
  await report(({ offline }) => offline.length === 1);
  expect((await library.within(ENTIRE_LIBRARY).status()).images).toBe(1);
  renameSync(`${folder}-away`, folder);
  await report(({ offline, unchanged }) => offline.length === 0 && unchanged === 1);
  writePictures(folder, { "b.jpg": "dog" });
  await report(({ added }) => added === 1);
});

test("a folder removed from the library stays removed, whatever changes in it", async () => {
  const { library, folder } = await watched();
  await library.remove({ paths: [folder] });
  writePictures(folder, { "b.jpg": "dog" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await library.roots()).toEqual([]);
  expect((await library.within(ENTIRE_LIBRARY).status()).images).toBe(0);
});

test("a failed round is retried until it succeeds, and its failure is reported once", async () => {
  const errors: unknown[] = [];
  let failures = 0;
  const around = (catalog: Catalog): Catalog => ({
    ...catalog,
    images: {
      ...catalog.images,
      put: async (images) => {
        if (failures > 0) {
          failures -= 1;
          throw new LibraryError("The disk is full.");
        }
        await catalog.images.put(images);
      },
    },
  });
  const { library, folder, report } = await watched({ around, onError: (error) => errors.push(error) });
  failures = 3;
  writePictures(folder, { "b.jpg": "dog" });
  await report(({ added }) => added === 1);
  expect((await library.within(ENTIRE_LIBRARY).status()).images).toBe(2);
  expect(errors.map(String)).toEqual([expect.stringContaining("The disk is full")]);
  failures = 1;
  writePictures(folder, { "c.jpg": "tree" });
  await report(({ added }) => added === 1);
  expect(errors).toHaveLength(2);
});

test("a file with a transient read error is eventually read, and reported once", async () => {
  const folder = join(temporaryFolder(), "photos");
  writePictures(folder, { "a.jpg": "cat" });
  let failures = 3;
  const embedder = new FakeEmbedder({
    beforePicture: () => {
      if (failures-- > 0) throw new PictureError("unreadable", "the disk could not read it");
    },
  });
  const { library } = await openTestLibrary(temporaryFolder(), { embedder });
  await library.add([folder], { signal: AbortSignal.abort() });
  const stop = new AbortController();
  const reports: AddReport[] = [];
  const onReport = (report: AddReport) => {
    reports.push(report);
    if (report.added === 1) stop.abort();
  };
  const onError = (error: unknown) => expect.fail(String(error));
  await library.watch({ signal: stop.signal, settleMs: 10, retryMs: 10, onReport, onError });
  expect(reports.flatMap(({ skipped }) => skipped)).toMatchObject([{ code: "unreadable" }]);
  expect((await library.within(ENTIRE_LIBRARY).status()).images).toBe(1);
  await library.close();
});
