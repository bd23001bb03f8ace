export interface TagLimitOptions {
  /** Messages whose pictures are tagged, in one channel and window. Default 12. */
  readonly most: number;
  /** Default 60,000. */
  readonly windowMs: number;
}

interface Window {
  taken: number;
  skipped: number;
  readonly timer: NodeJS.Timeout;
}

const tagLimits: TagLimitOptions = { most: 12, windowMs: 60_000 };

/** So many tagged messages a channel and minute; what came on top of them is told once, at its end. */
export class TagLimit {
  readonly #options: TagLimitOptions;
  readonly #windows = new Map<string, Window>();

  constructor(options: TagLimitOptions = tagLimits) {
    this.#options = options;
  }

  /** @param summarise called at the end of the window with how many were left out, if any */
  take(channelId: string, summarise: (skipped: number) => void): boolean {
    const window = this.#windows.get(channelId) ?? this.#open(channelId, summarise);
    if (window.taken >= this.#options.most) {
      window.skipped += 1;
      return false;
    }
    window.taken += 1;
    return true;
  }

  close(): void {
    for (const { timer } of this.#windows.values()) clearTimeout(timer);
    this.#windows.clear();
  }

  #open(channelId: string, summarise: (skipped: number) => void): Window {
    const timer = setTimeout(() => {
      this.#windows.delete(channelId);
      if (window.skipped > 0) summarise(window.skipped);
    }, this.#options.windowMs);
    timer.unref();
    const window: Window = { taken: 0, skipped: 0, timer };
    this.#windows.set(channelId, window);
    return window;
  }
}
