import { signal } from "@preact/signals";
import type { Label, LabelQuality } from "../../answers.ts";
import { get, post, reasonOf } from "../api.ts";
import { refreshPulse } from "../work/pulse.ts";

/** The labels and tags, and how well the model gives those of the vocabulary. */
export const labels = {
  all: signal<readonly Label[] | undefined>(undefined),
  /** By tag; empty until it was measured. */
  quality: signal<ReadonlyMap<string, LabelQuality>>(new Map()),
  problem: signal<string | undefined>(undefined),
};

export async function loadLabels(): Promise<void> {
  await attempt(async () => {
    labels.all.value = await get<readonly Label[]>("/api/labels");
    const measured = await get<readonly LabelQuality[]>("/api/labels/quality");
    labels.quality.value = new Map(measured.map((quality) => [quality.tag, quality]));
  });
}

/** Changes the vocabulary, and reads it again. @returns whether it was done */
export async function editLabels(path: string, body: unknown): Promise<boolean> {
  const isDone = await attempt(() => post(path, body));
  refreshPulse();
  if (isDone) await loadLabels();
  return isDone;
}

async function attempt(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    labels.problem.value = undefined;
    return true;
  } catch (error) {
    labels.problem.value = reasonOf(error);
    return false;
  }
}

/** Where another threshold would be better, on what was judged. */
export function suggestionOf({ tag, vocabulary }: Label): number | undefined {
  const suggested = labels.quality.value.get(tag)?.suggested ?? undefined;
  return vocabulary && suggested !== vocabulary.threshold ? suggested : undefined;
}
