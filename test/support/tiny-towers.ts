/** Towers of a few random weights with any interface, and what they answer, computed here. */
import { type Node, onnxFile, type Value, type Weights } from "../../src/core/onnx-writer.ts";

/** Rows of the table that token ids and positions are looked up in, by their remainder. */
const ROWS = 97;

interface TinyTower {
  readonly input: string;
  readonly output: string;
  /** Numbers in each vector. */
  readonly width: number;
  /** The only number of inputs at once. */
  readonly batch?: number | undefined;
  /** Other outputs that the graph gives too. */
  readonly alsoGives?: string | undefined;
  /** The file beside it that has its weights. */
  readonly data?: string | undefined;
}

export interface TinyImageTower extends TinyTower {
  readonly size: number;
  readonly type?: "float32" | "float16" | undefined;
  /** The output is `[n, parts, width]`. */
  readonly parts?: number | undefined;
  /** Takes token ids beside the pixels. */
  readonly prompt?: string | undefined;
}

export interface TinyTextTower extends TinyTower {
  readonly type: "int32" | "int64";
  /** The only length of texts. */
  readonly length?: number | undefined;
  readonly mask?: string | undefined;
  readonly positions?: string | undefined;
  /** The output is a vector for each token. */
  readonly perToken?: boolean | undefined;
}

export interface TinyFile {
  readonly graph: Uint8Array;
  /** Weights outside it. */
  readonly data: Uint8Array;
}

/** A number in -1 to 1, the same every time. */
const weight = (index: number) => Math.fround(Math.sin(12.9898 * (index + 1) + 4));
const table = (rows: number, width: number, from = 0) =>
  Float32Array.from({ length: rows * width }, (_, at) => weight(from + at));
const rowOf = (id: number, width: number, from = 0) =>
  Array.from({ length: width }, (_, at) => weight(from + (id % ROWS) * width + at));
const POSITIONS_FROM = 10_000;

/** The mean of each colour, times a matrix; with a prompt, the sum of its tokens' rows is added. */
export function tinyImageTower(tower: TinyImageTower): TinyFile {
  const { input, output, width, size, type = "float32", parts = 1, prompt, batch = "n" } = tower;
  const graph = new Draft(tower);
  const pixels = type === "float16" ? graph.add("Cast", [input], { to: 1 }) : input;
  const means = graph.add("Flatten", [graph.add("GlobalAveragePool", [pixels])]);
  let vectors = graph.add("MatMul", [means, graph.weights([3, parts * width], table(3, parts * width))]);
  if (tower.parts !== undefined)
    vectors = graph.add("Reshape", [vectors, graph.integers([-1, parts, width])]);
  const inputs: Value[] = [{ name: input, type, shape: [batch, 3, size, size] }];
  if (prompt !== undefined) {
    inputs.push({ name: prompt, type: "int64", shape: [batch, "tokens"] });
    vectors = graph.add("Add", [vectors, graph.sum(graph.rows(prompt, width))]);
  }
  const shape = tower.parts === undefined ? [batch, width] : [batch, parts, width];
  return graph.file(vectors, inputs, { name: output, shape });
}

/** The rows of all tokens that the mask lets through, and of their positions, added up. */
export function tinyTextTower(tower: TinyTextTower): TinyFile {
  const { input, output, width, type, mask, positions, batch = "n", length = "tokens" } = tower;
  const graph = new Draft(tower);
  const shape = [batch, length];
  const inputs: Value[] = [{ name: input, type, shape }];
  let rows = graph.rows(input, width);
  if (positions !== undefined) {
    inputs.push({ name: positions, type: "int64", shape });
    rows = graph.add("Add", [rows, graph.rows(positions, width, POSITIONS_FROM)]);
  }
  if (mask !== undefined) {
    inputs.push({ name: mask, type: "int64", shape });
    const floats = graph.add("Cast", [mask], { to: 1 });
    rows = graph.add("Mul", [rows, graph.add("Unsqueeze", [floats, graph.integers([2])])]);
  }
  if (tower.perToken) return graph.file(rows, inputs, { name: output, shape: [...shape, width] });
  return graph.file(graph.sum(rows), inputs, { name: output, shape: [batch, width] });
}

/** What the image tower answers to a picture of one colour, of this part. */
export function imageAnswer(
  colour: readonly [number, number, number],
  { width, parts = 1 }: Pick<TinyImageTower, "width" | "parts">,
  part = 0,
): number[] {
  return Array.from({ length: width }, (_, at) =>
    colour.reduce((sum, value, row) => sum + value * weight(row * parts * width + part * width + at), 0),
  );
}

/** What the text tower answers to these tokens. */
export function textAnswer(ids: readonly number[], width: number, withPositions = false): number[] {
  const rows = ids.flatMap((id, position) => [
    rowOf(id, width),
    ...(withPositions ? [rowOf(position, width, POSITIONS_FROM)] : []),
  ]);
  return Array.from({ length: width }, (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0));
}

class Draft {
  readonly #tower: TinyTower;
  readonly #nodes: Node[] = [];
  readonly #weights: Weights[] = [];
  #outside: Float32Array | undefined;

  constructor(tower: TinyTower) {
    this.#tower = tower;
  }

  add(op: string, inputs: string[], attributes: Node["attributes"] = {}): string {
    const output = `n${this.#nodes.length}`;
    this.#nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  integers(values: number[]): string {
    return this.#put([values.length], BigInt64Array.from(values, BigInt));
  }

  /** The first ones lie outside the graph, where its tower says so. */
  weights(shape: number[], data: Float32Array): string {
    const { data: location } = this.#tower;
    if (location === undefined || this.#outside) return this.#put(shape, data);
    this.#outside = data;
    return this.#put(shape, data, location.slice(location.lastIndexOf("/") + 1));
  }

  /** `[n, tokens, width]` */
  rows(ids: string, width: number, from = 0): string {
    const rows = this.weights([ROWS, width], table(ROWS, width, from));
    const long = this.add("Cast", [ids], { to: 7 });
    return this.add("Gather", [rows, this.add("Mod", [long, this.integers([ROWS])])], { axis: 0 });
  }

  sum(rows: string): string {
    return this.add("ReduceSum", [rows, this.integers([1])], { keepdims: 0 });
  }

  file(result: string, inputs: readonly Value[], output: Value): TinyFile {
    const { alsoGives } = this.#tower;
    this.#nodes.push({ op: "Identity", inputs: [result], outputs: [output.name] });
    const others: Value[] = alsoGives === undefined ? [] : [{ name: alsoGives, shape: ["n", "m", "width"] }];
    for (const { name } of others)
      this.#nodes.push({ op: "Unsqueeze", inputs: [result, this.integers([1])], outputs: [name] });
    const outputs = [...others, output];
    const pieces = onnxFile({ nodes: this.#nodes, weights: this.#weights, inputs, outputs });
    const data = this.#outside ? new Uint8Array(this.#outside.buffer) : new Uint8Array();
    return { graph: Buffer.concat(pieces), data };
  }

  #put(shape: number[], data: Weights["data"], location?: string): string {
    const name = `w${this.#weights.length}`;
    this.#weights.push({ name, shape, data, location });
    return name;
  }
}
