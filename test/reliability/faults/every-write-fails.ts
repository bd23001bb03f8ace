import { join } from "node:path";
import { LibraryError } from "../../../src/core/errors.ts";
import { aroundWrites } from "../../support/around-catalog.ts";
import { libraryDigest } from "../../support/library-digest.ts";
import { post } from "../../support/new-image.ts";
import { openTestLibrary, type TestLibrary, writePictures } from "../../support/test-library.ts";

export interface Held {
  /** Times the fault struck. */
  readonly struck: number;
  readonly problems: readonly string[];
}

/** Each write of a person's session fails once, as on a failing disk: told as such, nothing half done, and again it works. */
export async function everyWriteFails(home: string): Promise<Held> {
  const pictures = join(home, "pictures");
  writePictures(pictures, {
    ...Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${n}.jpg`, `cat number ${n}`])),
    "copy.jpg": "cat number 1",
    "broken.jpg": "broken",
  });
  const undisturbed = await session(join(home, "undisturbed"), pictures, -1);
  const problems = [...undisturbed.problems];
  for (let failing = 1; failing <= undisturbed.writes; failing++) {
    const { name, ...disturbed } = await session(join(home, `${failing}`), pictures, failing);
    if (disturbed.digest !== undisturbed.digest)
      problems.push(`${name} (write ${failing}): the library differs`);
    problems.push(...disturbed.problems.map((problem) => `${name} (write ${failing}): ${problem}`));
  }
  return { struck: undisturbed.writes, problems };
}

/** Every act is tried again when it fails, as a person does who is told to. */
async function session(directory: string, pictures: string, failing: number) {
  let writes = 0;
  let name = "";
  const open = () =>
    openTestLibrary(directory, {
      around: (catalog) =>
        aroundWrites(catalog, async (write, run) => {
          writes += 1;
          if (writes !== failing) return run();
          name = write.name;
          throw new LibraryError("The disk failed while writing. Check the disk and run again.");
        }),
    });
  const scene = await open().catch(open);
  const problems: string[] = [];
  for (const act of acts(scene, pictures)) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof LibraryError)) problems.push(`told as ${String(error)}`);
      await act();
    }
  }
  await scene.library.close();
  const found = await libraryDigest(directory);
  return { writes, name, digest: found.digest, problems: [...problems, ...found.problems] };
}

function acts({ library, catalog }: TestLibrary, pictures: string): (() => Promise<unknown>)[] {
  const scope = { files: "all", discord: "all" } as const;
  const first = async () => (await library.completeId("", scope, 1))[0] ?? "";
  return [
    () => library.add([pictures]),
    () => library.addPosted(Buffer.from("dog posted"), post("1", { caption: "look" })),
    () => library.addPosted(Buffer.from("broken posted"), post("2")).catch(refusedPicture),
    () => library.cursors.setCursor("backfill", "2"),
    () => library.setVocabulary({ tags: [{ tag: "cat" }, { tag: "dog" }] }),
    async () => library.tag(await first(), "mine"),
    async () => library.untag(await first(), "mine"),
    () => library.posted.setCaption("g1", "m-1", "look again"),
    () => library.posted.forgetCaptions("g1"),
    () => library.remove({ discord: { guildId: "g1", attachmentIds: ["1"] } }),
    () => catalog.removeFiles([join(pictures, "3.jpg")]),
    () => library.add([pictures]),
  ];
}

function refusedPicture(error: unknown): void {
  if (error instanceof LibraryError) throw error;
}
