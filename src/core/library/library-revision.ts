import type { Catalog } from "../ports.ts";

/** See `Library.revision`. Moved files change no count: their root's scan does. */
export async function libraryRevision(catalog: Catalog): Promise<string> {
  const active = await catalog.embeddings.activeModel();
  const verdicts = await catalog.verdicts.list();
  return JSON.stringify([
    active?.space,
    active && (await catalog.embeddings.latestSeq(active.space)),
    await catalog.images.totals(),
    (await catalog.files.roots()).map(({ path, state, lastScanAt }) => [path, state, lastScanAt]),
    verdicts.length,
    verdicts.at(-1)?.at,
  ]);
}
