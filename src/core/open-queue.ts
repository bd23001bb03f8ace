import type PQueue from "p-queue";

/** Bounded work. The package is loaded by the first that has any: most commands have none. */
export async function openQueue(concurrency: number): Promise<PQueue> {
  const { default: Queue } = await import("p-queue");
  return new Queue({ concurrency });
}
