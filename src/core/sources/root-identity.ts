import { stat } from "node:fs/promises";

/** Device and inode of each root: an unmounted or replaced one changes, often without an event. */
export class RootIdentity {
  readonly #identities = new Map<string, string>();
  readonly #roots: readonly string[];

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  forget(root: string): void {
    this.#identities.delete(root);
  }

  /** Roots that appeared, disappeared or were replaced since the last call. */
  async changed(): Promise<{ root: string; exists: boolean }[]> {
    const found: { root: string; exists: boolean }[] = [];
    for (const root of this.#roots) {
      const before = this.#identities.get(root);
      const now = await stat(root).then(
        ({ dev, ino }) => `${dev}:${ino}`,
        () => undefined,
      );
      if (now === before) continue;
      if (now === undefined) this.#identities.delete(root);
      else this.#identities.set(root, now);
      found.push({ root, exists: now !== undefined });
    }
    return found;
  }
}
