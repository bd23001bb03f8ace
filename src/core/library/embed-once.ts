import type { Catalog, EmbeddedPicture, Embedder } from "../ports.ts";
import type { ImageId } from "../types.ts";
import { EmbeddingClaims } from "./embedding-claims.ts";

/** Takes an embedded picture into the next commit; `replaces` says whether it is in the catalog already. */
export type Keep = (embedded: EmbeddedPicture, replaces: boolean) => Promise<void>;

export interface EmbedOnceOptions {
  /** Embed known pictures too. */
  readonly rereadAll?: boolean | undefined;
  /** Commits what this run holds: another one may be waiting for it. */
  readonly onWait: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** What to do with bytes that have been read. */
type Decision =
  | { readonly is: "embed"; readonly replaces: boolean }
  | { readonly is: "known" }
  /** Another file of this run has the same bytes, and is read until then. */
  | { readonly is: "pending"; readonly until: Promise<void> }
  /** Another run embeds them. */
  | { readonly is: "busy" };

/**
 * Reads each file once, and embeds each picture once, however many files have it and however many runs come to it: the
 * embedding process asks for a decision on bytes that it has read and hashed, before it decodes them.
 */
export class EmbedOnce {
  readonly #catalog: Catalog;
  readonly #embedder: Embedder;
  readonly #options: EmbedOnceOptions;
  readonly #claims: EmbeddingClaims;
  readonly #embedded = new Set<ImageId>();
  readonly #pending = new Map<ImageId, Promise<void>>();

  constructor(
    { catalog, embedder }: { readonly catalog: Catalog; readonly embedder: Embedder },
    options: EmbedOnceOptions,
  ) {
    this.#catalog = catalog;
    this.#embedder = embedder;
    this.#options = options;
    this.#claims = new EmbeddingClaims(catalog);
  }

  /**
   * @param keep called where it is for this run to embed the picture
   * @returns the id of a picture that is in the catalog or kept already; undefined for one that was kept now
   * @throws PictureError when the file is no picture or cannot be read
   */
  async read(path: string, keep: Keep): Promise<ImageId | undefined> {
    for (;;) {
      const { id, decision } = await this.#attempt(path, keep);
      if (decision.is === "embed") return undefined;
      if (decision.is === "pending") await decision.until;
      if (decision.is === "busy") await this.#othersDone(id);
      if (await this.#isKnown(id)) return id;
      // What was waited for did not succeed. By now the file may be another picture.
    }
  }

  /** Once these are in the catalog, where others find them. */
  committed(ids: readonly ImageId[]): Promise<void> {
    return this.#claims.release(ids);
  }

  close(): Promise<void> {
    return this.#claims.releaseAll();
  }

  async #attempt(path: string, keep: Keep): Promise<{ readonly id: ImageId; readonly decision: Decision }> {
    let asked: { readonly id: ImageId; readonly decision: Promise<Decision> } | undefined;
    let done: () => void = () => undefined;
    const until = new Promise<void>((resolve) => (done = resolve));
    const isWanted = async (id: ImageId) => {
      // The same decision is requested again when the embedding process was restarted.
      if (asked?.id !== id) {
        await this.#end(asked?.id, until);
        asked = { id, decision: this.#decisionOn(id, until) };
      }
      return (await asked.decision).is === "embed";
    };
    try {
      const { id, embedded } = await this.#embedder.embedIfWanted({ path }, isWanted, this.#options.signal);
      const decision: Decision = (await asked?.decision) ?? { is: "known" };
      if (embedded && decision.is === "embed") {
        this.#embedded.add(id);
        await keep(embedded, decision.replaces);
      }
      return { id, decision };
    } finally {
      await this.#end(asked?.id, until);
      done();
    }
  }

  async #decisionOn(id: ImageId, until: Promise<void>): Promise<Decision> {
    if (this.#embedded.has(id)) return { is: "known" };
    const other = this.#pending.get(id);
    if (other) return { is: "pending", until: other };
    this.#pending.set(id, until);
    if (await this.#catalog.images.has(id))
      return this.#options.rereadAll ? { is: "embed", replaces: true } : { is: "known" };
    const outcome = await this.#claims.tryTake(id);
    if (outcome === "taken") return { is: "embed", replaces: false };
    return { is: outcome === "embedded" ? "known" : "busy" };
  }

  /** What could not be embedded is free for others. */
  async #end(id: ImageId | undefined, until: Promise<void>): Promise<void> {
    if (id === undefined || this.#pending.get(id) !== until) return;
    this.#pending.delete(id);
    if (!this.#embedded.has(id)) await this.#claims.release([id]);
  }

  /** Resolves when another run has embedded the picture, or gave up. */
  async #othersDone(id: ImageId): Promise<void> {
    const isFree = await this.#claims.take(id, this.#options.onWait, this.#options.signal);
    // Taken again for the bytes that are read then: they may be others.
    if (isFree) await this.#claims.release([id]);
  }

  async #isKnown(id: ImageId): Promise<boolean> {
    return this.#embedded.has(id) || this.#catalog.images.has(id);
  }
}
