import { type Signal, signal } from "@preact/signals";
import type { Host } from "./host.ts";

/** Fetched at once, so that neither the host nor the server has more to do than a few. */
const AT_ONCE = 6;

interface ReadResult {
  readonly contents: readonly { readonly blob?: string; readonly mimeType?: string }[];
}

/** Thumbnails as data URLs, each fetched once, through the host and never through the model. */
export class Thumbnails {
  readonly #host: Host;
  readonly #sources = new Map<string, Signal<string | undefined>>();
  readonly #waiting: string[] = [];
  #running = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Undefined until it is there. */
  sourceOf(id: string): string | undefined {
    return this.#signalOf(id).value;
  }

  put(id: string, webp: string): void {
    this.#signalOf(id).value = `data:image/webp;base64,${webp}`;
  }

  fetch(ids: readonly string[]): void {
    this.#waiting.push(...ids.filter((id) => this.#signalOf(id).peek() === undefined));
    while (this.#running < AT_ONCE && this.#waiting.length > 0) void this.#fetchNext();
  }

  async #fetchNext(): Promise<void> {
    this.#running += 1;
    for (let id = this.#waiting.shift(); id !== undefined; id = this.#waiting.shift()) {
      const read = this.#host.request<ReadResult>("resources/read", { uri: `image://${id}/thumbnail` });
      const blob = await read.then(({ contents }) => contents[0]?.blob).catch(() => undefined);
      // One that cannot be read leaves its place empty, and its caption says what it is.
      if (blob !== undefined) this.put(id, blob);
    }
    this.#running -= 1;
  }

  #signalOf(id: string): Signal<string | undefined> {
    const known = this.#sources.get(id) ?? signal<string | undefined>(undefined);
    this.#sources.set(id, known);
    return known;
  }
}
