import type { Catalog } from "../ports.ts";

/** See `Library.revision`. Moved files change no count: their root's scan does. */
export async function libraryRevision(catalog: Catalog): Promise<string> {
  const active = await catalog.activeModel();
  const verdicts = await catalog.verdicts();
  return JSON.stringify([
    active?.space,
    active && (await catalog.latestSeq(active.space)),
    await catalog.counts(),
    (await catalog.roots()).map(({ path, state, lastScanAt }) => [path, state, lastScanAt]),
    verdicts.length,
    verdicts.at(-1)?.at,
  ]);
}
