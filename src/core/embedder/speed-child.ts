/** The process that times models: started by `measureSpeeds`, ends with its parent. Prints nothing. */
import type { LocatedModel } from "../models/located-model.ts";
import { type InferenceSession, openSession, Tensor } from "../onnx-runtime.ts";
import { type LayerShape, layersFile } from "./layer-graph.ts";
import type { SpeedReply, SpeedRequest, TowerShape } from "./measure-speeds.ts";
import { openImageTower, openTextTower } from "./tower-session.ts";

const PICTURES = 2;
/** So many that their weights do not stay in the processor's cache from one run to the next, as those of a whole tower do not. */
const LAYERS = 3;
const QUESTION = "two dogs playing in the snow";
/** The quickest of these runs counts, since others use the machine too; slow models get fewer. */
const RUNS = 3;
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

/** Many models are built of the same layers. */
const layers = new Map<string, Promise<InferenceSession>>();

function openLayers({ width, hidden, heads }: LayerShape, threads: number): Promise<InferenceSession> {
  const key = `${width} ${hidden} ${heads}`;
  const opened = layers.get(key) ?? openSession(layersFile({ width, hidden, heads }, LAYERS), { threads });
  layers.set(key, opened);
  return opened;
}

/** By shape and number of inputs. */
const timed = new Map<string, number>();

/** By a few layers of random weights. What a tower does before and after its layers is a few percent. */
async function layersMs(shape: TowerShape, count: number, threads: number): Promise<number> {
  const { tokens, width } = shape;
  const key = `${count} ${JSON.stringify(shape)}`;
  const known = timed.get(key);
  if (known !== undefined) return known;
  const session = await openLayers(shape, threads);
  const x = new Tensor("float32", new Float32Array(count * tokens * width).fill(0.1), [count, tokens, width]);
  const ms = ((shape.layers / LAYERS) * (await quickest(() => session.run({ x })))) / count;
  timed.set(key, ms);
  return ms;
}

async function speedOf(request: SpeedRequest): Promise<SpeedReply["speed"]> {
  const { threads } = request;
  if ("model" in request) return towersSpeed(request.model, threads);
  const pictureMs = await layersMs(request.image, PICTURES, threads);
  const questionMs = await layersMs(request.text, 1, threads);
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
