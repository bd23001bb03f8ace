/**
 * The same work through @huggingface/transformers: reads a line of JSON (an array of files) and prints the
 * milliseconds it took to embed them, in batches, on all cores. Usage: node transformers-side.mjs MODEL_FOLDER BATCH DTYPE
 */
import { availableParallelism } from "node:os";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";

// Must be set before onnxruntime is loaded, which otherwise reports usage.
process.env.ORT_DISABLE_TELEMETRY = "1";
process.env.ORT_TELEMETRY_DISABLED = "1";
const { AutoProcessor, CLIPVisionModelWithProjection, env, RawImage } = await import(
  "@huggingface/transformers"
);

const [, , folder = "", batchSize = "8", dtype = "fp32"] = process.argv;
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);

const options = { dtype, session_options: { intraOpNumThreads: availableParallelism() } };
const model = await CLIPVisionModelWithProjection.from_pretrained(basename(folder), options);
const processor = await AutoProcessor.from_pretrained(basename(folder));

async function embed(files) {
  const pictures = await Promise.all(files.map((file) => RawImage.read(file)));
  const { image_embeds: vectors } = await model(await processor(pictures));
  return vectors.tolist().map((vector) => {
    const norm = Math.hypot(...vector);
    return vector.map((value) => value / norm);
  });
}

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const files = JSON.parse(line);
  const start = performance.now();
  let last;
  for (let at = 0; at < files.length; at += Number(batchSize)) {
    last = (await embed(files.slice(at, at + Number(batchSize)))).at(-1);
  }
  console.log(JSON.stringify({ ms: performance.now() - start, last: last.slice(0, 512) }));
}
