import { isInside } from "../is-inside.ts";
import type { Catalog } from "../ports.ts";
import { noMatchThreshold } from "../search/fit-calibration.ts";
import type { EmbeddingSpace, LibraryStatus, RootStatus, Scope } from "../types.ts";
import type { LibraryDependencies, LoadedModel } from "./dependencies.ts";

const seesEverything = (scope: Scope) => scope.files === "all" && scope.discord === "all";

/** Counts of what the scope lets see. The model is not loaded for it. */
export async function libraryStatus(
  dependencies: LibraryDependencies,
  loaded: LoadedModel,
  scope: Scope,
): Promise<LibraryStatus> {
  const { catalog } = dependencies;
  const roots = await rootsIn(catalog, scope);
  const counts = await catalog.images.totals();
  const images = await catalog.images.count(scope);
  const { model, space, unembedded } = await missingEmbeddings(catalog, loaded, scope);
  const older = unembedded > 0 ? await olderSpaces(catalog, space, scope) : [];
  const { kind, note } = await loaded.vectors.status();
  const failed = seesEverything(scope) ? counts.failed : roots.reduce((sum, root) => sum + root.failed, 0);
  return {
    directory: dependencies.directory,
    ...(dependencies.server && { server: dependencies.server }),
    ...(dependencies.work && { work: seesEverything(scope) ? await dependencies.work.status() : null }),
    model,
    space,
    modelProblem: dependencies.modelProblem ?? null,
    devices: seesEverything(scope) ? ((await dependencies.devices?.()) ?? []) : [],
    images,
    placements: seesEverything(scope)
      ? counts.placements
      : roots.reduce((sum, root) => sum + root.placements, 0),
    unembedded,
    nothing: await noMatchThreshold({ catalog, embedder: loaded.embedder }),
    older,
    former: seesEverything(scope) ? await formerSpaces(catalog, space, older) : [],
    roots,
    guilds: scope.discord === "all" ? await catalog.posts.guilds() : [],
    failed,
    partlyRead: await catalog.images.partlyRead(scope),
    keepsLocation: await catalog.facts.keepsLocation(),
    companions: seesEverything(scope) ? await catalog.files.companionCounts() : null,
    text: seesEverything(scope) ? await catalog.readings.counts() : null,
    index: { kind, size: images - unembedded, note },
    disk: await dependencies.diskUsage(),
  };
}

/** The active model, and how many images in scope have no embedding of it yet. */
export async function missingEmbeddings(
  catalog: Catalog,
  loaded: LoadedModel,
  scope: Scope,
): Promise<Pick<LibraryStatus, "model" | "space" | "unembedded">> {
  const { model, space } = (await catalog.embeddings.activeModel()) ?? {
    model: loaded.model,
    space: loaded.embedder.space,
  };
  return { model, space, unembedded: await catalog.embeddings.countMissing(space, scope) };
}

async function olderSpaces(catalog: Catalog, active: EmbeddingSpace, scope: Scope) {
  const older: LibraryStatus["older"][number][] = [];
  for (const space of await catalog.embeddings.otherSpaces(active)) {
    const images = await catalog.embeddings.countOnlyIn(space, active, scope);
    if (images > 0) older.push({ space, images });
  }
  return older;
}

async function formerSpaces(
  { embeddings }: Catalog,
  active: EmbeddingSpace,
  older: LibraryStatus["older"],
): Promise<LibraryStatus["former"]> {
  const inUse = new Set([active, ...older.map(({ space }) => space)]);
  return (await embeddings.spaces()).filter(({ space }) => !inUse.has(space));
}

async function rootsIn(catalog: Catalog, scope: Scope): Promise<RootStatus[]> {
  if (scope.files === "none") return [];
  const folders = scope.files === "all" ? undefined : scope.files.folders;
  const shown: RootStatus[] = [];
  for (const { path, state, lastScanAt } of await catalog.files.roots()) {
    for (const visible of folders ? overlaps(folders, path) : [path]) {
      const away = (await catalog.files.mounts(visible))
        .filter((mount) => mount.away)
        .map((mount) => mount.path);
      const otherKinds = await catalog.files.otherKinds(visible);
      const leftOut = await catalog.files.leftOut(visible);
      const counts = await catalog.files.countsBelow(visible);
      shown.push({ path: visible, state, lastScanAt, ...counts, away, otherKinds, leftOut });
    }
  }
  return shown;
}

/** What of a root lies in these folders: the root itself, or the folders inside it. */
function overlaps(folders: readonly string[], root: string): string[] {
  if (folders.some((folder) => isInside(root, folder))) return [root];
  return folders.filter((folder) => isInside(folder, root));
}

/** See `Library.revision`. Moved files change no count: their root's scan does. */
export async function libraryRevision(catalog: Catalog): Promise<string> {
  const active = await catalog.embeddings.activeModel();
  return JSON.stringify([
    active?.space,
    active && (await catalog.embeddings.changeToken(active.space)),
    await catalog.images.totals(),
    (await catalog.files.roots()).map(({ path, state, lastScanAt }) => [path, state, lastScanAt]),
    await catalog.verdicts.changes(),
  ]);
}
