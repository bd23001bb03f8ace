import type { EmbeddingStore, ImageKey } from "../ports.ts";
import type { EmbeddingSpace } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { allChangesSince } from "./change-sequence.ts";
import type { ExactIndex } from "./exact-index.ts";
import type { Graph } from "./graph.ts";
import type { StoredGraph } from "./index-file.ts";

/** Vectors compared with the graph of a file before it is trusted to be of this library. */
const TRUST_SAMPLE = 64;

/** The vectors of a space as the index holds them, and the catalog that they are of. */
interface Held {
  readonly exact: ExactIndex;
  readonly catalog: { readonly embeddings: Pick<EmbeddingStore, "changesSince"> };
  readonly space: EmbeddingSpace;
}

/** Keys that this graph lacks or has with another vector; undefined when it is not a graph of this library. */
export async function staleGraphKeys(
  { graph, token }: StoredGraph,
  { exact, catalog, space }: Held,
  signal: AbortSignal,
): Promise<Set<ImageKey> | undefined> {
  const changes = await allChangesSince(catalog, space, token);
  if (!changes) return undefined;
  const stale = new Set(changes.map(({ key }) => key).filter((key) => exact.has(key)));
  const inGraph = new Set(graph.keys());
  await new YieldController(signal).run(addMissing(exact.keys(), inGraph, stale));
  return isGraphOf(graph, inGraph, exact, stale) ? stale : undefined;
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
