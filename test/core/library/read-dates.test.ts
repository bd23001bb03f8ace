import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { captureTime, dateBound } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const dates: Record<string, number> = { cat: Date.UTC(2011, 4, 6, 1) };

test("dates read by an earlier release are read again once by the next add, which embeds nothing", async () => {
  const [directory, folder] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, { "a.jpg": "cat", "IMG-20250712-WA0003.jpg": "dog", "c.jpg": "house" });
  const embedder = new FakeEmbedder({
    facts: (bytes) => {
      const time = dates[Buffer.from(bytes).toString()];
      return { takenAt: time === undefined ? null : captureTime(time) };
    },
  });
  const first = (await openTestLibrary(directory, { embedder })).library;
  await first.add([folder]);
  await first.close();
  asEarlierReleaseLeftIt(join(directory, "catalog.db"));

  const { library, catalog } = await openTestLibrary(directory, { embedder });
  const before = embedder.calls.pictures;
  expect(await catalog.images.withUnreadDate(0, 10)).toHaveLength(3);
  expect(await library.add([])).toMatchObject({ added: 0, unchanged: 3 });
  expect(embedder.calls.pictures).toBe(before);
  expect(await catalog.images.withUnreadDate(0, 10)).toEqual([]);

  expect((await library.within(everything).resolveImage(join(folder, "a.jpg"))).takenAt).toEqual(
    captureTime(Date.UTC(2011, 4, 6, 1)),
  );
  const onDay = (time: number) => ({
    ...everything,
    since: dateBound(time),
    until: dateBound(time + 86_400_000),
  });
  const found = async (time: number) =>
    (await library.within(onDay(time)).find({ terms: [], sort: "newest" })).hits.map(({ placements }) =>
      placements.map((at) => (at.kind === "file" ? at.path : "")),
    );
  expect(await found(Date.UTC(2011, 4, 6))).toEqual([[join(folder, "a.jpg")]]);
  expect(await found(Date.UTC(2025, 6, 12))).toEqual([[join(folder, "IMG-20250712-WA0003.jpg")]]);
  await library.close();
});

function asEarlierReleaseLeftIt(path: string): void {
  const db = new Database(path);
  db.exec(`UPDATE images SET taken_at = NULL, taken_source = NULL;
    UPDATE files SET named_at = NULL, is_clock = 0, date = modified_at;`);
  db.close();
}
