import type { PostVerifier } from "../ingest/post-verifier.ts";
import { newestFirst, type ResultsPage, shownFrom, type VisibleHit } from "./find-page.ts";

/**
 * The part of a viewer's page that everybody may see who can read these channels: pictures posted in one of them, shown
 * from there and renumbered. Counts, ranks, notes, words and `alike` derive from all that the viewer may see, so they are left out.
 */
export async function publicPage(
  verifier: PostVerifier,
  found: ResultsPage,
  channelIds: ReadonlySet<string>,
): Promise<ResultsPage> {
  const shown = await Promise.all(found.hits.map((hit) => openHit(verifier, found.blurred, hit, channelIds)));
  const hits = shown
    .filter((hit) => hit !== undefined)
    .map(({ hit, ...shown }, at) => ({
      ...shown,
      hit: { ...hit, rank: at + 1, alike: [], words: undefined },
    }));
  return {
    page: 0,
    hits,
    hasNext: false,
    searched: hits.length,
    notes: [],
    unsure: 0,
    view: found.view,
    basis: found.basis,
    blurred: found.blurred,
  };
}

async function openHit(
  verifier: PostVerifier,
  blurred: ReadonlySet<string>,
  { hit }: VisibleHit,
  channelIds: ReadonlySet<string>,
): Promise<VisibleHit | undefined> {
  for (const placement of newestFirst(hit)) {
    if (!channelIds.has(placement.channelId)) continue;
    if ((await verifier.verify(placement)) === "posted") return shownFrom(verifier, blurred, hit, placement);
  }
  return undefined;
}
