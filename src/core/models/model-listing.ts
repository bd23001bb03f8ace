import type { Descriptor, ModelDescriptor } from "./descriptor.ts";
import { locateFile, type ModelFolder } from "./model-folder.ts";
import { filesOf, isReader, variantFiles, variantNames } from "./variant-files.ts";

export interface ModelListing {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  /** Of its vectors; null for a text reader, which makes none. */
  readonly dimensions: number | null;
  /** What its questions may be written in, or what it reads; null where the descriptor does not say. */
  readonly languages: string | null;
  /** Published results, in percent. */
  readonly quality: readonly { readonly measure: string; readonly value: number; readonly source: string }[];
  /** The model to take instead of this one, which stays for libraries that have it. */
  readonly replacedBy?: string | undefined;
  readonly builtIn: boolean;
  /** Whether any variant is complete on this machine. */
  readonly installed: boolean;
  /** The default one first; those that are offered no more only where they are installed. */
  readonly variants: readonly VariantListing[];
}

export interface VariantListing {
  readonly name: string;
  /** Of all its files; null where nobody published their sizes and nothing was downloaded yet. */
  readonly bytes: number | null;
  readonly installed: boolean;
  /** What it costs against the reference weights. */
  readonly fidelity: string;
  /** Of both towers when loaded, in bytes; null where it cannot be told. */
  readonly memory: { readonly bytes: number; readonly isEstimate: boolean } | null;
  /** Files without a published digest that were not downloaded yet: the hub's own is noted then, and enforced afterwards. */
  readonly unpinned: number;
  /** Why it is offered no more. */
  readonly withdrawn?: string | undefined;
}

/**
 * Loaded towers, in sizes of their files: CLIP ViT-B/32 in full precision takes 871 MB for 606 (published, on a Raspberry Pi 5),
 * SigLIP 2 in half precision 1,091 for 751.
 */
const MEMORY_PER_WEIGHTS = 1.45;

export async function listModel(folder: ModelFolder): Promise<ModelListing> {
  const { descriptor, builtIn } = folder;
  const { id, name = id, description, licence } = descriptor;
  const all = await Promise.all(variantNames(descriptor).map((variant) => listVariant(folder, variant)));
  const variants = all.filter(({ withdrawn, installed }) => withdrawn === undefined || installed);
  const installed = variants.some((variant) => variant.installed);
  const common = { id, name, description, licence, builtIn, installed, variants };
  if (isReader(descriptor)) {
    return { ...common, dimensions: null, languages: descriptor.languages, quality: [] };
  }
  const { dimensions, text, quality = [], replacedBy } = descriptor;
  const languages = text.languages ?? null;
  return { ...common, dimensions, languages, quality, ...(replacedBy !== undefined && { replacedBy }) };
}

async function listVariant(folder: ModelFolder, name: string): Promise<VariantListing> {
  const { descriptor, pins } = folder;
  const paths = filesOf(descriptor, name);
  const located = await Promise.all(paths.map((path) => locateFile(folder, path)));
  const withdrawn = isReader(descriptor) ? undefined : descriptor.variants[name]?.withdrawn;
  return {
    name,
    bytes: bytesOf(folder, paths),
    installed: located.every((file) => file !== undefined),
    fidelity: fidelityOf(descriptor, name),
    memory: isReader(descriptor) ? null : memoryOf(folder, descriptor, name),
    unpinned: paths.filter((path) => pins.get(path) === undefined).length,
    ...(withdrawn !== undefined && { withdrawn }),
  };
}

function bytesOf({ descriptor, pins }: ModelFolder, paths: readonly string[]): number | null {
  const sizes = paths.map((path) => pins.get(path)?.bytes ?? descriptor.files[path]?.bytes);
  return sizes.reduce<number | null>(
    (sum, size) => (sum === null || size === undefined ? null : sum + size),
    0,
  );
}

function memoryOf(folder: ModelFolder, descriptor: ModelDescriptor, name: string): VariantListing["memory"] {
  const { memory } = name === descriptor.variant ? descriptor : (descriptor.variants[name] ?? {});
  if (memory !== undefined) return { bytes: memory * 1e6, isEstimate: false };
  const { image, text, data } = variantFiles(descriptor, name);
  const weights = bytesOf(folder, [image, text, ...data]);
  return weights === null ? null : { bytes: weights * MEMORY_PER_WEIGHTS, isEstimate: true };
}

function fidelityOf(descriptor: Descriptor, variant: string): string {
  if (isReader(descriptor)) return `reads ${descriptor.languages}`;
  const { fidelity } = variant === descriptor.variant ? descriptor : (descriptor.variants[variant] ?? {});
  return fidelity ?? "the reference";
}
