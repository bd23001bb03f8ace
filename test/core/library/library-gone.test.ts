import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LibraryGoneError } from "../../../src/core/errors.ts";
import { post } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const question = { terms: [{ text: "cat" }] };

async function setUp() {
  const directory = join(temporaryFolder(), "library");
  const { library } = await openTestLibrary(directory);
  onTestFinished(() => library.close());
  await library.addPosted(Buffer.from("cat"), post("1"));
  expect((await library.within(everything).find(question)).hits).toHaveLength(1);
  return { directory, library };
}

test("a library deleted under a running program is no longer searched", async () => {
  const { directory, library } = await setUp();
  rmSync(directory, { recursive: true });
  const calls = [
    () => library.within(everything).find(question),
    () => library.within(everything).status(),
    () => library.addPosted(Buffer.from("dog"), post("2")),
    () => library.posts.knownAttachments(["1"]),
    () => library.settings.get("anything"),
  ];
  for (const call of calls) await expect(call()).rejects.toThrow(/was deleted or moved away/);
  await expect(library.within(everything).find(question)).rejects.toBeInstanceOf(LibraryGoneError);
});

test("one replaced by another is neither searched nor written to", async () => {
  const { directory, library } = await setUp();
  renameSync(directory, `${directory}-old`);
  const rebuilt = await openTestLibrary(directory);
  onTestFinished(() => rebuilt.library.close());
  await expect(library.within(everything).find(question)).rejects.toThrow(
    /was replaced by another.*Start the program again/,
  );
  await expect(library.addPosted(Buffer.from("dog"), post("2"))).rejects.toBeInstanceOf(LibraryGoneError);
  expect((await rebuilt.library.within(everything).find(question)).hits).toEqual([]);
});

test("one that returns to its place is used again", async () => {
  const { directory, library } = await setUp();
  renameSync(directory, `${directory}-away`);
  await expect(library.within(everything).find(question)).rejects.toThrow(/disk is gone/);
  renameSync(`${directory}-away`, directory);
  expect((await library.within(everything).find(question)).hits).toHaveLength(1);
});

test("a watch ends when its library is gone, with the reason", async () => {
  const { directory, library } = await setUp();
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "cat" });
  await library.add([folder]);
  const signal = new AbortController().signal;
  const watching = library.watch({
    signal,
    settleMs: 5,
    copiedMs: 10,
    onReport: () => {
      rmSync(directory, { recursive: true, force: true });
      writePictures(folder, { "b.jpg": "dog" });
    },
    onError: () => undefined,
  });
  await expect(watching).rejects.toBeInstanceOf(LibraryGoneError);
});
