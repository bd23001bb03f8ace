import type { LocatedModel } from "../models/located-model.ts";
import { OnnxEmbedder } from "./onnx-embedder.ts";
import type { CheckResult } from "./protocol.ts";

/** Compares a model's answers on this machine with its published ones, in a process of their own. @throws ModelError */
export async function runChecks(model: LocatedModel, signal?: AbortSignal): Promise<CheckResult[]> {
  const embedder = new OnnxEmbedder({ model });
  try {
    return await embedder.check(signal);
  } finally {
    await embedder.close();
  }
}
