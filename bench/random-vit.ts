import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LayerGraph } from "../src/core/embedder/layer-graph.ts";
import { onnxFile } from "../src/core/onnx-writer.ts";

const WIDTH = 768;
const HEADS = 12;
const LAYERS = 12;
const SIDE = 224;
const PATCH = 32;
const TOKENS = (SIDE / PATCH) ** 2 + 1;
const OUT = 512;

const config = { model_type: "clip", architectures: ["CLIPModel"], projection_dim: OUT };

const preprocessing = {
  image_processor_type: "CLIPImageProcessor",
  do_resize: true,
  size: { shortest_edge: SIDE },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: SIDE, width: SIDE },
  do_normalize: true,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
};

/**
 * An image tower with the architecture of CLIP ViT-B/32 (88 million weights, 351 MB) and random weights: its output
 * is meaningless, its speed is the real one's. The quantised form multiplies in 8 bits, as the published one
 * does. Written once, as `folder/onnx/vision_model[_quantized].onnx`, with the files that transformers.js needs.
 */
export async function randomVit(folder: string, weights: "fp32" | "quantised"): Promise<string> {
  const name = weights === "fp32" ? "vision_model" : "vision_model_quantized";
  const file = join(folder, "onnx", `${name}.onnx`);
  if (existsSync(file)) return file;
  await mkdir(join(folder, "onnx"), { recursive: true });
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, "preprocessor_config.json"), JSON.stringify(preprocessing));
  await writeFile(`${file}.partial`, vitFile(weights === "quantised"));
  await rename(`${file}.partial`, file);
  return file;
}

const SHAPE = { width: WIDTH, hidden: 4 * WIDTH, heads: HEADS };

function vitFile(quantised: boolean) {
  const graph = quantised ? new QuantisedGraph() : new LayerGraph();
  const patches = graph.add("Conv", ["pixel_values", graph.weight([WIDTH, 3, PATCH, PATCH])], {
    kernel_shape: [PATCH, PATCH],
    strides: [PATCH, PATCH],
  });
  const rows = graph.add("Transpose", [graph.reshape(patches, [0, WIDTH, TOKENS - 1])], { perm: [0, 2, 1] });
  const batch = graph.add("Gather", [graph.add("Shape", ["pixel_values"]), graph.integers([0])], { axis: 0 });
  const shape = graph.add("Concat", [batch, graph.integers([1, WIDTH])], { axis: 0 });
  const start = graph.add("Expand", [graph.weight([1, 1, WIDTH]), shape]);
  const tokens = graph.add("Concat", [start, rows], { axis: 1 });
  let x = graph.norm(graph.add("Add", [tokens, graph.weight([1, TOKENS, WIDTH])]), WIDTH);
  for (let layer = 0; layer < LAYERS; layer++) x = graph.layer(x, SHAPE);
  const first = graph.add("Gather", [x, graph.integers([0], [])], { axis: 1 });
  graph.add("MatMul", [graph.norm(first, WIDTH), graph.weight([WIDTH, OUT])], {}, "image_embeds");
  return onnxFile({
    nodes: graph.nodes,
    weights: graph.weights,
    inputs: [{ name: "pixel_values", shape: ["batch", 3, SIDE, SIDE] }],
    outputs: [{ name: "image_embeds", shape: ["batch", OUT] }],
  });
}

class QuantisedGraph extends LayerGraph {
  /** As onnxruntime's dynamic quantisation writes it. */
  override product(x: string, from: number, to: number): string {
    const outputs = ["bytes", "scale", "zero"].map((part) => `${part}${this.nodes.length}`);
    const [bytes = "", scale = "", zero = ""] = outputs;
    this.nodes.push({ op: "DynamicQuantizeLinear", inputs: [x], outputs });
    const weights = this.put(
      [from, to],
      Uint8Array.from({ length: from * to }, () => Math.floor(256 * this.random())),
    );
    const sums = this.add("MatMulInteger", [bytes, weights, zero, this.put([], Uint8Array.of(128))]);
    const factor = this.add("Mul", [scale, this.scalar(0.035 / 128)]);
    return this.add("Mul", [this.add("Cast", [sums], { to: 1 }), factor]);
  }
}
