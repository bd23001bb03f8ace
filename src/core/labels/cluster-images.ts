import { UsageError } from "../errors.ts";
import { evenSample, imagesInScope, sampleOf, vectorsOf } from "../images-in-scope.ts";
import type { Catalog, Embedder, ImageKey } from "../ports.ts";
import type { Cluster, Embedding, LongWork, Scope, Scoped } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { TopK } from "../vector-index/top-k.ts";
import { VectorMatrix } from "../vector-index/vector-matrix.ts";
import { YieldController } from "../yield-controller.ts";
import { type NamedCluster, nameClusters } from "./name-clusters.ts";
import type { PromptContext } from "./prompt-vectors.ts";
import { sphericalKMeans } from "./spherical-k-means.ts";

export interface ClusterContext extends PromptContext {
  readonly catalog: Pick<Catalog, "images" | "embeddings">;
  readonly embedder: Pick<Embedder, "space" | "embedTexts" | "traits">;
}

export interface ClusterRequest extends LongWork {
  /** Number of clusters; fewer images may give fewer. Default by size: 18 for 700 images, at most 40. */
  readonly count?: number | undefined;
}

/** Centres are computed from a sample; then every image is assigned to the nearest. */
const SAMPLE = 8192;
const MAX_CLUSTERS = 40;
/** Names are taken from about 400 labels, each once. */
const MAX_COUNT = 200;
const REPRESENTATIVES = 6;
/** Pictures of a cluster that its name has to hold for most of. */
const NAMED_BY = 64;
/** The most central images, of which representatives are chosen that differ from one another. */
const REPRESENTATIVE_CANDIDATES = 40;

interface ClusterMembers {
  readonly centre: Embedding;
  readonly keys: ImageKey[];
  readonly central: TopK;
  readonly sum: Float64Array;
}

/**
 * Clusters the images of the scope, largest cluster first; the same library gives the same clusters.
 * @throws UsageError when `count` is not 1..200
 */
export async function clusterImages(
  context: ClusterContext,
  request: Scoped<ClusterRequest>,
): Promise<Cluster[]> {
  const { catalog } = context;
  const { scope, signal, onProgress } = request;
  checkCount(request.count);
  const ids = await imagesInScope(catalog, scope);
  const isAll = ids.size === (await catalog.images.totals()).images;
  onProgress?.({ stage: "finding themes", done: 0, total: ids.size });
  const sample = await vectorsOf(context, await sampleOf(ids, SAMPLE, new YieldController(signal)));
  const count = request.count ?? Math.max(1, Math.round(Math.min(MAX_CLUSTERS, Math.sqrt(ids.size / 2))));
  const centres = await sphericalKMeans([...sample.values()], count, signal);
  const clusters = centres.map((centre) => ({
    centre,
    keys: [],
    central: new TopK(REPRESENTATIVE_CANDIDATES),
    sum: new Float64Array(centre.length),
  }));
  await assign(context, isAll ? undefined : [...ids.keys()], clusters, request);
  const filled = clusters.filter(({ keys }) => keys.length > 0).sort(largestFirst);
  const names = await nameClusters(context, await sampled(context, filled), meanOf(allOf(filled)), signal);
  return Promise.all(
    filled.map(async (cluster, at) => ({
      name: names[at] ?? null,
      size: cluster.keys.length,
      representatives: await representatives(context, cluster, scope),
      ids: cluster.keys.flatMap((key) => ids.get(key) ?? []),
    })),
  );
}

function checkCount(count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count >= 1 && count <= MAX_COUNT)) return;
  throw new UsageError(`The number of groups must be a whole number from 1 to ${MAX_COUNT}; got ${count}.`);
}

async function assign(
  { catalog, embedder }: ClusterContext,
  keys: readonly ImageKey[] | undefined,
  clusters: readonly ClusterMembers[],
  { signal, onProgress }: ClusterRequest,
): Promise<void> {
  const yielder = new YieldController(signal);
  const rows = new VectorMatrix(clusters.map(({ centre }) => centre));
  let done = 0;
  for await (const batch of catalog.embeddings.read(embedder.space, keys)) {
    for (const { key, embedding } of batch) {
      const { at, cosine } = rows.nearest(embedding);
      const cluster = clusters[at];
      cluster?.keys.push(key);
      cluster?.central.push({ key, score: cosine });
      if (cluster) add(cluster.sum, embedding);
      await yielder.yieldIfDue();
    }
    done += batch.length;
    onProgress?.({ stage: "sorting", done, total: keys?.length ?? null });
  }
}

function add(sum: Float64Array, vector: Embedding): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (vector[at] ?? 0);
}

type ClusterSum = Pick<ClusterMembers, "sum" | "keys">;

function allOf(clusters: readonly ClusterSum[]): ClusterSum {
  const sum = new Float64Array(clusters[0]?.sum.length ?? 0);
  for (const cluster of clusters)
    for (const [at, value] of cluster.sum.entries()) sum[at] = (sum[at] ?? 0) + value;
  return { sum, keys: clusters.flatMap(({ keys }) => keys) };
}

/** With some of the pictures of each cluster. */
function sampled(context: ClusterContext, clusters: readonly ClusterMembers[]): Promise<NamedCluster[]> {
  return Promise.all(
    clusters.map(async (cluster) => {
      const keys = evenSample(cluster.keys, NAMED_BY);
      return { mean: meanOf(cluster), sample: [...(await vectorsOf(context, keys)).values()] };
    }),
  );
}

const meanOf = ({ sum, keys }: ClusterSum) => Float32Array.from(sum, (value) => value / keys.length);

const largestFirst = (a: ClusterMembers, b: ClusterMembers) =>
  b.keys.length - a.keys.length || (a.keys[0] ?? 0) - (b.keys[0] ?? 0);

/** The most central ones that are not nearly the same picture. */
async function representatives(context: ClusterContext, { central }: ClusterMembers, scope: Scope) {
  const keys = central.sorted().map(({ key }) => key);
  const vectors = await vectorsOf(context, keys);
  const chosen: ImageKey[] = [];
  for (const key of keys) {
    const vector = vectors.get(key);
    if (!vector || chosen.length === REPRESENTATIVES) continue;
    const isDuplicate = chosen.some((other) => {
      const chosenVector = vectors.get(other);
      return chosenVector && dotProduct(vector, chosenVector) >= context.embedder.traits.thresholds.alike;
    });
    if (!isDuplicate) chosen.push(key);
  }
  return (await context.catalog.images.byKey(chosen, scope, "first")).map(({ record }) => record);
}
