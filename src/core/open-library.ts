import { checkDriver } from "./catalog/connection/open-connection.ts";
import type { ChildProcessOptions } from "./child-process.ts";
import { knownDevices, recentlyRejected, recordDevice } from "./embedder/device-record.ts";
import { OnnxTextReader } from "./embedder/onnx-text-reader.ts";
import { type LocalEmbedder, openEmbedder } from "./embedder/open-embedder.ts";
import { LibraryError, ModelError, ModelMismatchError } from "./errors.ts";
import { EVERYDAY_LABELS } from "./labels/everyday-labels.ts";
import { promptsOf } from "./labels/prompt-vectors.ts";
import type { ActiveModel, LoadedModel, LoadedOlderModel } from "./library/dependencies.ts";
import { checkAddable } from "./library/register-roots.ts";
import { Library } from "./library.ts";
import { describePlace, libraryExists, openStores, type Stores } from "./library-stores.ts";
import { modelSpeeds } from "./model-speeds.ts";
import type { LocatedModel } from "./models/located-model.ts";
import { ModelStore } from "./models/model-store.ts";
import { RECOMMENDED_MODEL } from "./models/recommended-model.ts";
import { splitModel } from "./models/variant-files.ts";
import type { Embedder } from "./ports.ts";
import { openSettings } from "./settings/open-settings.ts";
import { settingsOnDemand } from "./settings/settings-on-demand.ts";
import type { Device, DeviceChoice, Embedding, EmbeddingSpace, PictureLimits } from "./types.ts";

export type { Speed } from "./embedder/measure-speeds.ts";
export type { LibraryPlace } from "./library-stores.ts";
export type { ModelListing, VariantListing } from "./models/model-listing.ts";
export { checkAddable, checkDriver, libraryExists, ModelStore, modelSpeeds, RECOMMENDED_MODEL, splitModel };

export interface OpenLibraryOptions {
  /** Folder of the library; made when it is not there, unless `mustExist`. Of one on a server, for its models. */
  readonly directory: string;
  /** Address of the PostgreSQL server that holds the library, `postgres://…`; else it lies in the folder. */
  readonly server?: string | undefined;
  /** `id` or `id:variant`. For a new library; an existing one must have been made by it. */
  readonly model?: string | undefined;
  /** A keyv store by URL for settings and the query cache. Default: inside the catalog's file. */
  readonly settings?: string | undefined;
  /** Open although the vectors are of a model that is not here or was changed, to look after the library. */
  readonly allowModelMismatch?: boolean | undefined;
  /** For looking only: a library that is not there is an error, and is not made. */
  readonly mustExist?: boolean | undefined;
  /** Checks what would make the whole command fail; when it throws, no library is created. */
  readonly beforeCreating?: (() => Promise<unknown>) | undefined;
  readonly limits?: Partial<PictureLimits> | undefined;
  /** Whether the text in pictures is read. Default: true. */
  readonly readText?: boolean | undefined;
  /** What pictures are embedded on, as `parseDevices` reads it. Default: the CPU. */
  readonly devices?: readonly Device[] | undefined;
  /** Whether other programs are to have the processor first. */
  readonly nice?: boolean | undefined;
  /** Called when devices were tried, or one failed at work. */
  readonly onDevice?: ((choice: DeviceChoice) => void) | undefined;
  /** Of the processes that embed pictures and build indexes. */
  readonly childProcess?: ChildProcessOptions | undefined;
}

/** Models a new library prefers when they have been pulled, best first; the built-in one is always there. */
const PREFERENCE = [
  "siglip2-l16-256",
  "siglip2-b16-256",
  "siglip2-b16-224",
  "pe-core-b16-224",
  "siglip2-b32-256",
  "clip-b32-laion2b",
  "clip-vit-b32",
  "pocket",
];
const BUILT_IN = "pocket";
/** Of the everyday labels: some dozens of all kinds. */
const SAMPLE_EVERY = 8;

/**
 * Opens a library and wires its adapters. No model is loaded before its first use.
 * @throws LibraryError, ModelError, ModelMismatchError
 */
export async function openLibrary(options: OpenLibraryOptions): Promise<Library> {
  const store = new ModelStore(options);
  const beforeCreating = async () => {
    if (options.mustExist) {
      throw new LibraryError(
        `There is no library at ${describePlace(options)} yet. Start with \`glimpse add ~/Pictures\`.`,
      );
    }
    await options.beforeCreating?.();
    // A model that is not here leaves no empty library behind.
    await locate(store, options.model ?? (await bestInstalled(store)));
  };
  const stores = await openStores(options, beforeCreating);
  const { catalog } = stores;
  try {
    const openModel = async (model: string) =>
      loadModel(options, { stores, store }, model, await locate(store, model));
    // First, since the settings would have to be closed again if it failed; no model runs before its first use.
    const { initialModel, modelProblem } = await chooseModel(options, stores, store);
    return new Library({
      directory: describePlace(options),
      catalog,
      settings:
        options.settings === undefined
          ? settingsOnDemand(async () => openSettings({ store: await stores.keyValues() }))
          : await openSettings({ url: options.settings }),
      initialModel,
      openModel,
      openOlder: (space, active) => openOlder(options, store, { stores, space, active }),
      allowModelMismatch: options.allowModelMismatch,
      modelProblem,
      server: stores.server,
      work: stores.work,
      devices: async () => {
        const known = await knownDevices(options.directory, options.devices ?? ["cpu"]);
        return known.filter((choice) => choice !== undefined);
      },
      diskUsage: stores.diskUsage,
    });
  } catch (error) {
    await catalog.close();
    throw error;
  }
}

async function chooseModel(
  options: OpenLibraryOptions,
  stores: Stores,
  store: ModelStore,
): Promise<{ initialModel: LoadedModel; modelProblem?: string }> {
  const active = await stores.catalog.embeddings.activeModel();
  if (active === undefined) return { initialModel: await startWith(options, stores, store) };
  const load = (located: LocatedModel) => loadModel(options, { stores, store }, active.model, located);
  try {
    const located = await locateActive(store, active);
    if (!options.allowModelMismatch) refuseOther(options.model, active);
    return { initialModel: await load(located) };
  } catch (error) {
    if (!options.allowModelMismatch || !isModelProblem(error)) throw error;
    return { initialModel: await load(await locate(store, BUILT_IN)), modelProblem: error.message };
  }
}

const isModelProblem = (error: unknown): error is ModelError | ModelMismatchError =>
  error instanceof ModelError || error instanceof ModelMismatchError;

/** The weights that made the library's vectors. @throws ModelError, ModelMismatchError */
async function locateActive(store: ModelStore, active: ActiveModel): Promise<LocatedModel> {
  const located = await locate(store, active.model).catch((error) => {
    throw modelAway(active.model, error);
  });
  if (located.space === active.space) return located;
  throw new ModelMismatchError(
    `This library's pictures were embedded by other weights of ${active.model} (${active.space}) than are installed now (${located.space}). Re-embed them with \`glimpse models use ${active.model}\`, or go back to the earlier version of Glimpse.`,
  );
}

function modelAway(model: string, error: unknown): unknown {
  if (!(error instanceof ModelError)) return error;
  return new ModelError(
    `This library's pictures were embedded by ${model}. ${error.message} Or re-embed them with a model that is installed: \`glimpse models use ${BUILT_IN}\`.`,
    { cause: error },
  );
}

/** A new library takes the requested model, else the best one that has been pulled. */
async function startWith(
  options: OpenLibraryOptions,
  stores: Stores,
  store: ModelStore,
): Promise<LoadedModel> {
  const model = options.model ?? (await bestInstalled(store));
  const located = await locate(store, model);
  await stores.catalog.embeddings.setActiveModel(model, located.space);
  return loadModel(options, { stores, store }, model, located);
}

async function bestInstalled(store: ModelStore): Promise<string> {
  const listings = await store.list();
  for (const id of PREFERENCE) {
    const variants = listings.find((listing) => listing.id === id)?.variants ?? [];
    const at = variants.findIndex(({ installed, withdrawn }) => installed && withdrawn === undefined);
    if (at >= 0) return at === 0 ? id : `${id}:${variants[at]?.name}`;
  }
  return BUILT_IN;
}

function refuseOther(wanted: string | undefined, active: ActiveModel): void {
  if (wanted === undefined || wanted === active.model) return;
  throw new ModelMismatchError(
    `This library's pictures were embedded by ${active.model}, not by ${wanted}. Leave --model (and GLIMPSE_MODEL) out, or re-embed them with \`glimpse models use ${wanted}\`.`,
  );
}

function locate(store: ModelStore, model: string): Promise<LocatedModel> {
  const { id, variant } = splitModel(model);
  return store.locate(id, variant);
}

async function loadModel(
  options: OpenLibraryOptions,
  { stores, store }: { readonly stores: Stores; readonly store: ModelStore },
  model: string,
  located: LocatedModel,
): Promise<LoadedModel> {
  const { childProcess, readText = true } = options;
  const embedder = await openLocated(options, located);
  const vectors = stores.vectors(embedder, {
    sampleQueries: (signal) => sampleQueries(embedder, signal),
    childProcess,
  });
  const reader = readText ? new OnnxTextReader(embedder, () => store.readers()) : undefined;
  return { model, embedder, vectors, reader };
}

async function openLocated(
  { directory, limits, childProcess, devices = ["cpu"], nice, onDevice }: OpenLibraryOptions,
  model: LocatedModel,
): Promise<LocalEmbedder> {
  let recording = Promise.resolve();
  const tell = (choice: DeviceChoice) => {
    recording = recording.then(() => recordDevice(directory, model.space, choice));
    onDevice?.(choice);
  };
  const refused = await recentlyRejected(directory, model.space);
  return openEmbedder(
    { model, limits, childProcess, nice, onDevice: tell, recentlyRejected: refused },
    devices,
  );
}

async function openOlder(
  options: OpenLibraryOptions,
  store: ModelStore,
  { stores, space, active }: { stores: Stores; space: EmbeddingSpace; active: EmbeddingSpace },
): Promise<LoadedOlderModel | undefined> {
  const model = space.slice(0, space.lastIndexOf("@"));
  const located = await locate(store, model).catch(() => undefined);
  if (located?.space !== space) return undefined;
  const embedder = await openLocated(options, located);
  return {
    model,
    embedder,
    vectors: stores.olderVectors(embedder, active),
    // Asked rarely: it is not worth a graph.
    everyVector: stores.vectors(embedder, { hnswFrom: Number.POSITIVE_INFINITY }),
  };
}

/** Queries as users write them: a graph is built to serve their directions too. */
async function sampleQueries(embedder: Embedder, signal: AbortSignal): Promise<Embedding[]> {
  const labels = EVERYDAY_LABELS.filter((_, at) => at % SAMPLE_EVERY === 0);
  const texts = labels.flatMap((label) => [label, ...promptsOf(label, embedder.traits).slice(0, 1)]);
  return (await embedder.embedTexts(texts, signal)).map(({ embedding }) => embedding);
}
