import { ModelError } from "../errors.ts";
import type { ModelDescriptor } from "./descriptor.ts";

/** The default variant first. */
export function variantNames(descriptor: ModelDescriptor): string[] {
  return [...new Set([descriptor.variant, ...Object.keys(descriptor.variants)])];
}

export interface VariantFiles {
  readonly image: string;
  readonly text: string;
  readonly tokenizer: string;
  readonly batchable: boolean;
}

/** Paths of one variant's files, inside the model's folder. @throws ModelError for an unknown variant */
export function variantFiles(descriptor: ModelDescriptor, name = descriptor.variant): VariantFiles {
  const other = descriptor.variants[name];
  if (!other && name !== descriptor.variant) {
    throw new ModelError(
      `Model ${descriptor.id} has no variant "${name}". It has: ${variantNames(descriptor).join(", ")}.`,
    );
  }
  return {
    image: other?.image ?? descriptor.image.file,
    text: other?.text ?? descriptor.text.file,
    tokenizer: descriptor.text.tokenizer,
    batchable: other?.batchable ?? true,
  };
}

export function filesOf(descriptor: ModelDescriptor, variant?: string): string[] {
  const { image, text, tokenizer } = variantFiles(descriptor, variant);
  return [image, text, tokenizer];
}

/** Splits a model's name, `id` or `id:variant`. */
export function splitModel(model: string): { id: string; variant: string | undefined } {
  const [id = "", variant] = model.split(":");
  return { id, variant };
}
