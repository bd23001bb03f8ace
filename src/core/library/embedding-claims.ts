import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Catalog, Lease } from "../ports.ts";
import type { EmbeddingSpace, ImageId } from "../types.ts";

/** Longer than any picture takes. Should it run out, or its holder's machine sleep, the picture is embedded twice. */
const LEASE_MS = 120_000;
const LOOK_AGAIN_MS = 100;

/**
 * Lets one run at a time embed some bytes, here or in another process, whatever roots they are at. A claim is held
 * until the picture is in the catalog, where the others then find it.
 */
export class EmbeddingClaims {
  readonly #catalog: Pick<Catalog, "images" | "leases">;
  readonly #space: EmbeddingSpace | undefined;
  readonly #leases = new Map<ImageId, Lease>();

  /** With a space, a picture is embedded once it has its embedding there; else once it is in the catalog. */
  constructor(catalog: Pick<Catalog, "images" | "leases">, space?: EmbeddingSpace) {
    this.#catalog = catalog;
    this.#space = space;
  }

  /**
   * Whether the picture is for the caller to embed; false when another run has embedded it meanwhile.
   * @param onWait commits what this run holds: the other one may be waiting for it
   */
  async take(id: ImageId, onWait?: () => Promise<void>, signal?: AbortSignal): Promise<boolean> {
    for (;;) {
      signal?.throwIfAborted();
      const outcome = await this.tryTake(id);
      if (outcome !== "busy") return outcome === "taken";
      await onWait?.();
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
    }
  }

  /** The same without waiting: "busy" while another run is at it. */
  async tryTake(id: ImageId): Promise<"taken" | "embedded" | "busy"> {
    const lease = await this.#catalog.leases.acquire(this.#nameOf(id), LEASE_MS);
    if (lease) this.#leases.set(id, lease);
    if (await this.#catalog.images.has(id, this.#space)) {
      await this.release([id]);
      return "embedded";
    }
    return lease ? "taken" : "busy";
  }

  /** A lease that cannot be given back runs out by itself. */
  async release(ids: Iterable<ImageId>): Promise<void> {
    for (const id of ids) {
      const lease = this.#leases.get(id);
      this.#leases.delete(id);
      await lease?.release().catch(() => undefined);
    }
  }

  releaseAll(): Promise<void> {
    return this.release([...this.#leases.keys()]);
  }

  /** A digest, since the lease of a killed run outlives the removal of its picture. */
  #nameOf(id: ImageId): string {
    const digest = createHash("sha256").update(`${id} ${this.#space ?? ""}`);
    return `embed:${digest.digest("hex").slice(0, 16)}`;
  }
}
