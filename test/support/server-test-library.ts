import type { LoadedModel } from "../../src/core/library/dependencies.ts";
import { Library } from "../../src/core/library.ts";
import type { Catalog, Embedder, TextReader } from "../../src/core/ports.ts";
import { Connection } from "../../src/core/postgres/connection.ts";
import { keyValues } from "../../src/core/postgres/key-values.ts";
import { pooledServer } from "../../src/core/postgres/pooled-server.ts";
import { ServerWorkQueue } from "../../src/core/postgres/queue/work-queue.ts";
import { readAddress } from "../../src/core/postgres/server-address.ts";
import { catalogOn } from "../../src/core/postgres/server-library.ts";
import { DatabaseVectors } from "../../src/core/postgres/vector-search.ts";
import { openSettings } from "../../src/core/settings/open-settings.ts";
import { FakeEmbedder } from "./fake-embedder.ts";

export interface ServerTestLibrary {
  readonly library: Library;
  readonly catalog: Catalog;
  readonly work: ServerWorkQueue;
  readonly embedder: FakeEmbedder;
  readonly db: Connection;
}

export interface ServerTestLibraryOptions {
  readonly embedder?: FakeEmbedder;
  readonly reader?: TextReader;
  /** Models that `useModel` can switch to, by name. */
  readonly models?: Readonly<Record<string, Embedder>>;
  /** A worker that is silent for longer is dead. */
  readonly silenceMs?: number;
}

/** A library in an empty database of the test server, and an embedder without a model. */
export async function openServerTestLibrary(
  address: string,
  { embedder = new FakeEmbedder(), reader, models = {}, silenceMs }: ServerTestLibraryOptions = {},
): Promise<ServerTestLibrary> {
  const db = new Connection(await pooledServer(readAddress(address), 6));
  const catalog = catalogOn(db);
  const work = new ServerWorkQueue(db, { silenceMs });
  const loaded = (model: string, other: Embedder): LoadedModel => {
    const { space, dimensions } = other;
    return { model, embedder: other, vectors: new DatabaseVectors(db, { space, dimensions }), reader };
  };
  const active = await catalog.embeddings.activeModel();
  if (active === undefined) await catalog.embeddings.setActiveModel("fake", embedder.space);
  const openModel = async (model: string) => {
    const other = model === "fake" ? embedder : models[model];
    if (other === undefined) throw new Error(`no test model ${model}`);
    return loaded(model, other);
  };
  const library = new Library({
    directory: "the test server",
    catalog,
    settings: await openSettings({ store: keyValues(db) }),
    work,
    initialModel: await openModel(active?.model ?? "fake"),
    openModel,
    openOlder: async () => undefined,
    diskUsage: async () => ({ catalog: 0, index: 0, models: 0 }),
  });
  return { library, catalog, work, embedder, db };
}
