import { readyFingerprint } from "../image/perceptual-hash.ts";
import type { StoredFingerprint } from "../ports.ts";
import { comparePictures } from "./compare-pictures.ts";
import { Components } from "./components.ts";
import type { DuplicateParts, DuplicateSearch } from "./duplicate-parts.ts";
import { nearbyPairs } from "./nearby-pairs.ts";
import { maybeSamePicture } from "./sameness.ts";
import { similarPairs } from "./similar-pairs.ts";

/** Pictures that hang together by likenesses or verdicts, however long the chain. */
export async function linkedPictures(
  parts: DuplicateParts,
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
  /** Pairs that were compared and found different, as one number each. */
  readonly #unlike = new Set<number>();

  constructor(search: DuplicateSearch) {
    this.#search = search;
    this.#components = new Components(search.pictures.length);
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
    if (one && other && !this.#search.verdicts.differentFrom(one.id).has(other.id))
      this.#components.link(a, b);
  }

  joinIfSame(a: number, b: number): void {
    if (this.#components.root(a) === this.#components.root(b)) return;
    const pair = Math.min(a, b) * this.#search.pictures.length + Math.max(a, b);
    if (this.#unlike.has(pair)) return;
    if (this.#looksSame(a, b)) this.join(a, b);
    else this.#unlike.add(pair);
  }

  groups(): StoredFingerprint[][] {
    const { pictures } = this.#search;
    return this.#components.groups().map((group) => group.flatMap((at) => pictures[at] ?? []));
  }

  #looksSame(a: number, b: number): boolean {
    const [one, other] = [this.#search.pictures[a], this.#search.pictures[b]];
    if (!one || !other) return false;
    const near = comparePictures(readyFingerprint(one.fingerprint), readyFingerprint(other.fingerprint));
    return maybeSamePicture(near);
  }
}
