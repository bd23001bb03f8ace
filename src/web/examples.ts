import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { type EmbeddedImage, UsageError } from "../core/index.ts";

const MAX_EXAMPLES = 200;
const PREFIX = "dropped-";

/** Pictures that were dropped on the page: their embeddings, for as long as the server runs; the bytes are not kept. */
export class Examples {
  readonly #byName = new LRUCache<string, EmbeddedImage>({ max: MAX_EXAMPLES });

  /** @returns the name by which a question may mean it */
  add(image: EmbeddedImage): string {
    const name = PREFIX + randomBytes(9).toString("base64url");
    this.#byName.set(name, image);
    return name;
  }

  /** Undefined for what is no such name. @throws UsageError for one that is forgotten */
  byName(name: string): EmbeddedImage | undefined {
    if (!name.startsWith(PREFIX)) return undefined;
    const image = this.#byName.get(name);
    if (image === undefined) throw new UsageError("The dropped picture is no longer known. Drop it again.");
    return image;
  }
}
