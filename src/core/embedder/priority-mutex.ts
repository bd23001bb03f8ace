/** One inference at a time, since each takes every core; the urgent go ahead of those that wait. */
export class PriorityMutex {
  readonly #urgent: (() => void)[] = [];
  readonly #patient: (() => void)[] = [];
  #busy = false;

  async runExclusive<Result>(run: () => Promise<Result>, urgent = false): Promise<Result> {
    if (this.#busy) await new Promise<void>((go) => (urgent ? this.#urgent : this.#patient).push(go));
    this.#busy = true;
    try {
      return await run();
    } finally {
      const next = this.#urgent.shift() ?? this.#patient.shift();
      if (next) next();
      else this.#busy = false;
    }
  }
}
