import { thumbnailOf } from "../api.ts";

const MOST_KEPT = 800;
const MOST_AT_ONCE = 10;

/** Thumbnails for drawing: loaded a few at once, what is wanted last first, and the longest unused forgotten. */
export class PictureCache {
  /** By id; in the order of use. */
  readonly #loaded = new Map<string, HTMLImageElement | "broken">();
  readonly #loading = new Set<string>();
  readonly #onLoaded: () => void;
  #wanted: readonly string[] = [];

  constructor(onLoaded: () => void) {
    this.#onLoaded = onLoaded;
  }

  /** Undefined while it is not there, and for one that cannot be shown. */
  get(id: string): HTMLImageElement | undefined {
    const image = this.#loaded.get(id);
    if (image === undefined) return undefined;
    this.#loaded.delete(id);
    this.#loaded.set(id, image);
    return image === "broken" ? undefined : image;
  }

  /** In place of what was wanted before. */
  want(ids: readonly string[]): void {
    this.#wanted = ids.filter((id) => !this.#loaded.has(id));
    this.#loadNext();
  }

  #loadNext(): void {
    for (const id of this.#wanted) {
      if (this.#loading.size >= MOST_AT_ONCE) return;
      if (!this.#loaded.has(id) && !this.#loading.has(id)) void this.#load(id);
    }
  }

  async #load(id: string): Promise<void> {
    this.#loading.add(id);
    const image = new Image();
    image.src = thumbnailOf(id);
    // Decoded here, not while it is drawn.
    const loaded = await image.decode().then(
      () => image,
      () => "broken" as const,
    );
    this.#loading.delete(id);
    this.#loaded.set(id, loaded);
    const [oldest] = this.#loaded.keys();
    if (this.#loaded.size > MOST_KEPT && oldest !== undefined) this.#loaded.delete(oldest);
    this.#onLoaded();
    this.#loadNext();
  }
}
