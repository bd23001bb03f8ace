/**
 * How well the speed of a model that is not installed is told from a few layers of its shape: a tower of random weights of ViT-B/32's
 * shape, whole, beside the estimate by its shape, in turns. A ratio of 1 is right.
 * Usage: npx tsx bench/model-speeds.ts [--rounds 5]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureSpeeds } from "../src/core/embedder/measure-speeds.ts";
import { processors } from "../src/core/embedder/processors.ts";
import { tuningFor } from "../src/core/embedder/tuning.ts";
import { openSession, Tensor } from "../src/core/onnx-runtime.ts";
import { randomVit } from "./random-vit.ts";

const { values: flags } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const shape = { layers: 12, tokens: 50, width: 768, hidden: 3072, heads: 12 };
const PICTURES = 2;
const { threads } = tuningFor(processors());

const cache = fileURLToPath(new URL("../.cache/bench/", import.meta.url));
const session = await openSession(await randomVit(`${cache}vit-b32`, "fp32"), { threads });
const pixels = new Tensor("float32", new Float32Array(PICTURES * 3 * 224 * 224).fill(0.5), [
  PICTURES,
  3,
  224,
  224,
]);
const ratios: number[] = [];
for (let round = 0; round < Number(flags.rounds); round++) {
  const folder = await mkdtemp(join(tmpdir(), "glimpse-speeds-"));
  const speeds = await measureSpeeds(folder, [{ key: "b32", image: shape, text: { ...shape, tokens: 16 } }]);
  await rm(folder, { recursive: true });
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 6; run++) {
    const start = performance.now();
    await session.run({ pixel_values: pixels });
    if (run > 0) best = Math.min(best, performance.now() - start);
  }
  const whole = (1000 * PICTURES) / best;
  ratios.push((speeds.get("b32")?.picturesPerSecond ?? 0) / whole);
  console.log(
    `whole ${whole.toFixed(1)} pictures a second, by its shape ${ratios.at(-1)?.toFixed(2)} times as many`,
  );
}
console.log(`median ${ratios.toSorted((a, b) => a - b)[ratios.length >> 1]?.toFixed(2)}`);
