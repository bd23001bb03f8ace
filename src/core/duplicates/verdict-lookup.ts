import type { ImageId, Verdict } from "../types.ts";

/** Verdicts of users on pairs, indexed by image. */
export class VerdictLookup {
  readonly #same = new Map<ImageId, Set<ImageId>>();
  readonly #different = new Map<ImageId, Set<ImageId>>();

  constructor(verdicts: readonly Verdict[]) {
    for (const { a, b, verdict } of verdicts) {
      const index = verdict === "same" ? this.#same : this.#different;
      addPair(index, a, b);
      addPair(index, b, a);
    }
  }

  /** Images that a user marked as the same picture as this one. */
  markedSame(id: ImageId): ReadonlySet<ImageId> {
    return this.#same.get(id) ?? NONE;
  }

  markedDifferent(id: ImageId): ReadonlySet<ImageId> {
    return this.#different.get(id) ?? NONE;
  }

  /** Pairs marked as the same, each once. */
  *samePairs(): Iterable<readonly [ImageId, ImageId]> {
    for (const [a, others] of this.#same) for (const b of others) if (a < b) yield [a, b];
  }
}

const NONE: ReadonlySet<ImageId> = new Set();

function addPair(index: Map<ImageId, Set<ImageId>>, from: ImageId, to: ImageId): void {
  const known = index.get(from);
  if (known) known.add(to);
  else index.set(from, new Set([to]));
}
