import { createHash } from "node:crypto";
import * as z from "zod";
import { LibraryError } from "../errors.ts";
import { type ImageIds, imagesInScope, sampleOf, vectorsOf } from "../images-in-scope.ts";
import type { Catalog, Embedder, ImageKey, KeptMap, MapPoint } from "../ports.ts";
import type { EmbeddingSpace, ImageId, LongWork, PictureMap, Scope, Scoped } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { LayoutWorker } from "./layout-worker.ts";

export interface MapContext {
  readonly catalog: Pick<Catalog, "images" | "embeddings" | "maps">;
  readonly embedder: Pick<Embedder, "space">;
}

/** Pictures that are laid out by UMAP; all others are placed among them, since its time and memory grow faster than they. */
const LANDMARKS = 8192;
/** Counts the ways in which maps were laid out: one of another way is laid out again. */
const METHOD = 1;
/** A library that has grown by more, since it was laid out, has kinds of pictures for which there is no room. */
const OUTGROWN = 1.5;
/** As has one that lost more of its landmarks than this share. */
const LANDMARKS_LEFT = 2 / 3;

const basisSchema = z.object({ space: z.string(), method: z.number(), pictures: z.number() });

/** What a map was laid out from: of how many pictures, in which space. */
type Basis = z.infer<typeof basisSchema>;

/**
 * The images of the scope that have an embedding, on a plane. What was laid out is kept with the library, and pictures
 * added since are placed among the others, until they are so many that everything is laid out again. Each scope has a
 * map of its own, since a place depends on all other pictures of the map.
 */
export async function pictureMap(context: MapContext, request: Scoped<LongWork>): Promise<PictureMap> {
  const { catalog, embedder } = context;
  const { scope, signal } = request;
  const yielder = new YieldController(signal);
  const ids = await embedded(context, await imagesInScope(catalog, scope), yielder);
  const name = nameOf(scope);
  const kept = await catalog.maps.find(name);
  const known = kept && (await pointsOf(catalog, kept, ids));
  const isUsable = kept && known && isCurrent(kept, known, { pictures: ids.size, space: embedder.space });
  const start = isUsable ? known : new Map<ImageKey, MapPoint>();
  const added = await place(context, ids, start, request);
  const version = await keep(catalog, added, isUsable ? kept : name, {
    space: embedder.space,
    method: METHOD,
    pictures: ids.size,
  });
  const positions = new Float32Array(2 * ids.size);
  let at = 0;
  for (const key of ids.keys()) {
    const point = start.get(key) ?? added.get(key);
    positions.set([point?.x ?? 0, point?.y ?? 0], 2 * at++);
    await yielder.yieldIfDue();
  }
  return { version, ids: [...ids.values()], positions };
}

/** Two scopes of the same placements in another order are two names, which only costs time. */
const nameOf = (scope: Scope) => createHash("sha256").update(JSON.stringify(scope)).digest("hex");

async function embedded({ catalog, embedder }: MapContext, ids: ImageIds, yielder: YieldController) {
  const all = await catalog.embeddings.keys(embedder.space);
  const found = new Map<ImageKey, ImageId>();
  let at = 0;
  for (const [key, id] of ids) {
    while ((all[at] ?? Number.POSITIVE_INFINITY) < key) at++;
    if (all[at] === key) found.set(key, id);
    await yielder.yieldIfDue();
  }
  return found;
}

/** Of those of these images that are on it. */
async function pointsOf({ maps }: MapContext["catalog"], { id }: KeptMap, ids: ImageIds) {
  const points = new Map<ImageKey, MapPoint>();
  for await (const batch of maps.points(id))
    for (const point of batch) if (ids.has(point.key)) points.set(point.key, point);
  return points;
}

function isCurrent(
  kept: KeptMap,
  points: Points,
  now: { readonly pictures: number; readonly space: EmbeddingSpace },
): boolean {
  const { space, method, pictures } = basisOf(kept);
  if (space !== now.space || method !== METHOD || now.pictures > OUTGROWN * pictures) return false;
  return landmarksOf(points).length >= LANDMARKS_LEFT * Math.min(LANDMARKS, pictures);
}

function basisOf({ basis }: KeptMap): Partial<Basis> & { readonly pictures: number } {
  const { data } = basisSchema.safeParse(JSON.parse(basis));
  return data ?? { pictures: 0 };
}

type Points = ReadonlyMap<ImageKey, MapPoint>;

/** The points of all images that have none yet. */
async function place(
  context: MapContext,
  ids: ImageIds,
  known: Points,
  { signal, onProgress }: LongWork,
): Promise<Points> {
  const added = new Map<ImageKey, MapPoint>();
  if (known.size === ids.size) return added;
  const yielder = new YieldController(signal);
  const laidOut = landmarksOf(known);
  const isNew = laidOut.length === 0;
  const vectors = await vectorsOf(context, isNew ? await sampleOf(ids, LANDMARKS, yielder) : laidOut);
  // By id, so that a map is the same whichever of its pictures was added first.
  const landmarks = [...vectors.keys()].sort((a, b) => ((ids.get(a) ?? "") < (ids.get(b) ?? "") ? -1 : 1));
  const worker = new LayoutWorker(signal);
  try {
    onProgress?.({ stage: "laying out", done: 0, total: null });
    const places = await worker.landmarks(
      landmarks.map((key) => vectors.get(key) ?? new Float32Array()),
      isNew ? undefined : placesOf(landmarks, known),
      (done, total) => onProgress?.({ stage: "laying out", done, total }),
    );
    if (isNew) put(added, landmarks, places, true);
    const rest: ImageKey[] = [];
    for (const key of ids.keys()) {
      if (!known.has(key) && !added.has(key)) rest.push(key);
      await yielder.yieldIfDue();
    }
    let done = 0;
    for await (const batch of context.catalog.embeddings.read(context.embedder.space, rest)) {
      const found = await worker.place(batch.map(({ embedding }) => embedding));
      const keys = batch.map(({ key }) => key);
      put(added, keys, found, false);
      done += batch.length;
      onProgress?.({ stage: "placing", done, total: rest.length });
      await yielder.yieldIfDue();
    }
    return added;
  } finally {
    await worker.close();
  }
}

function landmarksOf(points: Points): ImageKey[] {
  const landmarks: ImageKey[] = [];
  for (const { key, isLandmark } of points.values()) if (isLandmark) landmarks.push(key);
  return landmarks;
}

const placesOf = (keys: readonly ImageKey[], points: Points) =>
  Float32Array.from(keys.flatMap((key) => [points.get(key)?.x ?? 0, points.get(key)?.y ?? 0]));

function put(
  points: Map<ImageKey, MapPoint>,
  keys: readonly ImageKey[],
  places: Float32Array,
  isLandmark: boolean,
): void {
  for (const [at, key] of keys.entries())
    points.set(key, { key, x: places[2 * at] ?? 0, y: places[2 * at + 1] ?? 0, isLandmark });
}

/**
 * Adds the points to the kept map, or keeps a map of this name. Where nothing can be written, the map is shown all the same.
 * @returns its version
 */
async function keep(
  { maps }: MapContext["catalog"],
  points: Points,
  where: KeptMap | string,
  basis: Basis,
): Promise<string> {
  try {
    if (typeof where !== "string") {
      if (points.size > 0) await maps.add(where.id, [...points.values()]);
      return String(where.id);
    }
    return String((await maps.put(where, JSON.stringify(basis), [...points.values()])).id);
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    return typeof where === "string" ? "unkept" : String(where.id);
  }
}
