import { GlimpseError, PictureError } from "../errors.ts";
import { openQueue } from "../open-queue.ts";
import type { Catalog, CatalogImage, Embedder, Settings } from "../ports.ts";
import type {
  Classification,
  ClassifyRequest,
  Embedding,
  ImageId,
  ImageRef,
  LabelScore,
  ModelTraits,
  Placement,
} from "../types.ts";
import { VectorMatrix } from "../vector-index/vector-matrix.ts";
import { calibratedScore, noneThreshold, probabilities } from "./calibrate.ts";
import { EVERYDAY_LABELS } from "./everyday-labels.ts";
import { cleanLabels } from "./label-list.ts";
import { promptsOf, promptVectors } from "./prompt-vectors.ts";

const DEFAULT_LIMIT = 5;

export interface ClassifyContext {
  readonly catalog: Pick<Catalog, "embeddings">;
  readonly embedder: Embedder;
  readonly settings: Pick<Settings, "get" | "set">;
  /** The image of an id or unambiguous prefix. @throws GlimpseError */
  readonly resolve: (idOrPrefix: string) => Promise<CatalogImage>;
}

interface EmbeddedInput {
  readonly id?: ImageId | undefined;
  readonly origin: string;
  readonly embedding: Embedding;
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
      const answer = await classifyOne(context, image, request, (picture) =>
        rankLabels(traits, labels, rows.cosines(picture)),
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
  rank: (picture: Embedding) => { labels: LabelScore[]; none: boolean },
): Promise<Classification> {
  signal?.throwIfAborted();
  try {
    const { embedding, ...input } = await embedInput(context, image, signal);
    const { labels, none } = rank(embedding);
    return { ...input, labels: labels.slice(0, limit), none };
  } catch (error) {
    if (!(error instanceof GlimpseError)) throw error;
    const code = error instanceof PictureError ? error.code : "failed";
    const origin = originOf(image);
    return { origin, labels: [], none: false, skipped: { origin, code, reason: error.message } };
  }
}

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
    const { embedding } = await context.embedder.embedPicture(image, signal);
    return { origin: originOf(image), embedding };
  }
  const { key, record } = await context.resolve(image.id);
  for await (const [stored] of context.catalog.embeddings.read(context.embedder.space, [key])) {
    if (stored)
      return {
        id: record.id,
        origin: describePlacement(record.placements[0], record.id),
        embedding: stored.embedding,
      };
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
