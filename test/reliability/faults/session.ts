import { join } from "node:path";
import { LibraryError } from "../../../src/core/errors.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import { post } from "../../support/new-image.ts";
import { openTestLibrary, type TestLibrary, writePictures } from "../../support/test-library.ts";

export function picturesForSession(folder: string): void {
  writePictures(folder, {
    ...Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${n}.jpg`, `cat number ${n}`])),
    "copy.jpg": "cat number 1",
    "broken.jpg": "broken",
  });
}

/**
 * A user's session on a library. Every action that fails is retried, as the error message suggests.
 * @returns every problem apart from the expected failures.
 */
export async function runSession(
  directory: string,
  pictures: string,
  around: (catalog: Catalog) => Catalog = (catalog) => catalog,
): Promise<string[]> {
  const problems: string[] = [];
  const twice = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof LibraryError)) problems.push(`failed as ${String(error)}`);
      return await act();
    }
  };
  const opened = await twice(() => openTestLibrary(directory, { around }));
  for (const act of actionsOf(opened, pictures)) await twice(act);
  await opened.library.close();
  return problems;
}

function actionsOf({ library, catalog }: TestLibrary, pictures: string): (() => Promise<unknown>)[] {
  const scope = { files: "all", discord: "all" } as const;
  const first = async () => (await library.within(scope).completeId("", 1))[0] ?? "";
  return [
    () => library.add([pictures]),
    () => library.addPosted(Buffer.from("dog posted"), post("1", { caption: "look" })),
    () => library.addPosted(Buffer.from("broken posted"), post("2")).catch(refusedPicture),
    () => library.state.set("backfill", "2"),
    () => library.tags.setVocabulary({ tags: [{ tag: "cat" }, { tag: "dog" }] }),
    async () => library.tags.put(await first(), "mine"),
    async () => library.tags.reject(await first(), "mine"),
    () => library.posts.setCaption("g1", "m-1", "look again"),
    () => library.posts.eraseCaptions("g1"),
    () => library.remove({ discord: { guildId: "g1", attachmentIds: ["1"] } }),
    () => catalog.files.remove([join(pictures, "3.jpg")]),
    () => library.add([pictures]),
  ];
}

function refusedPicture(error: unknown): void {
  if (error instanceof LibraryError) throw error;
}
