import type { PostVerifier } from "../ingest/post-verifier.ts";
import { oldestFirst, type ResultsPage, type VisibleHit } from "./find-page.ts";

/**
 * What of one person's page everybody may see who reads these channels: pictures posted in one of them, shown from
 * there and numbered anew. Counts, ranks, notes and what is alike came from all that this person may see, and stay out.
 */
export async function publicPage(
  verifier: PostVerifier,
  found: ResultsPage,
  channelIds: ReadonlySet<string>,
): Promise<ResultsPage> {
  const shown = await Promise.all(found.hits.map((hit) => shownFrom(verifier, hit, channelIds)));
  const hits = shown
    .filter((hit) => hit !== undefined)
    .map(({ hit, placement }, at) => ({ hit: { ...hit, rank: at + 1, alike: [] }, placement }));
  return { page: 0, hits, hasNext: false, searched: hits.length, notes: [], scope: found.scope };
}

async function shownFrom(
  verifier: PostVerifier,
  { hit }: VisibleHit,
  channelIds: ReadonlySet<string>,
): Promise<VisibleHit | undefined> {
  for (const placement of oldestFirst(hit)) {
    if (!channelIds.has(placement.channelId)) continue;
    if ((await verifier.verify(placement)) === "posted") return { hit, placement };
  }
  return undefined;
}
