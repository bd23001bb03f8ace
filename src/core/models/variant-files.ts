import { ModelError } from "../errors.ts";

/** What of a model's descriptor says which files its variants have. */
interface DescribedFiles {
  readonly id: string;
  /** The default variant. */
  readonly variant: string;
  readonly image: { readonly file: string };
  readonly text: {
    readonly file: string;
    readonly tokenizer: string;
    readonly shownWords?: string | undefined;
  };
  readonly files: Readonly<Record<string, unknown>>;
  readonly variants: Readonly<
    Record<
      string,
      { readonly image: string; readonly text: string; readonly batchable?: boolean | undefined } | undefined
    >
  >;
}

/** What of a text reader's descriptor does. */
interface DescribedReader {
  readonly task: "read-text";
  readonly variant: string;
  readonly detector: { readonly file: string } | null;
  readonly recogniser: { readonly file: string; readonly dictionary: string };
}

/** Whether it reads text in pictures, instead of embedding them. */
export const isReader = <Described extends object>(
  descriptor: Described,
): descriptor is Extract<Described, { readonly task: "read-text" }> => "task" in descriptor;

/** The default variant first. */
export function variantNames(descriptor: DescribedFiles | DescribedReader): string[] {
  const others = isReader(descriptor) ? [] : Object.keys(descriptor.variants);
  return [...new Set([descriptor.variant, ...others])];
}

export interface VariantFiles {
  readonly image: string;
  readonly text: string;
  readonly tokenizer: string;
  /** Weights that the two graphs keep outside themselves. */
  readonly data: readonly string[];
  readonly batchable: boolean;
}

/** Paths of one variant's files, inside the model's folder. @throws ModelError for an unknown variant */
export function variantFiles(descriptor: DescribedFiles, name = descriptor.variant): VariantFiles {
  const other = descriptor.variants[name];
  if (!other && name !== descriptor.variant) {
    throw new ModelError(
      `Model ${descriptor.id} has no variant "${name}". It has: ${variantNames(descriptor).join(", ")}.`,
    );
  }
  const image = other?.image ?? descriptor.image.file;
  const text = other?.text ?? descriptor.text.file;
  return {
    image,
    text,
    tokenizer: descriptor.text.tokenizer,
    data: [image, text].flatMap((tower) => externalWeights(descriptor, tower)),
    batchable: other?.batchable ?? true,
  };
}

/** Named as exporters name them: `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`. */
const externalWeights = ({ files }: DescribedFiles, tower: string): string[] =>
  Object.keys(files).filter((path) => path.startsWith(`${tower}_data`) || path.startsWith(`${tower}.data`));

/** Those that a vector depends on. */
export function vectorFiles(descriptor: DescribedFiles, variant?: string): string[] {
  const { image, text, tokenizer, data } = variantFiles(descriptor, variant);
  return [image, text, tokenizer, ...data];
}

export function filesOf(descriptor: DescribedFiles | DescribedReader, variant?: string): string[] {
  if (isReader(descriptor)) {
    const { detector, recogniser } = descriptor;
    return [...(detector ? [detector.file] : []), recogniser.file, recogniser.dictionary];
  }
  const { shownWords } = descriptor.text;
  return [...vectorFiles(descriptor, variant), ...(shownWords === undefined ? [] : [shownWords])];
}

/** Splits a model's name, `id` or `id:variant`. */
export function splitModel(model: string): { id: string; variant: string | undefined } {
  const [id = "", variant] = model.split(":");
  return { id, variant };
}
