import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { holdLease } from "../hold-lease.ts";
import type { Catalog, Lease } from "../ports.ts";

const LEASE_MS = 30_000;
const LOOK_AGAIN_MS = 200;

export interface RootLeaseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once when another run is at this root. */
  readonly onWait: () => void;
}

/**
 * Works on a root while no other run does, here or in another process: two that read the same new pictures at once
 * would both embed them. A run that is killed keeps nobody waiting. Nothing is done when the signal aborts the wait.
 */
export async function withRootLease(
  catalog: Pick<Catalog, "leases">,
  root: string,
  options: RootLeaseOptions,
  work: () => Promise<void>,
): Promise<void> {
  const lease = await take(catalog, nameOf(root), options);
  if (lease === undefined) return;
  // Should it be lost while the machine sleeps, the other run only does what this one does too.
  await holdLease(lease, LEASE_MS, work);
}

async function take(
  catalog: Pick<Catalog, "leases">,
  name: string,
  { signal, onWait }: RootLeaseOptions,
): Promise<Lease | undefined> {
  let lease = await catalog.leases.acquire(name, LEASE_MS);
  if (lease === undefined) onWait();
  while (lease === undefined && !signal?.aborted) {
    await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    lease = await catalog.leases.acquire(name, LEASE_MS);
  }
  return lease;
}

/** A digest, since the lease of a killed run outlives the removal of its root. */
const nameOf = (root: string) => `add:${createHash("sha256").update(root).digest("hex").slice(0, 16)}`;
