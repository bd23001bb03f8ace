import type { Liveness } from "../intake/liveness.ts";
import { type FoundPage, oldestFirst, type ShownHit } from "./find-page.ts";

/**
 * What of one person's page everybody may see who reads these channels: pictures posted in one of them, shown from
 * there and numbered anew. Counts, ranks, notes and what is alike came from all that this person may see, and stay out.
 */
export async function publicPage(
  liveness: Liveness,
  found: FoundPage,
  channelIds: ReadonlySet<string>,
): Promise<FoundPage> {
  const shown = await Promise.all(found.hits.map((hit) => shownFrom(liveness, hit, channelIds)));
  const hits = shown
    .filter((hit) => hit !== undefined)
    .map(({ hit, placement }, at) => ({ hit: { ...hit, rank: at + 1, alike: [] }, placement }));
  return { page: 0, hits, hasNext: false, searched: hits.length, notes: [], scope: found.scope };
}

async function shownFrom(
  liveness: Liveness,
  { hit }: ShownHit,
  channelIds: ReadonlySet<string>,
): Promise<ShownHit | undefined> {
  for (const placement of oldestFirst(hit)) {
    if (!channelIds.has(placement.channelId)) continue;
    if ((await liveness.check(placement)) === "posted") return { hit, placement };
  }
  return undefined;
}
