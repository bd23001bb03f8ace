import type { Lease } from "./ports.ts";

/** Keeps a lease for as long as the work takes. Should it be lost meanwhile, the work goes on. */
export async function holdLease<Result>(
  lease: Lease,
  ttlMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const renewal = setInterval(() => void lease.renew().catch(() => undefined), ttlMs / 3);
  renewal.unref();
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    // A lease that cannot be given back runs out by itself.
    await lease.release().catch(() => undefined);
  }
}
