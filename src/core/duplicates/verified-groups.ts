import type { Candidates } from "./candidates.ts";
import { Components } from "./components.ts";
import { type DuplicateContext, type DuplicateSearch, idAt } from "./duplicate-context.ts";
import { splitVariants } from "./split-variants.ts";
import { Verification } from "./verification.ts";

/**
 * Candidates that turned out to be other pictures, after which only much nearer ones are tried: those of one picture, and
 * of all that are one picture together. What belongs to them comes from its own side.
 */
const MAX_FAILURES = 4;
const MAX_FAILURES_TOGETHER = 8;
/** Fingerprint distance that only copies have. */
const NEAR = 12;

export interface VerifiedGroups {
  /** Positions of pictures that are the same picture. */
  readonly groups: readonly (readonly number[])[];
  /** Everything that was compared on the way. */
  readonly verification: Verification;
}

/**
 * Connects pictures by their pixels: repeatedly, each with its nearest candidate outside its group. So each version of
 * a picture is found through the version nearest to it, with few comparisons.
 */
export async function verifiedGroups(
  context: DuplicateContext,
  search: DuplicateSearch,
  candidates: Candidates,
  onProgress: (share: number) => void,
): Promise<VerifiedGroups> {
  const { pictures, verdicts } = search;
  const verification = new Verification(context, search);
  const components = new Components(pictures.length);
  for (const [a, b] of verification.joined) components.link(a, b);
  const next = new Uint8Array(pictures.length);
  const failures = new Uint8Array(pictures.length);
  /** Of connected pictures, by root. */
  const together = new Uint16Array(pictures.length);
  const link = (a: number, b: number) => {
    const sum = (together[components.root(a)] ?? 0) + (together[components.root(b)] ?? 0);
    const isNew = components.root(a) !== components.root(b);
    components.link(a, b);
    if (isNew) together[components.root(a)] = sum;
  };
  const hasFailed = (picture: number) =>
    (failures[picture] ?? 0) >= MAX_FAILURES ||
    (together[components.root(picture)] ?? 0) >= MAX_FAILURES_TOGETHER;
  const takeNext = (picture: number): number | undefined => {
    for (const { other, distance } of candidates.of(picture).slice(next[picture])) {
      if (distance > NEAR && hasFailed(picture)) return undefined;
      next[picture] = (next[picture] ?? 0) + 1;
      if (components.root(picture) === components.root(other)) continue;
      const verdict = verdicts.of(idAt(search, picture), idAt(search, other));
      if (verdict === "variant" || verdict === "different") continue;
      if (!verification.resultOf(picture, other)) return other;
    }
    return undefined;
  };
  for (let round = 0; ; round++) {
    const pairs: [number, number][] = [];
    for (let picture = 0; picture < pictures.length; picture++) {
      const other = takeNext(picture);
      if (other !== undefined) pairs.push([picture, other]);
      if (picture % 1024 === 0) await search.yielder.yieldIfDue();
    }
    if (pairs.length === 0) break;
    await verification.compare(pairs);
    for (const [a, b] of pairs) {
      if (verification.isSame(a, b)) link(a, b);
      else {
        failures[a] = (failures[a] ?? 0) + 1;
        const root = components.root(a);
        together[root] = (together[root] ?? 0) + 1;
      }
      await search.yielder.yieldIfDue();
    }
    onProgress(1 - 1 / (round + 2));
  }
  const groups: number[][] = [];
  for (const group of components.groups()) {
    groups.push(...(await splitVariants(verification, search, group)));
    await search.yielder.yieldIfDue();
  }
  return { groups, verification };
}
