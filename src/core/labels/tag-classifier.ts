import { createHash } from "node:crypto";
import type { Embedder } from "../ports.ts";
import type { Embedding, ImageTag, TagVocabulary, VocabularyTag } from "../types.ts";
import { calibratedScore } from "./calibrate.ts";
import { type PromptContext, promptsOf, promptVectors } from "./prompt-vectors.ts";
import { VectorMatrix } from "./vector-matrix.ts";

export interface TagClassifierContext extends PromptContext {
  readonly embedder: Pick<Embedder, "space" | "embedTexts" | "traits">;
}

/** A tag without its own threshold applies from this score: where its cosine reaches the model's own threshold. */
const DEFAULT_THRESHOLD = 0.5;

/** Decides which tags of one vocabulary apply to a picture, under one model. */
export class TagClassifier {
  /** Equal when every picture would get equal tags. */
  readonly digest: string;
  readonly #tags: readonly VocabularyTag[];
  readonly #rows: VectorMatrix;
  readonly #traits: Embedder["traits"];

  static async prepare(
    context: TagClassifierContext,
    vocabulary: TagVocabulary,
    signal?: AbortSignal,
  ): Promise<TagClassifier> {
    const { traits, space } = context.embedder;
    const prompts = vocabulary.tags.map(({ tag, prompts }) => prompts ?? promptsOf(tag, traits));
    const rows = new VectorMatrix(await promptVectors(context, prompts, signal));
    const inputs = {
      space,
      prompts,
      tags: vocabulary.tags,
      score: traits.score,
      from: traits.thresholds.tag,
    };
    const digest = createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 32);
    return new TagClassifier({ digest, tags: vocabulary.tags, rows, traits });
  }

  private constructor(options: {
    digest: string;
    tags: readonly VocabularyTag[];
    rows: VectorMatrix;
    traits: Embedder["traits"];
  }) {
    this.digest = options.digest;
    this.#tags = options.tags;
    this.#rows = options.rows;
    this.#traits = options.traits;
  }

  /** Scores 0..1 of every tag, in the vocabulary's order. */
  scores(picture: Embedding): { tag: string; score: number; applies: boolean }[] {
    const cosines = this.#rows.cosines(picture);
    return this.#tags.map(({ tag, threshold = DEFAULT_THRESHOLD }, at) => {
      const score = calibratedScore(this.#traits.score, cosines[at] ?? -1, this.#traits.thresholds.tag);
      return { tag, score, applies: score >= threshold };
    });
  }

  /** The tags that apply; may be none. */
  tagsOf(picture: Embedding): Omit<ImageTag, "by">[] {
    return this.scores(picture).flatMap(({ tag, score, applies }) => (applies ? [{ tag, score }] : []));
  }
}
