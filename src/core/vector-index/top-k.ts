import type { ImageKey, Neighbor } from "../ports.ts";

/** The best `limit` of all that were offered: a heap whose root is the worst of those kept. */
export class TopK {
  readonly #limit: number;
  readonly #heap: Neighbor[] = [];

  constructor(limit: number) {
    this.#limit = Math.max(0, Math.floor(limit));
  }

  /** A score below this cannot enter. */
  get threshold(): number {
    if (this.#heap.length < this.#limit) return Number.NEGATIVE_INFINITY;
    return this.#heap[0]?.score ?? Number.POSITIVE_INFINITY;
  }

  push(key: ImageKey, score: number): void {
    const neighbor = { key, score };
    if (this.#heap.length < this.#limit) {
      this.#heap.push(neighbor);
      this.#rise(this.#heap.length - 1);
      return;
    }
    const worst = this.#heap[0];
    if (!worst || !better(neighbor, worst)) return;
    this.#heap[0] = neighbor;
    this.#sink();
  }

  /** Best first, ties by lower key. */
  sorted(): Neighbor[] {
    return [...this.#heap].sort((a, b) => (better(a, b) ? -1 : 1));
  }

  #rise(from: number): void {
    let child = from;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfWorse(child, parent)) return;
      child = parent;
    }
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const [a, b] = [this.#heap[left], this.#heap[left + 1]];
      if (!a) return;
      const child = b && better(a, b) ? left + 1 : left;
      if (!this.#swapIfWorse(child, parent)) return;
      parent = child;
    }
  }

  #swapIfWorse(child: number, parent: number): boolean {
    const [low, high] = [this.#heap[child], this.#heap[parent]];
    if (!low || !high || !better(high, low)) return false;
    this.#heap[child] = high;
    this.#heap[parent] = low;
    return true;
  }
}

function better(a: Neighbor, b: Neighbor): boolean {
  return a.score > b.score || (a.score === b.score && a.key < b.key);
}
