import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { listPictures } from "../../../src/core/sources/walk-folder.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { everything, openTestLibrary, type TestLibrary } from "../../support/test-library.ts";
import { leftovers } from "./check-library.ts";
import { GRAPH_FROM, openIndex } from "./workloads.ts";

/** Lets the library finish without interruption, and returns how it differs from one that was never interrupted. */
export async function finishLibrary(directory: string, pictures: string, hub: string): Promise<string[]> {
  const opened = await openTestLibrary(directory, { index: { hnswFrom: Number.POSITIVE_INFINITY } });
  try {
    await opened.library.add([pictures]);
    return [
      ...(await opened.catalog.check()),
      ...(await compareWithFolder(opened, pictures)),
      ...(await compareTags(opened)),
      ...(await compareGraph(opened, directory)),
      ...(await pullAgain(directory, hub)),
      ...leftovers(directory).map((name) => `${name} was left over`),
    ];
  } finally {
    await opened.library.close();
  }
}

async function compareWithFolder({ catalog }: TestLibrary, pictures: string): Promise<string[]> {
  const paths = await listPictures(pictures);
  const problems: string[] = [];
  for (const path of paths) {
    const bytes = readFileSync(path);
    // A kill during the write leaves the picture file empty.
    if (bytes.length === 0 || bytes.toString().startsWith("broken")) continue;
    const id = createHash("sha256").update(bytes).digest("hex");
    if ((await catalog.files.placement(path))?.id !== id)
      problems.push(`${path} is not in the library as it is`);
  }
  for await (const files of catalog.files.known(pictures)) {
    for (const { path, id } of files)
      if (id !== undefined && !existsSync(path)) problems.push(`${path} is gone and still in the library`);
  }
  return problems;
}

/** Retagging everything changes nothing. */
async function compareTags({ library }: TestLibrary): Promise<string[]> {
  const vocabulary = await library.tags.vocabulary();
  if (!vocabulary) return [];
  const before = JSON.stringify(await library.within(everything).tags());
  await library.tags.setVocabulary({ tags: [] });
  await library.tags.setVocabulary(vocabulary);
  return JSON.stringify(await library.within(everything).tags()) === before
    ? []
    : ["tags are not as if put without disturbance"];
}

/** A killed builder still holds its lease for a minute, so this checks as if two minutes later. */
async function compareGraph({ catalog }: TestLibrary, directory: string): Promise<string[]> {
  const now = Date.now;
  Date.now = () => now() + 120_000;
  const index = openIndex(catalog, new FakeEmbedder(), directory);
  try {
    await index.ready();
    const { kind, size, note } = await index.status();
    const wanted = size >= GRAPH_FROM ? "hnsw" : "exact";
    return kind === wanted ? [] : [`the index is ${kind}: ${note}`];
  } finally {
    Date.now = now;
    await index.close();
  }
}

async function pullAgain(directory: string, hub: string): Promise<string[]> {
  const store = new ModelStore({ directory });
  if (!existsSync(join(directory, "models/small"))) return [];
  await store.pull("small", { hub, firstDelayMs: 1 });
  const files = await store.verify("small");
  return files.filter(({ state }) => state !== "sound").map(({ path, state }) => `${path} is ${state}`);
}
