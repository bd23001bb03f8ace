import type { Processors } from "./processors.ts";
import type { Tuning } from "./protocol.ts";

/** Of an embedding process, besides weights: what decoding and inference take, and may leak. */
export const CHILD_MEMORY = 1.5 * 1024 ** 3;

/** A container that has less ends what takes more, so a child is to be replaced before. */
export const memoryLimitFor = (weightBytes: number, constrained = process.constrainedMemory()): number =>
  Math.min(CHILD_MEMORY + 2 * weightBytes, constrained > 0 ? 0.75 * constrained : Number.POSITIVE_INFINITY);

/**
 * Chosen with bench/indexing.ts. Inference keeps the units of a core busy with one thread; decoding waits more, and takes
 * what is left.
 */
export function tuningFor(
  { logical, physical }: Processors,
  { nice = false }: { readonly nice?: boolean | undefined } = {},
): Tuning {
  const half = (count: number) => Math.max(1, Math.floor(count / 2));
  const threads = physical ?? (process.platform === "win32" ? 0 : logical);
  if (!nice) return { batch: 8, decoders: Math.min(logical, 8), threads };
  return { batch: 8, decoders: Math.min(half(logical), 4), threads: half(physical ?? logical) };
}
