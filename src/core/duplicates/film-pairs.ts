import type { ImageKey } from "../ports.ts";
import type { Candidates } from "./candidates.ts";
import type { DuplicateContext, DuplicateSearch } from "./duplicate-context.ts";
import { nearbyPairs } from "./nearby-pairs.ts";

const KEYS_AT_ONCE = 500;

/**
 * Offers films and animations with any alike shots, whatever stands for them as a whole: one of which the beginning was
 * cut off begins with another shot.
 */
export async function proposeFilmPairs(
  { catalog }: DuplicateContext,
  { pictures, request, yielder }: DuplicateSearch,
  candidates: Candidates,
): Promise<void> {
  const { scope } = request;
  const moving = { ...scope, picture: { ...scope.picture, kinds: ["animation", "video"] as const } };
  const keys: ImageKey[] = [];
  for await (const batch of catalog.images.fingerprints(moving)) keys.push(...batch.map(({ key }) => key));
  if (keys.length < 2) return;
  const places = new Map(pictures.map(({ key }, at) => [key, at]));
  const shots: { readonly film: number; readonly fingerprint: Uint8Array }[] = [];
  for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
    for (const [key, known] of await catalog.images.shots(keys.slice(start, start + KEYS_AT_ONCE))) {
      const film = places.get(key);
      if (film !== undefined) shots.push(...known.map(({ fingerprint }) => ({ film, fingerprint })));
    }
    await yielder.yieldIfDue();
  }
  await nearbyPairs(
    shots.map(({ fingerprint }) => fingerprint),
    (a, b, distance) => {
      const [one, other] = [shots[a]?.film ?? 0, shots[b]?.film ?? 0];
      if (one !== other) candidates.put(one, other, distance);
    },
    { yielder },
  );
}
