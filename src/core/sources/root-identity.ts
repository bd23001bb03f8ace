import { stat } from "node:fs/promises";

/** Where each root lies on the disks: an unmounted or replaced one changes, often without an event. */
export class RootIdentity {
  readonly #places = new Map<string, string>();
  readonly #roots: readonly string[];

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  forget(root: string): void {
    this.#places.delete(root);
  }

  /** Roots that came, went or were replaced since the last call. */
  async changed(): Promise<{ root: string; isThere: boolean }[]> {
    const found: { root: string; isThere: boolean }[] = [];
    for (const root of this.#roots) {
      const before = this.#places.get(root);
      const now = await stat(root).then(
        ({ dev, ino }) => `${dev}:${ino}`,
        () => undefined,
      );
      if (now === before) continue;
      if (now === undefined) this.#places.delete(root);
      else this.#places.set(root, now);
      found.push({ root, isThere: now !== undefined });
    }
    return found;
  }
}
