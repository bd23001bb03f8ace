import type { LocatedReader } from "../models/located-model.ts";
import type { RunExclusive } from "../onnx-runtime.ts";
import { type Detector, openDetector } from "./detector.ts";
import { openRecogniser, type Recogniser } from "./recogniser.ts";

/** The loaded networks of the installed readers. */
export interface TextEngine {
  readonly detector: Detector;
  /** In order of preference where two are equally sure: those of further languages first. */
  readonly recognisers: readonly Recogniser[];
}

/** @throws ModelError when a file is damaged, or none of them finds lines */
export async function openTextEngine(
  readers: readonly LocatedReader[],
  threads: number,
  runExclusive: RunExclusive,
): Promise<TextEngine> {
  const recognisers: Recogniser[] = [];
  let detector: Detector | undefined;
  for (const { descriptor, paths } of readers) {
    if (descriptor.detector && paths.detector !== null)
      detector ??= await openDetector(paths.detector, descriptor.detector, { threads, runExclusive });
    recognisers.unshift(await openRecogniser(paths, descriptor.recogniser, { threads, runExclusive }));
  }
  if (!detector) throw new Error("no reader with a detector");
  return { detector, recognisers };
}
