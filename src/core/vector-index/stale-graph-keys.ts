import type { EmbeddingStore, ImageKey } from "../ports.ts";
import type { EmbeddingSpace } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { ExactIndex } from "./exact-index.ts";
import type { Graph } from "./graph.ts";
import type { StoredGraph } from "./index-file.ts";

const CHANGES_AT_ONCE = 1000;
/** Vectors compared with the graph of a file before it is trusted to be of this library. */
const TRUST_SAMPLE = 64;

/** The vectors of a space at this step of its change sequence. */
interface Held {
  readonly exact: ExactIndex;
  readonly seq: number;
  readonly catalog: { readonly embeddings: Pick<EmbeddingStore, "changesSince"> };
  readonly space: EmbeddingSpace;
}

/** Keys that this graph lacks or has with another vector; undefined when it is not a graph of this library. */
export async function staleGraphKeys(
  { graph, seq }: StoredGraph,
  held: Held,
  signal: AbortSignal,
): Promise<Set<ImageKey> | undefined> {
  const stale = await changedSince(seq, held);
  if (!stale) return undefined;
  const inGraph = new Set(graph.keys());
  await new YieldController(signal).run(addMissing(held.exact.keys(), inGraph, stale));
  return isGraphOf(graph, inGraph, held.exact, stale) ? stale : undefined;
}

async function changedSince(
  from: number,
  { exact, seq, catalog, space }: Held,
): Promise<Set<ImageKey> | undefined> {
  // Ahead of the catalog: built for a later copy of it.
  if (from > seq) return undefined;
  const changed = new Set<ImageKey>();
  for (let at = from; at < seq; ) {
    const changes = await catalog.embeddings.changesSince(space, at, CHANGES_AT_ONCE);
    const last = changes?.at(-1);
    if (!changes || !last) return undefined;
    for (const { key } of changes) if (exact.has(key)) changed.add(key);
    at = last.seq;
  }
  return changed;
}

function* addMissing(
  keys: Iterable<ImageKey>,
  inGraph: ReadonlySet<ImageKey>,
  stale: Set<ImageKey>,
): Generator<void> {
  let seen = 0;
  for (const key of keys) {
    if (!inGraph.has(key)) stale.add(key);
    if (++seen % 4096 === 0) yield;
  }
}

/** The keys of two libraries are alike, their vectors are not. */
function isGraphOf(
  graph: Graph,
  inGraph: ReadonlySet<ImageKey>,
  exact: ExactIndex,
  stale: ReadonlySet<ImageKey>,
): boolean {
  let left = TRUST_SAMPLE;
  for (const key of inGraph) {
    const embedding = exact.get(key);
    if (!embedding || stale.has(key)) continue;
    if (!graph.holds(key, embedding)) return false;
    if (--left === 0) break;
  }
  return true;
}
