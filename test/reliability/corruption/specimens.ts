import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { post } from "../../support/new-image.ts";
import { openTestLibrary } from "../../support/test-library.ts";
import { GRAPH_FROM, openIndex } from "../crash/workloads.ts";

/** Enough for a multi-page catalog and a graph, yet few enough for thousands of copies. */
const IMAGES = 150;

export interface Specimens {
  /** Files of a closed library by relative path, and of another library with other pictures. */
  readonly closed: readonly [ReadonlyMap<string, Buffer>, ReadonlyMap<string, Buffer>];
  /** As a killed process leaves them, with a log that holds the latest commits. */
  readonly killed: ReadonlyMap<string, Buffer>;
}

export async function makeSpecimens(home: string): Promise<Specimens> {
  const [one, other] = [join(home, "one"), join(home, "other")];
  await fill(one, "cat");
  await fill(other, "boat");
  return { closed: [filesIn(one), filesIn(other)], killed: await leftByKill(one, join(home, "left")) };
}

async function fill(directory: string, subject: string): Promise<void> {
  const { library, catalog, embedder } = await openTestLibrary(directory);
  for (let n = 0; n < IMAGES; n++) await addPost(library, subject, n);
  await library.tags.setVocabulary({ tags: [{ tag: "cat" }, { tag: "7" }] });
  const index = openIndex(catalog, embedder, directory);
  await index.ready();
  const { kind, size } = await index.status();
  if (kind !== "hnsw" || size < GRAPH_FROM) throw new Error("the specimen has no graph");
  await index.close();
  await library.close();
}

async function leftByKill(directory: string, left: string): Promise<ReadonlyMap<string, Buffer>> {
  const { library } = await openTestLibrary(directory);
  for (let n = IMAGES; n < IMAGES + 20; n++) await addPost(library, "late", n);
  mkdirSync(left);
  for (const name of ["catalog.db", "catalog.db-wal"]) copyFileSync(join(directory, name), join(left, name));
  await library.close();
  return filesIn(left);
}

const addPost = (
  library: Awaited<ReturnType<typeof openTestLibrary>>["library"],
  subject: string,
  n: number,
) => library.addPosted(Buffer.from(`${subject} number ${n}`), post(`${n}`));

function filesIn(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = names.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}
