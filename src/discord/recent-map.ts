/** A map that forgets its oldest entries beyond a size: memory stays flat however long the bot runs. */
export class RecentMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > this.#limit && !oldest.done) this.#entries.delete(oldest.value);
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }

  deleteWhere(concerns: (value: Value) => boolean): void {
    for (const [key, value] of this.#entries) if (concerns(value)) this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
