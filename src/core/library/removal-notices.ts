import { createHash, randomUUID } from "node:crypto";
import { holdLease } from "../hold-lease.ts";
import { foldersAround } from "../is-inside.ts";
import type { Catalog } from "../ports.ts";

const PREFIX = "removal/";
const LEASE_MS = 30_000;

/** What somebody is removing. All of it as digests, since the notice of a killed removal outlives what it removed. */
export interface RemovalNotice {
  readonly paths: readonly string[];
  /** Roots that lie in these paths, or around them. */
  readonly roots: readonly string[];
}

/** Lets runs of adding know of a removal for as long as it takes. */
export async function announceRemoval<Result>(
  { leases, state }: Pick<Catalog, "leases" | "state">,
  removed: { readonly paths: readonly string[]; readonly roots: readonly string[] },
  work: () => Promise<Result>,
): Promise<Result> {
  const name = `${PREFIX}${randomUUID()}`;
  const notice: RemovalNotice = {
    paths: removed.paths.map(digestOfPath),
    roots: removed.roots.map(digestOfPath),
  };
  const lease = await leases.acquire(name, LEASE_MS);
  if (!lease) throw new Error(`${name} is held by another`);
  return holdLease(lease, LEASE_MS, async () => {
    await state.set(name, JSON.stringify(notice));
    try {
      return await work();
    } finally {
      await state.set(name, undefined);
    }
  });
}

export async function removalsInProgress({
  leases,
  state,
}: Pick<Catalog, "leases" | "state">): Promise<RemovalNotice[]> {
  const underWay: RemovalNotice[] = [];
  for (const [name, notice] of await state.list(PREFIX)) {
    // Free only when whoever announced it has died.
    const lease = await leases.acquire(name, LEASE_MS);
    if (!lease) underWay.push(JSON.parse(notice) as RemovalNotice);
    else {
      await state.set(name, undefined);
      await lease.release();
    }
  }
  return underWay;
}

/** Whether a path is one of these, by their digests, or lies in one. */
export const isAmong = (digests: ReadonlySet<string>, path: string): boolean =>
  digests.size > 0 && foldersAround(path).some((at) => digests.has(digestOfPath(at)));

export const digestOfPath = (path: string): string =>
  createHash("sha256").update(path).digest("hex").slice(0, 16);
