/** The process that times models: started by `measureSpeeds`, ends with its parent. Prints nothing. */
import { rm, writeFile } from "node:fs/promises";
import type { LocatedModel } from "../models/located-model.ts";
import { openSession, Tensor } from "../onnx-runtime.ts";
import { layersFile } from "./layer-graph.ts";
import type { SpeedReply, SpeedRequest, TowerShape } from "./measure-speeds.ts";
import { openImageTower, openTextTower } from "./tower-session.ts";

const PICTURES = 2;
/** So many that their weights do not stay in the processor's cache from one run to the next, as those of a whole tower do not. */
const LAYERS = 3;
const QUESTION = "two dogs playing in the snow";
/** The quickest of these runs counts, since others use the machine too; slow models get fewer. */
const RUNS = 5;
const BUDGET_MS = 500;

async function quickest(run: () => Promise<unknown>): Promise<number> {
  await run();
  const begun = performance.now();
  let best = Number.POSITIVE_INFINITY;
  for (let count = 0; count < RUNS && performance.now() - begun < BUDGET_MS; count++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

async function towersSpeed(model: LocatedModel, threads: number): Promise<SpeedReply["speed"]> {
  const { size } = model.descriptor.image;
  const image = await openImageTower(model, { threads });
  const pixels = Array.from({ length: PICTURES }, () => new Float32Array(3 * size * size).fill(0.5));
  const pictureMs = (await quickest(() => image.embed(pixels))) / PICTURES;
  const text = await openTextTower(model, { threads });
  const questionMs = await quickest(() => text.embed([QUESTION]));
  return { picturesPerSecond: 1000 / pictureMs, questionMs, isEstimate: false };
}

/** By a few layers of random weights. What a tower does before and after its layers is a few percent. */
async function layersMs(shape: TowerShape, count: number, file: string, threads: number): Promise<number> {
  await writeFile(file, layersFile(shape, LAYERS));
  try {
    const session = await openSession(file, { threads });
    const data = new Float32Array(count * shape.tokens * shape.width).fill(0.1);
    const x = new Tensor("float32", data, [count, shape.tokens, shape.width]);
    return ((shape.layers / LAYERS) * (await quickest(() => session.run({ x })))) / count;
  } finally {
    await rm(file, { force: true });
  }
}

async function speedOf(request: SpeedRequest): Promise<SpeedReply["speed"]> {
  const { threads } = request;
  if ("model" in request) return towersSpeed(request.model, threads);
  const pictureMs = await layersMs(request.image, PICTURES, request.scratch, threads);
  const questionMs = await layersMs(request.text, 1, request.scratch, threads);
  return { picturesPerSecond: 1000 / pictureMs, questionMs, isEstimate: true };
}

process.once("disconnect", () => process.exit());
process.on("message", (request: SpeedRequest) => {
  const answer = (reply: SpeedReply) => process.connected && process.send?.(reply);
  speedOf(request).then(
    (speed) => answer({ speed }),
    () => answer({}),
  );
});
