import { join } from "node:path";
import { GlimpseError } from "../../../src/core/errors.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { describedModel, writeModel } from "../../core/models/small-model.ts";
import { libraryDigest } from "../../support/library-digest.ts";
import { post } from "../../support/new-image.ts";
import { everything, openTestLibrary } from "../../support/test-library.ts";
import { serveModel } from "../crash/model-hub.ts";
import { openIndex } from "../crash/workloads.ts";
import type { FaultReport } from "./every-write-fails.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";

const FULL = /disk (is full|failed)|could not grow|does not fit|are free at/i;

/** Adding, indexing, pulling a model and removing on a full disk; once space is freed, all of it works. */
export async function fullDisk(home: string): Promise<FaultReport | undefined> {
  const disk = mountSmallDisk(2200);
  if (!disk) return undefined;
  try {
    return await fillAndGoOn(disk, home);
  } finally {
    disk.unmount();
  }
}

async function fillAndGoOn(disk: SmallDisk, home: string): Promise<FaultReport> {
  const directory = join(disk.folder, "library");
  const { library, catalog, embedder } = await openTestLibrary(directory, {});
  const problems: string[] = [];
  const posted: number[] = [];
  let injected = 0;
  const refused = (what: string, error: unknown) => {
    injected += 1;
    const isExpected = error instanceof GlimpseError && FULL.test(error.message);
    if (!isExpected)
      problems.push(`${what} on a full disk: ${error instanceof Error ? error.stack : String(error)}`);
  };
  const add = async (n: number) =>
    library.addPosted(Buffer.from(`cat number ${n} ${"x".repeat(50)}`), post(`${n}`));
  for (let n = 0, failures = 0; failures < 20; n++) {
    try {
      await add(n);
      posted.push(n);
    } catch (error) {
      failures += 1;
      refused("adding", error);
    }
  }
  const index = openIndex(catalog, embedder, directory);
  await index.ready().catch((error: unknown) => {
    injected += 1;
    if (!/ENOSPC|full/.test(String(error))) problems.push(`the index on a full disk: ${String(error)}`);
  });
  const answer = await library.within(everything).find({ terms: [{ text: "cat" }] });
  if (answer.searched !== posted.length) problems.push(`searched ${answer.searched} of ${posted.length}`);
  await index.close();

  const hub = await serveModel();
  const store = new ModelStore({ directory });
  await new ModelStore({ directory })
    .add(await writeModel(join(home, "described"), describedModel()))
    .catch((error: unknown) => {
      injected += 1;
      if (!(error instanceof GlimpseError) && !/ENOSPC/.test(String(error))) problems.push(String(error));
    });

  disk.remount("size=2800k");
  await new ModelStore({ directory })
    .add(await writeModel(join(home, "again"), describedModel()))
    .catch(() => {});
  await store.pull("small", { hub: hub.address, firstDelayMs: 1 }).then(
    () => {},
    (error: unknown) => refused("pulling", error),
  );
  disk.remount("size=40m");
  await store.pull("small", { hub: hub.address, firstDelayMs: 1 });
  const files = await store.verify("small");
  if (files.some(({ state }) => state !== "sound")) problems.push("the model is not whole");
  await hub.close();

  for (let n = 100_000; n < 100_010; n++) {
    await add(n);
    posted.push(n);
  }
  await library.remove({ discord: { guildId: "g1", attachmentIds: posted.slice(0, 5).map(String) } });
  await library.close();
  const found = await libraryDigest(directory);
  if (found.images !== posted.length - 5) problems.push(`${found.images} images of ${posted.length - 5}`);
  return { injected, problems: [...problems, ...found.problems] };
}
