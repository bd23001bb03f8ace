import type { ImageId, Verdict } from "../types.ts";

/** What people said about pairs, ready to be asked. */
export class VerdictLookup {
  readonly #same = new Map<ImageId, Set<ImageId>>();
  readonly #different = new Map<ImageId, Set<ImageId>>();

  constructor(verdicts: readonly Verdict[]) {
    for (const { a, b, verdict } of verdicts) {
      const book = verdict === "same" ? this.#same : this.#different;
      note(book, a, b);
      note(book, b, a);
    }
  }

  /** Images that a person called the same picture as this one. */
  markedSame(id: ImageId): ReadonlySet<ImageId> {
    return this.#same.get(id) ?? NONE;
  }

  markedDifferent(id: ImageId): ReadonlySet<ImageId> {
    return this.#different.get(id) ?? NONE;
  }

  /** Pairs called the same, each once. */
  *samePairs(): Iterable<readonly [ImageId, ImageId]> {
    for (const [a, others] of this.#same) for (const b of others) if (a < b) yield [a, b];
  }
}

const NONE: ReadonlySet<ImageId> = new Set();

function note(book: Map<ImageId, Set<ImageId>>, from: ImageId, to: ImageId): void {
  const known = book.get(from);
  if (known) known.add(to);
  else book.set(from, new Set([to]));
}
