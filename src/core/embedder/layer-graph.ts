import { type Node, onnxFile, type Weights } from "../onnx-writer.ts";
import { randomNumbers } from "../random-numbers.ts";

/** One layer of a transformer. */
export interface LayerShape {
  /** Numbers in each token. */
  readonly width: number;
  /** Between the two products of the perceptron. */
  readonly hidden: number;
  readonly heads: number;
}

/** Transformers of random weights: what they answer is meaningless, how long they take is not. */
export class LayerGraph {
  readonly nodes: Node[] = [];
  readonly weights: Weights[] = [];
  /** In 0..1, the same run in every graph. */
  protected readonly random = randomNumbers(1);

  add(op: string, inputs: string[], attributes: Node["attributes"] = {}, output = `n${this.nodes.length}`) {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  /** Attention and perceptron, each added to what it is made of. */
  layer(x: string, shape: LayerShape): string {
    const attended = this.add("Add", [x, this.#attention(this.norm(x, shape.width), shape)]);
    return this.add("Add", [attended, this.#perceptron(this.norm(attended, shape.width), shape)]);
  }

  linear(x: string, from: number, to: number): string {
    return this.add("Add", [this.product(x, from, to), this.weight([to])]);
  }

  /** Of rows of `from` numbers and a matrix. */
  product(x: string, from: number, to: number): string {
    return this.add("MatMul", [x, this.weight([from, to])]);
  }

  norm(x: string, width: number): string {
    const ones = this.put([width], new Float32Array(width).fill(1));
    return this.add("LayerNormalization", [x, ones, this.put([width], new Float32Array(width))], {
      axis: -1,
      epsilon: { float: 1e-5 },
    });
  }

  reshape(x: string, shape: number[]): string {
    return this.add("Reshape", [x, this.integers(shape)]);
  }

  scalar(value: number): string {
    return this.put([], Float32Array.of(value));
  }

  integers(values: number[], shape = [values.length]): string {
    return this.put(shape, BigInt64Array.from(values, BigInt));
  }

  /** Uniform over ±0.035, a standard deviation of 0.02. */
  weight(shape: number[]): string {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
    for (let at = 0; at < data.length; at++) data[at] = 0.07 * (this.random() - 0.5);
    return this.put(shape, data);
  }

  put(shape: number[], data: Weights["data"]): string {
    const name = `w${this.weights.length}`;
    this.weights.push({ name, shape, data });
    return name;
  }

  #attention(x: string, { width, heads }: LayerShape): string {
    // A length of 0 stays what it is.
    const split = (perm: number[]) => {
      const projected = this.reshape(this.linear(x, width, width), [0, 0, heads, width / heads]);
      return this.add("Transpose", [projected], { perm });
    };
    const scaled = this.add("Mul", [split([0, 2, 1, 3]), this.scalar(1 / Math.sqrt(width / heads))]);
    const weights = this.add("Softmax", [this.add("MatMul", [scaled, split([0, 2, 3, 1])])], { axis: -1 });
    const mixed = this.add("MatMul", [weights, split([0, 2, 1, 3])]);
    const joined = this.add("Transpose", [mixed], { perm: [0, 2, 1, 3] });
    return this.linear(this.reshape(joined, [0, 0, width]), width, width);
  }

  #perceptron(x: string, { width, hidden }: LayerShape): string {
    const opened = this.linear(x, width, hidden);
    const gate = this.add("Sigmoid", [this.add("Mul", [opened, this.scalar(1.702)])]);
    return this.linear(this.add("Mul", [opened, gate]), hidden, width);
  }
}

/** The bytes of a graph of so many layers: `x`, `[batch, tokens, width]`, in and `y` out. */
export function layersFile(shape: LayerShape, layers: number): Uint8Array {
  const graph = new LayerGraph();
  let x = "x";
  for (let layer = 0; layer < layers; layer++) x = graph.layer(x, shape);
  graph.add("Identity", [x], {}, "y");
  const value = { shape: ["batch", "tokens", shape.width] };
  const { nodes, weights } = graph;
  return Buffer.concat(
    onnxFile({ nodes, weights, inputs: [{ name: "x", ...value }], outputs: [{ name: "y", ...value }] }),
  );
}
