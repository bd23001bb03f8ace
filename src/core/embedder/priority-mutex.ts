/** One inference at a time, since each takes every core; urgent ones go ahead of the others. */
export class PriorityMutex {
  readonly #urgent: (() => void)[] = [];
  readonly #normal: (() => void)[] = [];
  #busy = false;

  async runExclusive<Result>(run: () => Promise<Result>, urgent = false): Promise<Result> {
    if (this.#busy) await new Promise<void>((go) => (urgent ? this.#urgent : this.#normal).push(go));
    this.#busy = true;
    try {
      return await run();
    } finally {
      const next = this.#urgent.shift() ?? this.#normal.shift();
      if (next) next();
      else this.#busy = false;
    }
  }
}
