import { join } from "node:path";
import { NotFoundError } from "../../../src/core/errors.ts";
import type { Catalog, CatalogImage, Settings } from "../../../src/core/ports.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import type { Placement } from "../../../src/core/types.ts";
import { FakeEmbedder, type FakeEmbedderOptions } from "../../support/fake-embedder.ts";
import { openNewCatalog } from "../../support/new-catalog.ts";
import { file } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Settings in memory. */
export class MapSettings implements Settings {
  readonly #values = new Map<string, string>();
  /** Calls of `set` so far. */
  writes = 0;

  get characters(): number {
    return [...this.#values.values()].reduce((sum, value) => sum + value.length, 0);
  }

  async get<Value>(key: string): Promise<Value | undefined> {
    const value = this.#values.get(key);
    return value === undefined ? undefined : JSON.parse(value);
  }

  async set<Value>(key: string, value: Value): Promise<void> {
    this.writes += 1;
    this.#values.set(key, JSON.stringify(value));
  }

  async delete(key: string): Promise<boolean> {
    return this.#values.delete(key);
  }

  async close(): Promise<void> {}
}

export interface LabelLibrary {
  readonly catalog: Catalog;
  readonly embedder: FakeEmbedder;
  readonly settings: Settings;
  readonly resolve: (idOrPrefix: string) => Promise<{ image: CatalogImage; part: undefined }>;
  /** Adds a picture that shows these words. @returns its id */
  readonly add: (shows: string, placement?: Placement) => Promise<string>;
}

/** A real catalog and an embedder without a model: a picture that reads `cat` is near the text "cat". */
export async function openLabelLibrary(
  options: FakeEmbedderOptions = {},
  catalog?: Catalog,
  settings: Settings = new MapSettings(),
): Promise<LabelLibrary> {
  const opened = catalog ?? (await openNewCatalog(join(temporaryFolder(), "catalog.db")));
  const embedder = new FakeEmbedder(options);
  return {
    catalog: opened,
    embedder,
    settings,
    resolve: async (prefix) => {
      const [image] = await opened.images.byId(await opened.images.idsWithPrefix(prefix, ENTIRE_LIBRARY, 1));
      if (!image) throw new NotFoundError(`No image ${prefix} is in the library.`);
      return { image, part: undefined };
    },
    add: async (shows, placement = file(`/photos/${shows}.jpg`)) => {
      const { picture, embedding } = await embedder.embedPicture({ bytes: Buffer.from(shows) });
      await opened.images.put([{ picture, placement, space: embedder.space, embedding }]);
      return picture.id;
    },
  };
}
