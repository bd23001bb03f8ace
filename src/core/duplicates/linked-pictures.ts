import { type PreparedFingerprint, prepareFingerprint } from "../image/perceptual-hash.ts";
import type { StoredFingerprint } from "../ports.ts";
import { comparePictures } from "./compare-pictures.ts";
import { Components } from "./components.ts";
import type { DuplicateContext, DuplicateSearch } from "./duplicate-context.ts";
import { nearbyPairs } from "./nearby-pairs.ts";
import { RecentPairs } from "./recent-pairs.ts";
import { maybeSamePicture } from "./sameness.ts";
import { similarPairs } from "./similar-pairs.ts";

/** Some 5 KB each. */
const READY_KEPT = 16_384;

/** Pictures that hang together by likenesses or verdicts, however long the chain. */
export async function linkedPictures(
  parts: DuplicateContext,
  search: DuplicateSearch,
): Promise<StoredFingerprint[][]> {
  const links = new PictureLinks(search);
  links.joinByVerdicts();
  const { pictures, request, turns } = search;
  const total = pictures.length;
  const report = (stage: string) => (share: number) =>
    request.onProgress?.({ stage, done: Math.round(share * total), total });
  const fingerprints = pictures.map(({ fingerprint }) => fingerprint);
  await nearbyPairs(fingerprints, (a, b) => links.joinIfSame(a, b), {
    turns,
    onProgress: report("same picture"),
  });
  if (request.kind === "similar") {
    await similarPairs(parts, search, (a, b) => links.join(a, b), report("similar"));
  }
  return links.groups();
}

class PictureLinks {
  readonly #search: DuplicateSearch;
  readonly #components: Components;
  readonly #unlike: RecentPairs;
  /** Of those compared last. */
  readonly #ready = new Map<number, PreparedFingerprint>();

  constructor(search: DuplicateSearch) {
    this.#search = search;
    this.#components = new Components(search.pictures.length);
    this.#unlike = new RecentPairs(search.pictures.length);
  }

  joinByVerdicts(): void {
    const positions = new Map(this.#search.pictures.map(({ id }, at) => [id, at]));
    for (const [a, b] of this.#search.verdicts.samePairs()) {
      const [one, other] = [positions.get(a), positions.get(b)];
      if (one !== undefined && other !== undefined) this.#components.link(one, other);
    }
  }

  join(a: number, b: number): void {
    const [one, other] = [this.#search.pictures[a], this.#search.pictures[b]];
    if (one && other && !this.#search.verdicts.markedDifferent(one.id).has(other.id))
      this.#components.link(a, b);
  }

  /** Pairs that hang together already are not compared: of thousands of copies most never are. */
  joinIfSame(a: number, b: number): void {
    if (this.#components.root(a) === this.#components.root(b) || this.#unlike.has(a, b)) return;
    if (maybeSamePicture(comparePictures(this.#fingerprint(a), this.#fingerprint(b)))) this.join(a, b);
    else this.#unlike.add(a, b);
  }

  groups(): StoredFingerprint[][] {
    const { pictures } = this.#search;
    return this.#components.groups().map((group) => group.flatMap((at) => pictures[at] ?? []));
  }

  #fingerprint(at: number): PreparedFingerprint {
    const known = this.#ready.get(at);
    if (known) return known;
    if (this.#ready.size === READY_KEPT) this.#ready.clear();
    const ready = prepareFingerprint(this.#search.pictures[at]?.fingerprint ?? new Uint8Array());
    this.#ready.set(at, ready);
    return ready;
  }
}
