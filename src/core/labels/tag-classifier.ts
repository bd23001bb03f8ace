import { createHash } from "node:crypto";
import type { Embedder } from "../ports.ts";
import type { Embedding, ImageTag, TagVocabulary, VocabularyTag } from "../types.ts";
import { calibratedScore } from "./calibrate.ts";
import { type PromptContext, promptsOf, promptVectors } from "./prompt-vectors.ts";
import { VectorRows } from "./vector-rows.ts";

export interface TagClassifierContext extends PromptContext {
  readonly embedder: Pick<Embedder, "space" | "embedTexts" | "traits">;
}

/** A tag without a threshold of its own holds from here: where its cosine reaches the model's own threshold. */
const DEFAULT_THRESHOLD = 0.5;

/** Says which tags of one vocabulary hold for a picture, under one model. */
export class TagClassifier {
  /** Equal when every picture would get equal tags. */
  readonly digest: string;
  readonly #tags: readonly VocabularyTag[];
  readonly #rows: VectorRows;
  readonly #traits: Embedder["traits"];

  static async prepare(
    parts: TagClassifierContext,
    vocabulary: TagVocabulary,
    signal?: AbortSignal,
  ): Promise<TagClassifier> {
    const { traits, space } = parts.embedder;
    const prompts = vocabulary.tags.map(({ tag, prompts }) => prompts ?? promptsOf(tag, traits));
    const rows = new VectorRows(await promptVectors(parts, prompts, signal));
    const decisive = {
      space,
      prompts,
      tags: vocabulary.tags,
      score: traits.score,
      from: traits.thresholds.tag,
    };
    const digest = createHash("sha256").update(JSON.stringify(decisive)).digest("hex").slice(0, 32);
    return new TagClassifier({ digest, tags: vocabulary.tags, rows, traits });
  }

  private constructor(made: {
    digest: string;
    tags: readonly VocabularyTag[];
    rows: VectorRows;
    traits: Embedder["traits"];
  }) {
    this.digest = made.digest;
    this.#tags = made.tags;
    this.#rows = made.rows;
    this.#traits = made.traits;
  }

  /** Scores 0..1 of every tag, in the vocabulary's order. */
  scores(picture: Embedding): { tag: string; score: number; holds: boolean }[] {
    const cosines = this.#rows.cosines(picture);
    return this.#tags.map(({ tag, threshold = DEFAULT_THRESHOLD }, at) => {
      const score = calibratedScore(this.#traits.score, cosines[at] ?? -1, this.#traits.thresholds.tag);
      return { tag, score, holds: score >= threshold };
    });
  }

  /** The tags that hold, none of them when none does. */
  tagsOf(picture: Embedding): Omit<ImageTag, "by">[] {
    return this.scores(picture).flatMap(({ tag, score, holds }) => (holds ? [{ tag, score }] : []));
  }
}
