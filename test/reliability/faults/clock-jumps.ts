import { join } from "node:path";
import { libraryDigest } from "../../support/library-digest.ts";
import { post } from "../../support/new-image.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";
import { GRAPH_FROM, openIndex } from "../crash/workloads.ts";
import type { FaultReport } from "./every-write-fails.ts";

const YEAR_MS = 365 * 86_400_000;

/** The clock jumps back and forth by up to a year at each reading: nothing is lost, and nothing waits for it to catch up. */
export async function clockJumps(home: string): Promise<FaultReport> {
  const [directory, pictures] = [join(home, "library"), join(home, "pictures")];
  writePictures(
    pictures,
    Object.fromEntries(Array.from({ length: GRAPH_FROM + 20 }, (_, n) => [`${n}.jpg`, `cat number ${n}`])),
  );
  const random = seededRandom(9);
  const now = Date.now;
  const problems: string[] = [];
  let injected = 0;
  Date.now = () => {
    injected += 1;
    return now() + Math.floor((random() - 0.5) * 2 * YEAR_MS);
  };
  try {
    const { library, catalog, embedder } = await openTestLibrary(directory);
    const report = await library.add([pictures]);
    if (report.added !== GRAPH_FROM + 20) problems.push(`${report.added} were added`);
    await library.addPosted(Buffer.from("dog"), post("dog"));
    const held = await catalog.leases.acquire("mine", 60_000);
    const index = openIndex(catalog, embedder, directory);
    await index.ready();
    await index.ready();
    const { kind, note } = await index.status();
    if (kind !== "hnsw") problems.push(`no graph was made: ${note}`);
    await index.close();
    await held?.release();
    await library.tags.setVocabulary({ tags: [{ tag: "cat" }] });
    const answer = await library.within(everything).find({ terms: [{ text: "dog" }] });
    if (answer.hits[0]?.score === undefined || answer.searched !== GRAPH_FROM + 21)
      problems.push("not all images were searched");
    const again = await library.add([pictures]);
    if (again.unchanged !== GRAPH_FROM + 20) problems.push(`${again.unchanged} files are unchanged`);
    await library.close();
  } finally {
    Date.now = now;
  }
  return { injected, problems: [...problems, ...(await libraryDigest(directory)).problems] };
}
