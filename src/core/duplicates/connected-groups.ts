import { type PreparedFingerprint, prepareFingerprint } from "../image/perceptual-hash.ts";
import type { StoredFingerprint } from "../ports.ts";
import { comparePictures } from "./compare-pictures.ts";
import { Components } from "./components.ts";
import type { DuplicateContext, DuplicateSearch } from "./duplicate-context.ts";
import { nearbyPairs } from "./nearby-pairs.ts";
import { RecentPairs } from "./recent-pairs.ts";
import { maybeSamePicture } from "./sameness.ts";
import { similarPairs } from "./similar-pairs.ts";

/** About 5 KB each. */
const MAX_PREPARED = 16_384;

/** Groups of pictures connected by matches or verdicts, directly or through others. */
export async function findConnectedGroups(
  context: DuplicateContext,
  search: DuplicateSearch,
): Promise<StoredFingerprint[][]> {
  const graph = new PictureGraph(search);
  graph.linkByVerdicts();
  const { pictures, request, yielder } = search;
  const total = pictures.length;
  const reportProgress = (stage: string) => (share: number) =>
    request.onProgress?.({ stage, done: Math.round(share * total), total });
  const fingerprints = pictures.map(({ fingerprint }) => fingerprint);
  await nearbyPairs(fingerprints, (a, b) => graph.linkIfSame(a, b), {
    yielder,
    onProgress: reportProgress("same picture"),
  });
  if (request.kind === "similar") {
    await similarPairs(context, search, (a, b) => graph.link(a, b), reportProgress("similar"));
  }
  return graph.groups();
}

class PictureGraph {
  readonly #search: DuplicateSearch;
  readonly #components: Components;
  readonly #knownMismatches: RecentPairs;
  /** Fingerprints of the pictures compared last. */
  readonly #prepared = new Map<number, PreparedFingerprint>();

  constructor(search: DuplicateSearch) {
    this.#search = search;
    this.#components = new Components(search.pictures.length);
    this.#knownMismatches = new RecentPairs(search.pictures.length);
  }

  linkByVerdicts(): void {
    const positions = new Map(this.#search.pictures.map(({ id }, at) => [id, at]));
    for (const [a, b] of this.#search.verdicts.samePairs()) {
      const [one, other] = [positions.get(a), positions.get(b)];
      if (one !== undefined && other !== undefined) this.#components.link(one, other);
    }
  }

  link(a: number, b: number): void {
    const [one, other] = [this.#search.pictures[a], this.#search.pictures[b]];
    if (one && other && !this.#search.verdicts.markedDifferent(one.id).has(other.id))
      this.#components.link(a, b);
  }

  /** Pairs that are connected already are not compared: of thousands of copies most never are. */
  linkIfSame(a: number, b: number): void {
    if (this.#components.root(a) === this.#components.root(b) || this.#knownMismatches.has(a, b)) return;
    if (maybeSamePicture(comparePictures(this.#fingerprint(a), this.#fingerprint(b)))) this.link(a, b);
    else this.#knownMismatches.add(a, b);
  }

  groups(): StoredFingerprint[][] {
    const { pictures } = this.#search;
    return this.#components.groups().map((group) => group.flatMap((at) => pictures[at] ?? []));
  }

  #fingerprint(at: number): PreparedFingerprint {
    const known = this.#prepared.get(at);
    if (known) return known;
    if (this.#prepared.size === MAX_PREPARED) this.#prepared.clear();
    const prepared = prepareFingerprint(this.#search.pictures[at]?.fingerprint ?? new Uint8Array());
    this.#prepared.set(at, prepared);
    return prepared;
  }
}
