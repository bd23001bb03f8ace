import type { ImageKey } from "../ports.ts";

interface Scored {
  readonly key: ImageKey;
  readonly score: number;
}

/** The best `limit` of all entries pushed: a heap whose root is the worst of those kept. */
export class TopK<Entry extends Scored = Scored> {
  readonly #limit: number;
  readonly #heap: Entry[] = [];

  constructor(limit: number) {
    this.#limit = Math.max(0, Math.floor(limit));
  }

  /** A score below this cannot enter. */
  get threshold(): number {
    if (this.#heap.length < this.#limit) return Number.NEGATIVE_INFINITY;
    return this.#heap[0]?.score ?? Number.POSITIVE_INFINITY;
  }

  push(entry: Entry): void {
    if (this.#heap.length < this.#limit) {
      this.#heap.push(entry);
      this.#siftUp(this.#heap.length - 1);
      return;
    }
    const worst = this.#heap[0];
    if (!worst || !isBetter(entry, worst)) return;
    this.#heap[0] = entry;
    this.#siftDown();
  }

  /** Best first, ties by lower key. */
  sorted(): Entry[] {
    return [...this.#heap].sort((a, b) => (isBetter(a, b) ? -1 : 1));
  }

  #siftUp(from: number): void {
    let child = from;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfWorse(child, parent)) return;
      child = parent;
    }
  }

  #siftDown(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const [a, b] = [this.#heap[left], this.#heap[left + 1]];
      if (!a) return;
      const child = b && isBetter(a, b) ? left + 1 : left;
      if (!this.#swapIfWorse(child, parent)) return;
      parent = child;
    }
  }

  #swapIfWorse(child: number, parent: number): boolean {
    const [low, high] = [this.#heap[child], this.#heap[parent]];
    if (!low || !high || !isBetter(high, low)) return false;
    this.#heap[child] = high;
    this.#heap[parent] = low;
    return true;
  }
}

function isBetter(a: Scored, b: Scored): boolean {
  return a.score > b.score || (a.score === b.score && a.key < b.key);
}
