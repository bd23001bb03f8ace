import { GlimpseError, PictureError } from "../errors.ts";
import { momentName } from "../moment.ts";
import { openQueue } from "../open-queue.ts";
import type { Catalog, CatalogImage, Embedder, Settings } from "../ports.ts";
import { shotEmbedding } from "../shot-embedding.ts";
import type {
  Classification,
  ClassifyRequest,
  Embedding,
  ImageId,
  ImageRef,
  LabelScore,
  ModelTraits,
  Part,
  Placement,
} from "../types.ts";
import { VectorMatrix } from "../vector-index/vector-matrix.ts";
import { calibratedScore, noneThreshold, probabilities } from "./calibrate.ts";
import { EVERYDAY_LABELS } from "./everyday-labels.ts";
import { cleanLabels } from "./label-list.ts";
import { partEmbeddings } from "./part-embeddings.ts";
import { promptsOf, promptVectors } from "./prompt-vectors.ts";

const DEFAULT_LIMIT = 5;

export interface ClassifyContext {
  readonly catalog: Pick<Catalog, "embeddings">;
  readonly embedder: Embedder;
  readonly settings: Pick<Settings, "get" | "set">;
  /** The image of an id or unambiguous prefix, and which moment of it is meant. @throws GlimpseError */
  readonly resolve: (
    idOrPrefix: string,
  ) => Promise<{ readonly image: CatalogImage; readonly part: Part | undefined }>;
}

interface EmbeddedInput {
  readonly id?: ImageId | undefined;
  readonly origin: string;
  /** Of the picture, or of each shot. */
  readonly embeddings: readonly Embedding[];
}

/**
 * Ranks the labels for each picture, in the order of the request. A picture that cannot be used yields its
 * reason; the others are classified.
 * @throws UsageError for an empty label or none at all
 */
export async function classifyImages(
  context: ClassifyContext,
  request: ClassifyRequest,
): Promise<Classification[]> {
  const { traits, concurrency } = context.embedder;
  const labels = request.labels ? cleanLabels(request.labels) : EVERYDAY_LABELS;
  const prompts = labels.map((label) => promptsOf(label, traits));
  const rows = new VectorMatrix(await promptVectors(context, prompts, request.signal));
  const queue = await openQueue(concurrency);
  let done = 0;
  return queue.addAll(
    request.images.map((image) => async () => {
      const answer = await classifyOne(context, image, request, (shots) =>
        rankLabels(traits, labels, bestCosines(shots.map((shot) => rows.cosines(shot)))),
      );
      done += 1;
      request.onProgress?.({ stage: "classifying", done, total: request.images.length, item: answer.origin });
      return answer;
    }),
  );
}

async function classifyOne(
  context: ClassifyContext,
  image: ImageRef,
  { limit = DEFAULT_LIMIT, signal }: ClassifyRequest,
  rank: (shots: readonly Embedding[]) => { labels: LabelScore[]; none: boolean },
): Promise<Classification> {
  signal?.throwIfAborted();
  try {
    const { embeddings, ...input } = await embedInput(context, image, signal);
    const { labels, none } = rank(embeddings);
    return { ...input, labels: labels.slice(0, limit), none };
  } catch (error) {
    if (!(error instanceof GlimpseError)) throw error;
    const code = error instanceof PictureError ? error.code : "failed";
    const origin = originOf(image);
    return { origin, labels: [], none: false, skipped: { origin, code, reason: error.message } };
  }
}

/** A film is what its best shot is. */
const bestCosines = ([first = new Float32Array(), ...others]: readonly Float32Array[]): Float32Array =>
  others.reduce((best, cosines) => best.map((cosine, at) => Math.max(cosine, cosines[at] ?? -1)), first);

/** Best first, ties in the given order. */
function rankLabels(
  { score, thresholds }: Pick<ModelTraits, "score" | "thresholds">,
  labels: readonly string[],
  cosines: Float32Array,
): { labels: LabelScore[]; none: boolean } {
  const probabilityOf =
    labels.length === 1 && score.kind === "softmax"
      ? cosines.map((cosine) => calibratedScore(score, cosine, thresholds.none))
      : probabilities(score, cosines);
  const ranked = labels
    .map((label, at) => ({ label, probability: probabilityOf[at] ?? 0, score: cosines[at] ?? 0 }))
    .sort((a, b) => b.score - a.score);
  const none = (ranked[0]?.score ?? -1) < noneThreshold({ score, thresholds }, labels.length);
  return { labels: ranked, none };
}

async function embedInput(
  context: ClassifyContext,
  image: ImageRef,
  signal?: AbortSignal,
): Promise<EmbeddedInput> {
  if (!("id" in image)) {
    const { embedding, parts = [] } = await context.embedder.embedPicture(image, signal);
    return { origin: originOf(image), embeddings: [embedding, ...parts.map((part) => part.embedding)] };
  }
  const { image: known, part } = await context.resolve(image.id);
  const { key, record } = known;
  const { embedder, catalog } = context;
  const place = describePlacement(record.placements[0], record.id);
  const input = { id: record.id, origin: momentName(place, part) };
  const shot = part && (await shotEmbedding(catalog.embeddings, embedder.space, known, part));
  if (shot) return { ...input, embeddings: [shot] };
  for await (const [stored] of catalog.embeddings.read(embedder.space, [key])) {
    if (!stored) continue;
    const parts = part ? [] : (await partEmbeddings(catalog, embedder.space, [key])).get(key);
    return { ...input, embeddings: [stored.embedding, ...(parts ?? [])] };
  }
  throw new GlimpseError(
    `Image ${record.id.slice(0, 12)} has no vector under the current model yet. Run \`glimpse add\`; the running Discord bot fetches pictures of posts again by itself.`,
  );
}

function originOf(image: ImageRef): string {
  if ("path" in image) return image.path;
  return "id" in image ? image.id : "picture";
}

function describePlacement(placement: Placement | undefined, id: ImageId): string {
  if (!placement) return id;
  return placement.kind === "file"
    ? placement.path
    : `discord:${placement.messageId}/${placement.attachmentId}`;
}
