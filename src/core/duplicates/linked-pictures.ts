import type { StoredFingerprint } from "../ports.ts";
import { Components } from "./components.ts";
import type { DuplicateParts, DuplicateSearch } from "./duplicate-parts.ts";
import { nearbyPairs } from "./nearby-pairs.ts";
import { similarPairs } from "./similar-pairs.ts";

/** Pictures that hang together by likenesses or verdicts, however long the chain. */
export async function linkedPictures(
  parts: DuplicateParts,
  search: DuplicateSearch,
): Promise<StoredFingerprint[][]> {
  const { pictures, verdicts, request, turns } = search;
  const components = new Components(pictures.length);
  const link = (a: number, b: number) => {
    const [one, other] = [pictures[a], pictures[b]];
    if (one && other && !verdicts.differentFrom(one.id).has(other.id)) components.link(a, b);
  };
  const positions = new Map(pictures.map(({ id }, at) => [id, at]));
  for (const [a, b] of verdicts.samePairs()) {
    const [one, other] = [positions.get(a), positions.get(b)];
    if (one !== undefined && other !== undefined) link(one, other);
  }
  const total = pictures.length;
  const report = (stage: string) => (share: number) =>
    request.onProgress?.({ stage, done: Math.round(share * total), total });
  const fingerprints = pictures.map(({ fingerprint }) => fingerprint);
  await nearbyPairs(fingerprints, link, { turns, onProgress: report("same picture") });
  if (request.kind === "similar") await similarPairs(parts, search, link, report("similar"));
  return components.groups().map((group) => group.flatMap((position) => pictures[position] ?? []));
}
