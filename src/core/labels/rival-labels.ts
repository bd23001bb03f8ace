import { createHash } from "node:crypto";
import type { Embedder } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { VectorMatrix } from "../vector-index/vector-matrix.ts";
import { EVERYDAY_LABELS } from "./everyday-labels.ts";
import { type PromptContext, promptsOf, promptVectors } from "./prompt-vectors.ts";

/** Everyday labels as near to a tag as this name much the same ("puppy", "dog"): they do not compete with it. */
const SYNONYM_COSINE = 0.75;

/** Shares 0..1 of a tag, by its position and its cosine with the picture. */
type ShareOf = (at: number, cosine: number) => number;

/** The everyday labels under one model: what else a picture may show than a tag says. */
export class RivalLabels {
  /** Equal when every picture would get equal shares. */
  readonly digest: string;
  readonly #rows: VectorMatrix;
  readonly #scale: number;

  static async prepare(
    context: PromptContext & { readonly embedder: Pick<Embedder, "traits"> },
    signal?: AbortSignal,
  ): Promise<RivalLabels> {
    const { traits } = context.embedder;
    const prompts = EVERYDAY_LABELS.map((label) => promptsOf(label, traits));
    const inputs = JSON.stringify([SYNONYM_COSINE, prompts]);
    const digest = createHash("sha256").update(inputs).digest("hex").slice(0, 16);
    const rows = new VectorMatrix(await promptVectors(context, prompts, signal));
    return new RivalLabels(digest, rows, traits.score.scale);
  }

  private constructor(digest: string, rows: VectorMatrix, scale: number) {
    this.digest = digest;
    this.#rows = rows;
    this.#scale = scale;
  }

  /** The rivals of tags with these vectors. */
  of(tags: readonly Embedding[]): Rivals {
    const rivals = tags.map((tag) =>
      [...this.#rows.cosines(tag)].flatMap((cosine, at) => (cosine < SYNONYM_COSINE ? [at] : [])),
    );
    return { shares: (picture) => this.#shares(rivals, this.#rows.cosines(picture)) };
  }

  /** Softmax of a tag's cosine among those of its rivals, by the model's own scale. */
  #shares(rivals: readonly (readonly number[])[], cosines: Float32Array): ShareOf {
    return (at, own) => {
      let sum = 1;
      for (const rival of rivals[at] ?? []) sum += Math.exp(this.#scale * ((cosines[rival] ?? -1) - own));
      return 1 / sum;
    };
  }
}

export interface Rivals {
  shares(picture: Embedding): ShareOf;
}
