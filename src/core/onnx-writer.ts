/** Writes the subset of the ONNX format (protobuf) that towers of transformers need. */

type Bytes = readonly Uint8Array[];

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | { readonly float: number } | readonly number[]>>;
}

export interface Weights {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Uint8Array;
  /** A file beside the graph's that holds the data, from its start on; default: the graph itself. */
  readonly location?: string | undefined;
}

export interface Value {
  readonly name: string;
  /** Default float32. */
  readonly type?: keyof typeof TYPES | undefined;
  /** A string names a dynamic dimension. */
  readonly shape: readonly (number | string)[];
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly weights: readonly Weights[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

const TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7, float16: 10 } as const;
const EXTERNAL = 1;
const IR_VERSION = 8;
const OPSET = 17;

/** The bytes of the file, in pieces. */
export function onnxFile(graph: Graph): Bytes {
  return [
    ...number(1, IR_VERSION),
    ...text(2, "glimpse"),
    ...nested(7, [
      ...graph.nodes.flatMap((node) => nested(1, nodeProto(node))),
      ...text(2, "graph"),
      ...graph.weights.flatMap((weights) => nested(5, tensorProto(weights))),
      ...graph.inputs.flatMap((input) => nested(11, valueProto(input))),
      ...graph.outputs.flatMap((output) => nested(12, valueProto(output))),
    ]),
    ...nested(8, [...text(1, ""), ...number(2, OPSET)]),
  ];
}

function nodeProto({ op, inputs, outputs, attributes = {} }: Node): Bytes {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...outputs.flatMap((name) => text(2, name)),
    ...text(4, op),
    ...Object.entries(attributes).flatMap(([name, value]) =>
      nested(5, [...text(1, name), ...attribute(value)]),
    ),
  ];
}

function attribute(value: number | { readonly float: number } | readonly number[]): Bytes {
  if (typeof value === "number") return [...number(3, value), ...number(20, 2)];
  if ("float" in value) return [...float(2, value.float), ...number(20, 1)];
  return [...value.flatMap((one) => number(8, one)), ...number(20, 7)];
}

function tensorProto({ name, shape, data, location }: Weights): Bytes {
  return [
    ...shape.flatMap((length) => number(1, length)),
    ...number(2, typeOf(data)),
    ...text(8, name),
    ...(location === undefined
      ? nested(9, [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)])
      : [...nested(13, [...text(1, "location"), ...text(2, location)]), ...number(14, EXTERNAL)]),
  ];
}

function typeOf(data: Weights["data"]): number {
  if (data instanceof Float32Array) return TYPES.float32;
  return data instanceof Uint8Array ? TYPES.uint8 : TYPES.int64;
}

function valueProto({ name, type = "float32", shape }: Value): Bytes {
  const dims = shape.flatMap((length) =>
    nested(1, typeof length === "number" ? number(1, length) : text(2, length)),
  );
  return [...text(1, name), ...nested(2, nested(1, [...number(1, TYPES[type]), ...nested(2, dims)]))];
}

const number = (field: number, value: number): Bytes => [varint(field * 8), varint(value)];
const text = (field: number, value: string): Bytes => nested(field, [new TextEncoder().encode(value)]);
const float = (field: number, value: number): Bytes => [
  varint(field * 8 + 5),
  new Uint8Array(new Float32Array([value]).buffer),
];

function nested(field: number, content: Bytes): Bytes {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return [varint(field * 8 + 2), varint(length), ...content];
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) + 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}
