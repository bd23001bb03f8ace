import type { Catalog } from "../ports.ts";

/**
 * Runs the work while holding the lease; the signal aborts when the lease is lost.
 * @returns undefined when another process holds it
 */
export async function withLease<Result>(
  catalog: Pick<Catalog, "leases">,
  { name, ttlMs }: { readonly name: string; readonly ttlMs: number },
  work: (leaseLost: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const lease = await catalog.leases.acquire(name, ttlMs);
  if (!lease) return undefined;
  const lost = new AbortController();
  const lose = () => lost.abort(new Error(`The lease on ${name} was lost.`));
  const renewal = setInterval(() => void lease.renew().then((held) => held || lose(), lose), ttlMs / 3);
  renewal.unref();
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(renewal);
    await lease.release();
  }
}
