import type { ImageId, Verdict } from "../types.ts";

/** Verdicts of users on pairs, indexed by image. */
export class VerdictLookup {
  readonly #byImage = new Map<ImageId, Map<ImageId, Verdict["verdict"]>>();

  constructor(verdicts: readonly Verdict[]) {
    for (const { a, b, verdict } of verdicts) {
      this.#of(a).set(b, verdict);
      this.#of(b).set(a, verdict);
    }
  }

  of(a: ImageId, b: ImageId): Verdict["verdict"] | undefined {
    return this.#byImage.get(a)?.get(b);
  }

  /** Images that a user marked as the same picture as this one. */
  markedSame(id: ImageId): ImageId[] {
    return this.#marked(id, (verdict) => verdict === "same");
  }

  /** Images that a user marked as another picture than this one, of the same template or not. */
  markedApart(id: ImageId): ImageId[] {
    return this.#marked(id, (verdict) => verdict !== "same");
  }

  /** Each once. */
  *pairs(wanted: Verdict["verdict"]): Iterable<readonly [ImageId, ImageId]> {
    for (const [a, others] of this.#byImage)
      for (const [b, verdict] of others) if (a < b && verdict === wanted) yield [a, b];
  }

  #marked(id: ImageId, isMeant: (verdict: Verdict["verdict"]) => boolean): ImageId[] {
    return [...(this.#byImage.get(id) ?? [])].flatMap(([other, verdict]) =>
      isMeant(verdict) ? [other] : [],
    );
  }

  #of(id: ImageId): Map<ImageId, Verdict["verdict"]> {
    const known = this.#byImage.get(id) ?? new Map<ImageId, Verdict["verdict"]>();
    this.#byImage.set(id, known);
    return known;
  }
}
