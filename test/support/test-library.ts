import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openKeyValueTable } from "../../src/core/catalog/key-value-table.ts";
import type { SqliteCatalog } from "../../src/core/catalog/open-catalog.ts";
import type { LoadedModel } from "../../src/core/library/dependencies.ts";
import { olderVectors } from "../../src/core/library/older-vectors.ts";
import { Library } from "../../src/core/library.ts";
import type { Catalog, Embedder, Settings, TextReader } from "../../src/core/ports.ts";
import { openSettings } from "../../src/core/settings/open-settings.ts";
import type { Scope } from "../../src/core/types.ts";
import {
  SyncedVectorIndex,
  type SyncedVectorIndexOptions,
} from "../../src/core/vector-index/synced-vector-index.ts";
import { FakeEmbedder } from "./fake-embedder.ts";
import { openNewCatalog } from "./new-catalog.ts";

const NO_GRAPH = { hnswFrom: Number.POSITIVE_INFINITY };

export const everything: Scope = { files: "all", discord: "all" };

export interface TestLibrary {
  readonly library: Library;
  readonly catalog: SqliteCatalog;
  readonly embedder: FakeEmbedder;
}

export interface TestLibraryOptions {
  readonly embedder?: FakeEmbedder;
  /** Used instead of the fake embedder. */
  readonly real?: Embedder;
  /** Reads text in pictures; nothing does without one. */
  readonly reader?: TextReader | undefined;
  /** Models that `useModel` can switch to, by name. */
  readonly models?: Readonly<Record<string, Embedder>>;
  /** Wraps the catalog: to fail, wait or record. */
  readonly around?: (catalog: Catalog) => Catalog;
  /** Wraps the settings. */
  readonly aroundSettings?: (settings: Settings) => Settings;
  readonly index?: Partial<SyncedVectorIndexOptions>;
}

/** A library with the real catalog, settings and index in a folder, and an embedder without a model. */
export async function openTestLibrary(
  directory: string,
  {
    embedder = new FakeEmbedder(),
    real,
    reader,
    models = {},
    around = (catalog) => catalog,
    aroundSettings = (settings) => settings,
    index: options = {},
  }: TestLibraryOptions = {},
): Promise<TestLibrary> {
  const path = join(directory, "catalog.db");
  const opened = await openNewCatalog(path);
  const catalog = { ...around(opened), keysInScope: opened.keysInScope };
  const loadedModel = (model: string, other: Embedder): LoadedModel => {
    const { space, dimensions } = other;
    const folder = join(directory, "index");
    const vectors = new SyncedVectorIndex({
      catalog,
      space,
      dimensions,
      directory: folder,
      options,
    });
    return { model, embedder: other, vectors, reader };
  };
  const active = await catalog.embeddings.activeModel();
  if (active === undefined) await catalog.embeddings.setActiveModel("fake", (real ?? embedder).space);
  const openModel = async (model: string) => {
    const other = model === "fake" ? (real ?? embedder) : models[model];
    if (other === undefined) throw new Error(`no test model ${model}`);
    return loadedModel(model, other);
  };
  const library = new Library({
    directory,
    catalog,
    settings: aroundSettings(await openSettings({ store: await openKeyValueTable({ path }) })),
    initialModel: await openModel(active?.model ?? "fake"),
    openModel,
    openOlder: async (space, active) => {
      const other = [real ?? embedder, ...Object.values(models)].find((each) => each.space === space);
      if (!other) return undefined;
      const { dimensions } = other;
      const source = olderVectors(catalog, space, active);
      const vectors = new SyncedVectorIndex({
        catalog: source,
        space,
        dimensions,
        directory: "",
        options: NO_GRAPH,
      });
      const everyVector = new SyncedVectorIndex({
        catalog,
        space,
        dimensions,
        directory: "",
        options: NO_GRAPH,
      });
      return { model: space, embedder: other, vectors, everyVector };
    },
    diskUsage: async () => ({ catalog: 0, index: 0, models: 0 }),
  });
  return { library, catalog, embedder };
}

/** Writes pictures for the fake embedder: the content is what each shows. */
export function writePictures(folder: string, pictures: Readonly<Record<string, string>>): void {
  for (const [name, shows] of Object.entries(pictures)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), shows);
  }
}
