/** Enough that a commit's sync to disk costs little compared with embedding, few enough to lose little. */
const COMMIT_AT = 32;
const COMMIT_AFTER_MS = 1000;

/** Gathers finished work and commits it in steps, one after another. */
export class CommitBatch<Item> {
  readonly #commit: (items: readonly Item[]) => Promise<void>;
  #pending: Item[] = [];
  #since = Date.now();
  #last: Promise<void> = Promise.resolve();

  constructor(commit: (items: readonly Item[]) => Promise<void>) {
    this.#commit = commit;
  }

  async add(item: Item): Promise<void> {
    this.#pending.push(item);
    if (this.#pending.length >= COMMIT_AT || Date.now() - this.#since >= COMMIT_AFTER_MS) await this.flush();
  }

  /** Commits what is pending, after the steps before it. */
  flush(): Promise<void> {
    const items = this.#pending;
    this.#pending = [];
    this.#since = Date.now();
    this.#last = this.#last.then(() => (items.length > 0 ? this.#commit(items) : undefined));
    return this.#last;
  }
}
