import type { Library } from "../../core/index.ts";

/** Longer than one process may lag behind another with the same event. */
const CLAIMED_MS = 60_000;

/**
 * While one process of the bot replaces another, Discord sends every event to both. The first to claim a message in the library is
 * the one that says something of its pictures: they are tagged once, and alerts come once.
 */
export class MessageClaims {
  readonly #leases: Library["leases"];
  readonly #ownId: () => string | undefined;

  constructor(leases: Library["leases"], ownId: () => string | undefined) {
    this.#leases = leases;
    this.#ownId = ownId;
  }

  /** False when another process was first. */
  async take(messageId: string): Promise<boolean> {
    const name = `discord ${this.#ownId()} message ${messageId}`;
    const lease = await this.#leases.acquire(name, 2 * CLAIMED_MS);
    if (lease) setTimeout(() => void lease.release().catch(() => undefined), CLAIMED_MS).unref();
    return lease !== undefined;
  }
}
