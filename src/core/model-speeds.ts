import type { ChildProcessOptions } from "./child-process.ts";
import { measureSpeeds, type Speed, type Timed } from "./embedder/measure-speeds.ts";
import type { ModelListing } from "./models/model-listing.ts";
import type { ModelStore } from "./models/model-store.ts";
import type { LongWork } from "./types.ts";

/**
 * How fast each model that embeds is on this machine, by its id: measured with its files where it is installed, else by a
 * few layers of random weights of its shape. Each is timed once, and kept beside the models.
 */
export async function modelSpeeds(
  store: ModelStore,
  listings: readonly ModelListing[],
  options: LongWork & { readonly childProcess?: ChildProcessOptions } = {},
): Promise<ReadonlyMap<string, Speed>> {
  const timed = new Map<string, Timed>();
  for (const listing of listings) {
    const found = await timedOf(store, listing);
    if (found) timed.set(listing.id, found);
  }
  const speeds = await measureSpeeds(store.modelsFolder, [...timed.values()], options);
  return new Map(
    [...timed].flatMap(([id, { key }]) => {
      const speed = speeds.get(key);
      return speed ? [[id, speed] as const] : [];
    }),
  );
}

/** Undefined for what embeds nothing, and for a model that is not here and does not say its shape. */
async function timedOf(
  store: ModelStore,
  { id, dimensions, variants }: ModelListing,
): Promise<Timed | undefined> {
  if (dimensions === null) return undefined;
  const installed = variants.find((variant) => variant.installed);
  if (installed) {
    const model = await store.locate(id, installed.name);
    return { key: model.space, model };
  }
  const { architecture } = await store.descriptor(id);
  return architecture && { key: `${id} by its shape`, ...architecture };
}
