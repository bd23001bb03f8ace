import { UsageError } from "../errors.ts";
import type { Catalog, Embedder, ImageKey } from "../ports.ts";
import type { Cluster, Embedding, ImageId, LongWork, Scope, Scoped } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { TopK } from "../vector-index/top-k.ts";
import { YieldController } from "../yield-controller.ts";
import { nameClusters } from "./name-clusters.ts";
import type { PromptContext } from "./prompt-vectors.ts";
import { sphericalKMeans } from "./spherical-k-means.ts";
import { VectorRows } from "./vector-rows.ts";

export interface ClusterContext extends PromptContext {
  readonly catalog: Pick<Catalog, "images" | "embeddings">;
  readonly embedder: Pick<Embedder, "space" | "embedTexts" | "traits">;
}

export interface ClusterRequest extends LongWork {
  /** How many themes; fewer come back from fewer images. Default by size: 18 for 700 images, at most 40. */
  readonly count?: number | undefined;
}

/** Themes are found on a sample and then every image is put to its nearest. */
const SAMPLE = 8192;
const MAX_CLUSTERS = 40;
/** Each theme gets a name of its own from some 400 labels. */
const MOST_ASKED = 200;
const REPRESENTATIVES = 6;
/** Looked at for representatives that differ from one another. */
const CENTRAL = 40;

interface ClusterMembers {
  readonly centre: Embedding;
  readonly keys: ImageKey[];
  readonly central: TopK;
  readonly sum: Float64Array;
}

/**
 * Sorts the images of the scope into themes, largest first; the same library gives the same themes.
 * @throws UsageError when `count` is not 1..200
 */
export async function clusterImages(
  parts: ClusterContext,
  request: Scoped<ClusterRequest>,
): Promise<Cluster[]> {
  const { catalog } = parts;
  const { scope, signal, onProgress } = request;
  expectCount(request.count);
  const ids = await idsOf(catalog, scope);
  const isAll = ids.size === (await catalog.images.totals()).images;
  onProgress?.({ stage: "finding themes", done: 0, total: ids.size });
  const sample = await vectorsOf(parts, sampleOf(ids));
  const count = request.count ?? Math.max(1, Math.round(Math.min(MAX_CLUSTERS, Math.sqrt(ids.size / 2))));
  const centres = await sphericalKMeans([...sample.values()], count, signal);
  const themes = centres.map((centre) => ({
    centre,
    keys: [],
    central: new TopK(CENTRAL),
    sum: new Float64Array(centre.length),
  }));
  await assign(parts, isAll ? undefined : [...ids.keys()], themes, request);
  const filled = themes.filter(({ keys }) => keys.length > 0).sort(largestFirst);
  const names = await nameClusters(parts, filled.map(meanOf), meanOf(allOf(filled)), signal);
  return Promise.all(
    filled.map(async (theme, at) => ({
      name: names[at] ?? "",
      size: theme.keys.length,
      representatives: await representatives(parts, theme, scope),
      ids: theme.keys.flatMap((key) => ids.get(key) ?? []),
    })),
  );
}

function expectCount(count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count >= 1 && count <= MOST_ASKED)) return;
  throw new UsageError(`The number of groups must be a whole number from 1 to ${MOST_ASKED}; got ${count}.`);
}

async function idsOf(catalog: ClusterContext["catalog"], scope: Scope) {
  const ids = new Map<ImageKey, ImageId>();
  for await (const batch of catalog.images.fingerprints(scope))
    for (const { key, id } of batch) ids.set(key, id);
  return ids;
}

/** All keys of a small library; of a large one those of the lowest ids: ids are hashes, so this is a
 * fair draw that changes little as the library grows. */
function sampleOf(ids: ReadonlyMap<ImageKey, ImageId>): ImageKey[] {
  if (ids.size <= SAMPLE) return [...ids.keys()];
  return [...ids]
    .sort(([, a], [, b]) => (a < b ? -1 : 1))
    .slice(0, SAMPLE)
    .map(([key]) => key)
    .sort((a, b) => a - b);
}

async function vectorsOf({ catalog, embedder }: ClusterContext, keys: readonly ImageKey[]) {
  const vectors = new Map<ImageKey, Embedding>();
  for await (const batch of catalog.embeddings.read(embedder.space, keys)) {
    for (const { key, embedding } of batch) vectors.set(key, embedding);
  }
  return vectors;
}

async function assign(
  { catalog, embedder }: ClusterContext,
  keys: readonly ImageKey[] | undefined,
  themes: readonly ClusterMembers[],
  { signal, onProgress }: ClusterRequest,
): Promise<void> {
  const turns = new YieldController(signal);
  const rows = new VectorRows(themes.map(({ centre }) => centre));
  let done = 0;
  for await (const batch of catalog.embeddings.read(embedder.space, keys)) {
    for (const { key, embedding } of batch) {
      const { at, cosine } = rows.nearest(embedding);
      const theme = themes[at];
      theme?.keys.push(key);
      theme?.central.push({ key, score: cosine });
      if (theme) add(theme.sum, embedding);
      await turns.yieldIfDue();
    }
    done += batch.length;
    onProgress?.({ stage: "sorting", done, total: keys?.length ?? null });
  }
}

function add(sum: Float64Array, vector: Embedding): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (vector[at] ?? 0);
}

type Mass = Pick<ClusterMembers, "sum" | "keys">;

function allOf(themes: readonly Mass[]): Mass {
  const sum = new Float64Array(themes[0]?.sum.length ?? 0);
  for (const theme of themes) for (const [at, value] of theme.sum.entries()) sum[at] = (sum[at] ?? 0) + value;
  return { sum, keys: themes.flatMap(({ keys }) => keys) };
}

const meanOf = ({ sum, keys }: Mass) => Float32Array.from(sum, (value) => value / keys.length);

const largestFirst = (a: ClusterMembers, b: ClusterMembers) =>
  b.keys.length - a.keys.length || (a.keys[0] ?? 0) - (b.keys[0] ?? 0);

/** The most central ones that are not nearly the same picture. */
async function representatives(parts: ClusterContext, { central }: ClusterMembers, scope: Scope) {
  const keys = central.sorted().map(({ key }) => key);
  const vectors = await vectorsOf(parts, keys);
  const chosen: ImageKey[] = [];
  for (const key of keys) {
    const vector = vectors.get(key);
    if (!vector || chosen.length === REPRESENTATIVES) continue;
    const repeats = chosen.some((other) => {
      const known = vectors.get(other);
      return known && dotProduct(vector, known) >= parts.embedder.traits.thresholds.alike;
    });
    if (!repeats) chosen.push(key);
  }
  return (await parts.catalog.images.byKey(chosen, scope)).map(({ record }) => record);
}
