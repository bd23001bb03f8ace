import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { aroundWrites } from "../../support/around-catalog.ts";
import { libraryDigest } from "../../support/library-digest.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";
import type { FaultReport } from "./every-write-fails.ts";

const FILES = 200;

/** Each write waits up to twice `longestWaitMs`, while queries run continuously. */
export async function slowDisk(home: string, longestWaitMs: number): Promise<FaultReport> {
  const [directory, pictures] = [join(home, "library"), join(home, "pictures")];
  writePictures(
    pictures,
    Object.fromEntries(Array.from({ length: FILES }, (_, n) => [`${n}.jpg`, `cat number ${n}`])),
  );
  const random = seededRandom(4);
  let injected = 0;
  const { library } = await openTestLibrary(directory, {
    around: (catalog) =>
      aroundWrites(catalog, async (_, run) => {
        injected += 1;
        await pause(random() * longestWaitMs);
        const result = await run();
        await pause(random() * longestWaitMs);
        return result;
      }),
  });
  const problems: string[] = [];
  let done = false;
  const adding = library.add([pictures]).finally(() => {
    done = true;
  });
  let before = 0;
  while (!done) {
    const { searched } = await library.within(everything).find({ terms: [{ text: "cat" }] });
    if (searched < before) problems.push(`a question saw ${searched} images after ${before}`);
    before = searched;
    await pause(5);
  }
  if ((await adding).added !== FILES) problems.push("not all were added");
  await library.close();
  return { injected, problems: [...problems, ...(await libraryDigest(directory)).problems] };
}
