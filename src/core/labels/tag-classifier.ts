import { createHash } from "node:crypto";
import type { Embedder } from "../ports.ts";
import type { Embedding, ImageTag, TagVocabulary, VocabularyTag } from "../types.ts";
import { VectorMatrix } from "../vector-index/vector-matrix.ts";
import { calibratedScore } from "./calibrate.ts";
import { type PromptContext, promptsOf, promptVectors } from "./prompt-vectors.ts";
import { RivalLabels, type Rivals } from "./rival-labels.ts";

export interface TagClassifierContext extends PromptContext {
  readonly embedder: Pick<Embedder, "space" | "embedTexts" | "traits">;
}

/**
 * A tag without its own threshold applies from this score, where its cosine reaches the model's own threshold, and when
 * its share among the everyday labels is at least MIN_SHARE: pictures of anything lively are somewhat near "running".
 * bench/tags.ts measures what either gives.
 */
const DEFAULT_THRESHOLD = 0.5;
const MIN_SHARE = 0.25;

/** The score from which a tag may apply. */
export const thresholdOf = ({ threshold }: VocabularyTag): number => threshold ?? DEFAULT_THRESHOLD;

/** Decides which tags of one vocabulary apply to a picture, under one model. */
export class TagClassifier {
  /** Equal when every picture would get equal tags. */
  readonly digest: string;
  readonly #tags: readonly VocabularyTag[];
  readonly #rows: VectorMatrix;
  readonly #rivals: Rivals | undefined;
  readonly #traits: Embedder["traits"];

  static async prepare(
    context: TagClassifierContext,
    vocabulary: TagVocabulary,
    signal?: AbortSignal,
  ): Promise<TagClassifier> {
    const { traits, space } = context.embedder;
    const prompts = vocabulary.tags.map(({ tag, prompts }) => prompts ?? promptsOf(tag, traits));
    const vectors = await promptVectors(context, prompts, signal);
    const byDefault = vocabulary.tags.some(({ threshold }) => threshold === undefined);
    const rivals = byDefault ? await RivalLabels.prepare(context, signal) : undefined;
    const inputs = {
      space,
      prompts,
      tags: vocabulary.tags,
      score: traits.score,
      from: traits.thresholds.tag,
      ...(rivals && { share: MIN_SHARE, rivals: rivals.digest }),
    };
    const digest = createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 32);
    return new TagClassifier({ digest, tags: vocabulary.tags, vectors, rivals, traits });
  }

  private constructor(options: {
    digest: string;
    tags: readonly VocabularyTag[];
    vectors: readonly Embedding[];
    rivals: RivalLabels | undefined;
    traits: Embedder["traits"];
  }) {
    this.digest = options.digest;
    this.#tags = options.tags;
    this.#rows = new VectorMatrix(options.vectors);
    this.#rivals = options.rivals?.of(options.vectors);
    this.#traits = options.traits;
  }

  /** Scores 0..1 of every tag, in the vocabulary's order. */
  scores(picture: Embedding): { tag: string; score: number; applies: boolean }[] {
    const cosines = this.#rows.cosines(picture);
    const shareOf = this.#rivals?.shares(picture);
    return this.#tags.map(({ tag, threshold }, at) => {
      const cosine = cosines[at] ?? -1;
      const score = calibratedScore(this.#traits.score, cosine, this.#traits.thresholds.tag);
      if (threshold !== undefined) return { tag, score, applies: score >= threshold };
      const applies = score >= DEFAULT_THRESHOLD && (shareOf?.(at, cosine) ?? 1) >= MIN_SHARE;
      return { tag, score, applies };
    });
  }

  /** The tags that apply; may be none. */
  tagsOf(picture: Embedding): Omit<ImageTag, "by">[] {
    return this.scores(picture).flatMap(({ tag, score, applies }) => (applies ? [{ tag, score }] : []));
  }
}
