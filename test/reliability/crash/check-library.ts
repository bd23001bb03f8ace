import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openCatalog, type SqliteCatalog } from "../../../src/core/catalog/open-catalog.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { contents } from "../../core/models/small-model.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { bruteForce, isExact, storedVectors } from "../brute-force.ts";
import type { Ledger } from "./ledger.ts";
import { BACKFILL, openIndex, placementOfPost } from "./workloads.ts";

const embedder = new FakeEmbedder();
const QUESTIONS = ["cat", "a beach at night", "train in the snow"];

/** Problems in the library after a process died while using it, one sentence each; nothing has been repaired yet. */
export async function checkLibrary(directory: string, ledger: Ledger): Promise<string[]> {
  const catalog = await openCatalog({ path: join(directory, "catalog.db") });
  try {
    return [
      ...(await catalog.check()),
      ...(await checkPlaces(catalog, ledger)),
      ...(await checkCursor(catalog, ledger)),
      ...(await checkIndex(catalog, directory)),
      ...checkModel(directory),
    ];
  } finally {
    await catalog.close();
  }
}

async function checkPlaces(catalog: Catalog, { placed, gone }: Ledger): Promise<string[]> {
  const posts = new Map(
    (await catalog.posts.placements({ guildId: "g1" })).map(({ id, placement }) => [
      `post ${placement.attachmentId}`,
      id,
    ]),
  );
  const idAt = async (place: string) =>
    place.startsWith("post ") ? posts.get(place) : (await catalog.files.placement(place))?.id;
  const vectors = await storedVectors(catalog, embedder.space);
  const problems: string[] = [];
  for (const [place, id] of placed) {
    if ((await idAt(place)) !== id) problems.push(`${place} was acknowledged and is lost`);
    const [image] = await catalog.images.byId([id]);
    const whole =
      image && (await catalog.images.thumbnail(id)) && vectors.get(image.key)?.length === embedder.dimensions;
    if (!whole) problems.push(`the image of ${place} was acknowledged and is not whole`);
  }
  for (const place of gone) if (await idAt(place)) problems.push(`${place} was removed and is there`);
  return problems;
}

/** A position is saved only once everything before it has been added, or removed again. */
async function checkCursor(catalog: Catalog, ledger: Ledger): Promise<string[]> {
  const position = await catalog.state.get(BACKFILL);
  const owed = ledger.cursors.get(BACKFILL);
  const lost =
    owed !== undefined && owed !== position
      ? [`the cursor is at ${position}, was acknowledged at ${owed}`]
      : [];
  const expectedIds = Array.from(
    { length: Number(position ?? 0) },
    (_, i) => placementOfPost(i + 1).attachmentId,
  );
  const known = await catalog.posts.knownAttachments(expectedIds);
  const missing = expectedIds.filter((id) => !known.has(id) && !ledger.removedOnce.has(`post ${id}`));
  return [...lost, ...missing.map((id) => `post ${id} lies before the cursor and is missing`)];
}

async function checkIndex(catalog: SqliteCatalog, directory: string): Promise<string[]> {
  const index = openIndex(catalog, embedder, directory);
  try {
    await index.refresh();
    const truth = await storedVectors(catalog, embedder.space);
    const { size } = await index.status();
    const problems = size === truth.size ? [] : [`the index holds ${size} of ${truth.size} vectors`];
    for (const { embedding } of await embedder.embedTexts(QUESTIONS)) {
      const found = await index.nearest({ vector: embedding, scope: ENTIRE_LIBRARY, limit: 10 });
      const expected = bruteForce(truth, embedding, 10);
      if (!isExact(found, expected)) problems.push("a search found others than the exact one");
    }
    return problems;
  } finally {
    await index.close();
  }
}

/** A model file gets its final name only once it is complete. */
function checkModel(directory: string): string[] {
  return Object.entries(contents).flatMap(([path, bytes]) => {
    const file = join(directory, "models/small", path);
    return !existsSync(file) || readFileSync(file).equals(bytes) ? [] : [`${path} of the model is damaged`];
  });
}

/** Stray files among the index and model files. */
export function leftovers(directory: string): string[] {
  const listed = (folder: string) =>
    existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  const index = listed(join(directory, "index")).filter((name) => /\.(axes|hnsw|tmp)$/.test(name));
  const models = listed(join(directory, "models")).filter((name) => /\.(partial|new)$|\.pulling$/.test(name));
  return [...index.slice(2), ...models];
}
