import { createHash } from "node:crypto";
import type { EmbeddingSpace, ModelTraits } from "../types.ts";
import type { Descriptor, ModelDescriptor } from "./descriptor.ts";

/** What searching and labelling need to know of a model. */
export function traitsOf(descriptor: ModelDescriptor): ModelTraits {
  const { id, name, score, templates, thresholds, text } = descriptor;
  return { id, name: name ?? id, score, languages: text.languages, templates, thresholds };
}

/**
 * The space of a variant's vectors. The digest is over the SHA-256 of every file that a vector depends on, so other weights (or another tokenizer) under the same id never mix with these.
 */
export function spaceOf(
  descriptor: Pick<Descriptor, "id" | "variant">,
  variant: string,
  digests: readonly string[],
): EmbeddingSpace {
  const digest = createHash("sha256").update(digests.join("\n")).digest("hex").slice(0, 8);
  const model = variant === descriptor.variant ? descriptor.id : `${descriptor.id}:${variant}`;
  return `${model}@${digest}`;
}
