import { LRUCache } from "lru-cache";

const MAX_CALLERS = 1000;

interface Bucket {
  requests: number;
  at: number;
}

/** How many requests each caller may make: so many a minute on average, and as many at once. */
export class RequestRate {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #buckets = new LRUCache<string, Bucket>({ max: MAX_CALLERS });

  constructor(perMinute: number, now: () => number = () => performance.now()) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Counts a request. @returns 0, or, for one too many, the seconds after which the next may come */
  take(caller: string): number {
    const now = this.#now();
    const { requests, at } = this.#buckets.get(caller) ?? { requests: this.#perMinute, at: now };
    const left = Math.min(this.#perMinute, requests + ((now - at) / 60_000) * this.#perMinute);
    this.#buckets.set(caller, { requests: left >= 1 ? left - 1 : left, at: now });
    return left >= 1 ? 0 : Math.ceil(((1 - left) * 60) / this.#perMinute);
  }
}
