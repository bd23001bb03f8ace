import { join } from "node:path";
import { GlimpseError } from "../../../src/core/errors.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { GraphStore } from "../../../src/core/vector-index/graph-store.ts";
import { loadHnswLibrary } from "../../../src/core/vector-index/hnsw-library.ts";
import { libraryDigest } from "../../support/library-digest.ts";
import { post } from "../../support/new-image.ts";
import { everything, openTestLibrary } from "../../support/test-library.ts";
import { bruteForce, isExact, storedVectors } from "../brute-force.ts";
import { openIndex } from "../crash/workloads.ts";

/** The outcome for a library with a damaged catalog. Only a defect and a wrong answer are product failures. */
export type CatalogOutcome =
  | "refused with a sentence"
  | "reported by the check"
  | "nothing lost"
  | "sound, without the last commits"
  | "a new, empty library"
  | "sound, of another library"
  | "a changed value that nothing can detect"
  | `defect: ${string}`
  | "wrong answer";

/** The original images, one line each; see library-digest.ts. */
export interface ExpectedContents {
  readonly sound: ReadonlySet<string>;
  readonly other: ReadonlySet<string>;
}

/** Opens, checks, searches and adds. */
export async function tryCatalog(directory: string, known: ExpectedContents): Promise<CatalogOutcome> {
  try {
    const { lines, problems } = await libraryDigest(directory);
    if (problems.length > 0) return await usableOrRefused(directory);
    if (!(await answersExactly(directory))) return "wrong answer";
    if (lines.length === 0) return "a new, empty library";
    if (lines.every((line) => known.sound.has(line))) {
      return lines.length === known.sound.size ? "nothing lost" : "sound, without the last commits";
    }
    if (lines.every((line) => known.other.has(line))) return "sound, of another library";
    return "a changed value that nothing can detect";
  } catch (error) {
    if (error instanceof GlimpseError) return "refused with a sentence";
    return `defect: ${error instanceof Error ? error.message.slice(0, 120) : String(error)}`;
  }
}

/** The check has reported the damage; a query may still fail, but with a readable error. */
async function usableOrRefused(directory: string): Promise<CatalogOutcome> {
  await answersExactly(directory).catch((error: unknown) => {
    if (!(error instanceof GlimpseError)) throw error;
  });
  return "reported by the check";
}

/** Whether queries match an exhaustive comparison with everything stored, also after an addition. */
async function answersExactly(directory: string): Promise<boolean> {
  const { library, catalog, embedder } = await openTestLibrary(directory);
  try {
    await library.addPosted(Buffer.from("a new cat"), post("new"));
    const [query] = await embedder.embedTexts(["cat"]);
    if (!query) return false;
    const vectors = await storedVectors(catalog, embedder.space);
    const answer = await library.within(everything).find({ terms: [{ text: "cat" }], collapse: false });
    await library.within(everything).status();
    const found = answer.hits.map(({ score }) => ({ score }));
    const sound = new Map([...vectors].filter(([, vector]) => vector.every(Number.isFinite)));
    return isExact(found, bruteForce(sound, query.embedding, 10).slice(0, found.length));
  } finally {
    await library.close();
  }
}

export type IndexOutcome = "not used" | "used though damaged" | `defect: ${string}`;

export async function tryIndex(directory: string): Promise<IndexOutcome> {
  const library = await loadHnswLibrary();
  if (!library) return "not used";
  const catalog = {
    leases: { acquire: async () => undefined },
    embeddings: { changeToken: async () => "0", changesSince: async () => undefined, keys: async () => [] },
  };
  const store = new GraphStore({
    catalog,
    library,
    space: "fake@00000000",
    dimensions: 128,
    directory: join(directory, "index"),
  });
  try {
    return (await store.read()) === undefined ? "not used" : "used though damaged";
  } catch (error) {
    return `defect: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Whether a damaged index is rebuilt automatically and then matches an exhaustive comparison. */
export async function isRebuilt(directory: string): Promise<boolean> {
  const { library, catalog, embedder } = await openTestLibrary(directory);
  const index = openIndex(catalog, embedder, directory);
  try {
    await index.ready();
    const [query] = await embedder.embedTexts(["cat"]);
    if (!query || (await index.status()).kind !== "hnsw") return false;
    const vectors = await storedVectors(catalog, embedder.space);
    const found = await index.nearest({ vector: query.embedding, scope: ENTIRE_LIBRARY, limit: 10 });
    return isExact(found, bruteForce(vectors, query.embedding, 10));
  } finally {
    await index.close();
    await library.close();
  }
}
