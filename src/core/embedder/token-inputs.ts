import { ModelError } from "../errors.ts";
import { Tensor } from "../onnx-runtime.ts";
import type { GraphInput, TowerGraph } from "./tower-graph.ts";

/** Token ids of several texts, each made as long as the others. */
export interface TokenRows {
  readonly ids: readonly (readonly number[])[];
  /** Of each text, without padding. */
  readonly lengths: readonly number[];
}

/** @param length undefined: that of the longest text */
export function paddedRows(
  texts: readonly (readonly number[])[],
  pad: number,
  length = Math.max(...texts.map((ids) => ids.length)),
): TokenRows {
  return {
    ids: texts.map((ids) => [...ids, ...new Array<number>(Math.max(0, length - ids.length)).fill(pad)]),
    lengths: texts.map((ids) => ids.length),
  };
}

/** What a graph is fed for these texts: the ids, and what goes beside them. @throws ModelError for a type that holds no ids */
export function tokenFeeds(
  input: GraphInput,
  others: TowerGraph["others"],
  { ids, lengths }: TokenRows,
): Record<string, Tensor> {
  const feeds = { [input.name]: tensorOf(input, ids) };
  for (const other of others) {
    const rows = ids.map((row, at) =>
      row.map((_, position) => {
        if (other.kind === "positions") return position;
        return other.kind === "mask" && position < (lengths[at] ?? 0) ? 1 : 0;
      }),
    );
    feeds[other.name] = tensorOf(other, rows);
  }
  return feeds;
}

function tensorOf({ name, type }: GraphInput, rows: readonly (readonly number[])[]): Tensor {
  const numbers = rows.flat();
  const shape = [rows.length, rows[0]?.length ?? 0];
  switch (type) {
    case "int64":
      return new Tensor(type, BigInt64Array.from(numbers, BigInt), shape);
    case "int32":
      return new Tensor(type, Int32Array.from(numbers), shape);
    case "float32":
      return new Tensor(type, Float32Array.from(numbers), shape);
    case "bool":
      return new Tensor(type, Uint8Array.from(numbers), shape);
    default:
      throw new ModelError(
        `Input "${name}" takes ${type}; token ids are int64 or int32. Export the tower so.`,
      );
  }
}
