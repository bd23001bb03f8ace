import { join } from "node:path";
import { LibraryError } from "../../../src/core/errors.ts";
import { post } from "../../support/new-image.ts";
import { everything, openTestLibrary, type TestLibrary } from "../../support/test-library.ts";
import type { FaultReport } from "./every-write-fails.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";

/** A disk that turns read-only under an open library, and one that was read-only from the start. */
export async function readOnlyDisk(): Promise<FaultReport | undefined> {
  const disk = mountSmallDisk(32_000);
  if (!disk) return undefined;
  try {
    return await turnReadOnly(disk);
  } finally {
    disk.unmount();
  }
}

async function turnReadOnly(disk: SmallDisk): Promise<FaultReport> {
  const directory = join(disk.folder, "library");
  const first = await openTestLibrary(directory);
  for (let n = 0; n < 20; n++) await first.library.addPosted(Buffer.from(`cat ${n}`), post(`${n}`));
  await first.library.close();
  disk.remount("ro");
  const found = await openTestLibrary(directory);
  const problems = await onlyReads(found);
  await found.library.close();
  disk.remount("rw");
  const again = await openTestLibrary(directory);
  await again.library.addPosted(Buffer.from("dog"), post("dog"));
  problems.push(...(await again.library.check()));
  await again.library.close();
  return { injected: 3, problems };
}

async function onlyReads({ library }: TestLibrary): Promise<string[]> {
  const problems: string[] = [];
  const answer = await library.within(everything).find({ terms: [{ text: "cat" }] });
  if (answer.searched !== 20 || answer.hits.length === 0) problems.push("searching does not work");
  const changes = [
    () => library.addPosted(Buffer.from("dog"), post("dog")),
    () => library.remove({ discord: { guildId: "g1" } }),
    () => library.tags.setVocabulary({ tags: [{ tag: "cat" }] }),
  ];
  for (const change of changes) {
    const error = await change().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const isExpected = error instanceof LibraryError && /read/.test(error.message);
    if (!isExpected) problems.push(`a change is answered by ${String(error)}`);
  }
  return problems;
}
