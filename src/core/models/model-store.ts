import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ModelError, NotFoundError } from "../errors.ts";
import { addModel } from "./add-model.ts";
import type { Descriptor, ModelDescriptor } from "./descriptor.ts";
import { computePin } from "./download.ts";
import { PUBLIC_HUB } from "./hub.ts";
import { type LocatedModel, type LocatedReader, locateModel, locateReader } from "./located-model.ts";
import { listModelIds, locateFile, type ModelFolder, openModelFolder } from "./model-folder.ts";
import { listModel, type ModelListing } from "./model-listing.ts";
import { type PullOptions, pullModel } from "./pull-model.ts";
import { filesOf, isReader } from "./variant-files.ts";

export interface ModelStoreOptions {
  /** Pulled and added models live in `models/` inside it. */
  readonly directory: string;
  /** Addresses of hubs or mirrors, or local folders, separated by commas. Default: huggingface.co. */
  readonly hub?: string | undefined;
}

export interface VerifiedFile {
  readonly path: string;
  readonly state: "sound" | "missing" | "damaged";
}

/** All models: built in, downloaded and added. */
export class ModelStore {
  /** Of pulled and added models. */
  readonly modelsFolder: string;
  readonly #hub: string;

  constructor({ directory, hub }: ModelStoreOptions) {
    this.modelsFolder = join(directory, "models");
    this.#hub = hub ?? PUBLIC_HUB;
  }

  async list(): Promise<ModelListing[]> {
    const ids = await listModelIds(this.modelsFolder);
    const listings = await Promise.all(ids.map(async (id) => listModel(await this.#open(id))));
    return listings.sort(
      (one, other) => groupOf(one) - groupOf(other) || Number(other.installed) - Number(one.installed),
    );
  }

  async descriptor(id: string): Promise<ModelDescriptor> {
    return (await this.#openEmbedding(id)).descriptor;
  }

  /** The model's files, ready for the embedder. @throws ModelError whose message says how to install what is missing */
  async locate(id: string, variant?: string): Promise<LocatedModel> {
    return locateModel(await this.#openEmbedding(id), variant);
  }

  /** The installed readers of text, the built-in one first; none when that is not whole. */
  async readers(): Promise<LocatedReader[]> {
    const readers: LocatedReader[] = [];
    for (const id of await listModelIds(this.modelsFolder)) {
      const { descriptor, ...folder } = await this.#open(id);
      if (!isReader(descriptor)) continue;
      const located = await locateReader({ ...folder, descriptor }).catch(unlessModelError);
      if (located) readers.push(located);
    }
    const findsLines = ({ paths }: LocatedReader) => paths.detector !== null;
    const first = readers.filter(findsLines);
    return first.length === 0 ? [] : [...first, ...readers.filter((reader) => !findsLines(reader))];
  }

  /**
   * Downloads what is missing or damaged; progress counts bytes. `hub` overrides the store's.
   * @returns what was pulled
   * @throws ModelError
   */
  async pull(id: string, options: Partial<PullOptions> = {}): Promise<Descriptor> {
    const folder = await this.#open(id);
    await pullModel(folder, { hub: this.#hub, ...options });
    return folder.descriptor;
  }

  /** Adds the user's own model: a folder with model.json and its files. @throws ModelError, UsageError */
  add(folder: string): Promise<Descriptor> {
    return addModel(this.modelsFolder, folder);
  }

  /** Deletes what was downloaded or added. @throws NotFoundError */
  async remove(id: string): Promise<void> {
    await rm(await this.removableFolder(id), { recursive: true, force: true });
  }

  /** What `remove` would delete. @throws NotFoundError when there is nothing, as for a model that comes with the program */
  async removableFolder(id: string): Promise<string> {
    const folder = await this.#open(id);
    const pulled = await readdir(folder.pulled).catch(() => []);
    if (pulled.length === 0) throw new NotFoundError(await whyNothingToRemove(folder));
    return folder.pulled;
  }

  /** Reads every file of a variant and compares it with its pinned digest. */
  async verify(id: string, variant?: string): Promise<VerifiedFile[]> {
    const folder = await this.#open(id);
    return Promise.all(filesOf(folder.descriptor, variant).map((path) => verified(folder, path)));
  }

  async #openEmbedding(id: string): Promise<ModelFolder<ModelDescriptor>> {
    const { descriptor, ...folder } = await this.#open(id);
    if (!isReader(descriptor)) return { ...folder, descriptor };
    throw new ModelError(
      `${id} reads text in pictures and cannot embed them. Once pulled it is used by itself; see \`glimpse models list\`.`,
    );
  }

  #open(id: string): Promise<ModelFolder> {
    return openModelFolder(this.modelsFolder, id);
  }
}

/** What embeds, what of it is kept for libraries that have it, and what reads text. */
const groupOf = ({ dimensions, replacedBy }: ModelListing) =>
  dimensions === null ? 2 : replacedBy === undefined ? 0 : 1;

async function whyNothingToRemove(folder: ModelFolder): Promise<string> {
  const { id, variants } = await listModel(folder);
  return variants.some(({ installed }) => installed)
    ? `Model ${id} comes with the program and cannot be removed from it.`
    : `Nothing of model ${id} has been downloaded here, so there is nothing to remove. See \`glimpse models list\`.`;
}

function unlessModelError(error: unknown): undefined {
  if (!(error instanceof ModelError)) throw error;
}

async function verified(folder: ModelFolder, path: string): Promise<VerifiedFile> {
  const file = await locateFile(folder, path);
  if (!file) return { path, state: "missing" };
  const { sha256 } = await computePin(file);
  return { path, state: sha256 === folder.pins.get(path)?.sha256 ? "sound" : "damaged" };
}
