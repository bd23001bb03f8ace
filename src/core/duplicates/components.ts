/** Union-find over 0..size-1: the connected components of the links added so far. */
export class Components {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, at) => at);
  }

  link(a: number, b: number): void {
    const [rootA, rootB] = [this.root(a), this.root(b)];
    // The lower root wins: the outcome does not depend on the order of links.
    if (rootA < rootB) this.#parent[rootB] = rootA;
    else this.#parent[rootA] = rootB;
  }

  root(item: number): number {
    let at = item;
    for (;;) {
      const parent = this.#parent[at] ?? at;
      if (parent === at) return at;
      const above = this.#parent[parent] ?? parent;
      this.#parent[at] = above;
      at = above;
    }
  }

  /** The components of more than one item, by lowest item. */
  groups(): number[][] {
    const byRoot = new Map<number, number[]>();
    for (let item = 0; item < this.#parent.length; item++) {
      const root = this.root(item);
      const group = byRoot.get(root);
      if (group) group.push(item);
      else byRoot.set(root, [item]);
    }
    return [...byRoot.values()].filter((group) => group.length > 1);
  }
}
