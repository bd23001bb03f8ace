const WINDOW_MS = 60_000;

/** How fast jobs are done, over the last minute. */
export class WorkRate {
  #samples: { readonly at: number; readonly done: number }[] = [];

  /** @param done how many are done so far @returns how many a second */
  sample(done: number): number {
    const now = Date.now();
    this.#samples = [...this.#samples.filter(({ at }) => now - at < WINDOW_MS), { at: now, done }];
    const [first = { at: now, done }] = this.#samples;
    return now > first.at ? ((done - first.done) * 1000) / (now - first.at) : 0;
  }
}
