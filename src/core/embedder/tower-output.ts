import { ModelError } from "../errors.ts";
import type { ModelDescriptor } from "../models/descriptor.ts";
import type { Outputs, TensorData } from "../onnx-runtime.ts";
import { fromHalf } from "./half-float.ts";

/** How the vectors lie in a tower's output. */
export interface OutputRecipe {
  readonly name: string;
  readonly pool: ModelDescriptor["text"]["pool"];
  /** Numbers in each of the graph's vectors. */
  readonly width: number;
  /** How many of them are kept, from the first on. */
  readonly dimensions: number;
}

/**
 * One vector for each input, not yet unit length.
 * @param parts how many parts of each input count, where they are not all
 * @throws ModelError for an output of another shape or type
 */
export function readVectors(
  results: Outputs,
  { name, pool, width, dimensions }: OutputRecipe,
  parts?: readonly number[],
): Float32Array[] {
  const tensor = results[name];
  const dims = tensor?.dims ?? [];
  const [count = 0] = dims;
  const each = dims.length === 3 && pool !== undefined ? (dims[1] ?? 0) : 1;
  const isVectors = dims.length === 2 || (dims.length === 3 && pool !== undefined);
  if (!tensor || !isVectors || dims.at(-1) !== width) {
    throw new ModelError(
      `Output "${name}" has the shape ${dims.join(" x ")}; a vector of ${width} numbers for each input is needed. ` +
        `Name the pooled output in model.json, or say by "pool" what of several parts counts.`,
    );
  }
  const values = tensor.data instanceof Float32Array ? tensor.data : asFloats(tensor.data, name);
  return Array.from({ length: count }, (_, row) => {
    const start = row * each * width;
    if (pool !== "mean" || each === 1) return values.slice(start, start + dimensions);
    return meanOf(values, start, { width, dimensions, parts: Math.min(each, parts?.[row] ?? each) });
  });
}

function meanOf(
  values: Float32Array,
  start: number,
  { width, dimensions, parts }: { width: number; dimensions: number; parts: number },
): Float32Array {
  const mean = new Float32Array(dimensions);
  for (let part = 0; part < parts; part++) {
    for (let at = 0; at < dimensions; at++) {
      mean[at] = (mean[at] ?? 0) + (values[start + part * width + at] ?? 0) / parts;
    }
  }
  return mean;
}

function asFloats(data: TensorData, output: string): Float32Array {
  if (data instanceof Uint16Array) return fromHalf(data);
  throw new ModelError(
    `Output "${output}" is neither float32 nor float16. Export the tower with such an output.`,
  );
}
