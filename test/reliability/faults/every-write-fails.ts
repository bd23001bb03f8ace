import { join } from "node:path";
import { LibraryError } from "../../../src/core/errors.ts";
import { aroundWrites } from "../../support/around-catalog.ts";
import { libraryDigest } from "../../support/library-digest.ts";
import { picturesForSession, runSession } from "./session.ts";

export interface FaultReport {
  /** Number of injected faults. */
  readonly injected: number;
  readonly problems: readonly string[];
}

/** Each write of a session fails once, as on a failing disk: it is reported, leaves nothing half done, and succeeds on retry. */
export async function everyWriteFails(home: string): Promise<FaultReport> {
  const pictures = join(home, "pictures");
  picturesForSession(pictures);
  const undisturbed = await session(join(home, "undisturbed"), pictures, -1);
  const problems = [...undisturbed.problems];
  for (let failing = 1; failing <= undisturbed.writes; failing++) {
    const { name, ...disturbed } = await session(join(home, `${failing}`), pictures, failing);
    if (disturbed.digest !== undisturbed.digest)
      problems.push(`${name} (write ${failing}): the library differs`);
    problems.push(...disturbed.problems.map((problem) => `${name} (write ${failing}): ${problem}`));
  }
  return { injected: undisturbed.writes, problems };
}

async function session(directory: string, pictures: string, failing: number) {
  let writes = 0;
  let name = "";
  const problems = await runSession(directory, pictures, (catalog) =>
    aroundWrites(catalog, async (write, run) => {
      writes += 1;
      if (writes !== failing) return run();
      name = write.name;
      throw new LibraryError("The disk failed while writing. Check the disk and run again.");
    }),
  );
  const found = await libraryDigest(directory);
  return { writes, name, digest: found.digest, problems: [...problems, ...found.problems] };
}
