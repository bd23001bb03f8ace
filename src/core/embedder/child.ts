/** The embedding process: started by `EmbeddingChild`, ends when its parent does. Prints nothing. */

import { measurePicture } from "../image/picture-quality.ts";
import type { LocatedModel } from "../models/located-model.ts";
import { openTextEngine } from "../ocr/text-engine.ts";
import type { ImageId, ImageRecipe } from "../types.ts";
import { checkModel } from "./check-model.ts";
import { DecoderPool } from "./decoder-pool.ts";
import { DeviceTower } from "./device-tower.ts";
import { minimumAgreement } from "./devices.ts";
import { goldenPictures } from "./golden-pictures.ts";
import { ImagePipeline } from "./image-pipeline.ts";
import { PictureReader } from "./picture-reader.ts";
import { inspectPicture, readPictureBytes } from "./picture-source.ts";
import { PriorityMutex } from "./priority-mutex.ts";
import type { ChildMessage, ChildRequest, OpenRequest } from "./protocol.ts";
import { renderPicture } from "./render-picture.ts";
import { serializeError } from "./serialized-error.ts";
import { embedTexts, openImageTower, openTextTower } from "./tower-session.ts";

const send = (message: ChildMessage): void => {
  if (process.connected) process.send?.(message);
};

/** Resolves when the parent will receive it, whatever becomes of this process. */
const sent = (message: ChildMessage) =>
  new Promise<void>((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });

/** Opens on first use. A failure rejects that call, and the next one tries again. */
function lazily<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opening: Promise<Value> | undefined;
  return () => {
    opening ??= open().catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}

/** While one picture of a thread is in the native decoder, the thread resamples the other. */
const DECODING_PER_THREAD = 2;

function recipeOf({ descriptor }: LocatedModel): ImageRecipe {
  const { size, resize, fill, interpolation, alpha, mean, std } = descriptor.image;
  return { size, resize, fill, interpolation, alpha, mean, std };
}

function serve({
  model,
  limits,
  tuning,
  devices,
  deviceAsked,
}: OpenRequest): (message: ChildRequest) => Promise<void> {
  const inference = new PriorityMutex();
  const recipe = recipeOf(model);
  const decoders = new DecoderPool({ recipe, limits }, tuning.decoders);
  const imageTower = new DeviceTower({
    devices,
    asked: deviceAsked,
    open: (device) => openImageTower(model, { threads: tuning.threads, device }),
    golden: () => goldenPictures(recipe),
    leastCosine: minimumAgreement(model.variant),
    cpuBatch: tuning.batch,
    onTry: (device) => sent({ kind: "trying", device }),
    onFound: (found) => send({ kind: "device", found, rss: process.memoryUsage.rss() }),
  });
  const textTower = lazily(() => openTextTower(model, { threads: tuning.threads }));
  const pipeline = new ImagePipeline({
    decoders: DECODING_PER_THREAD * tuning.decoders,
    read: (source, isWanted, requestId) =>
      decoders.read(source, isWanted, () => send({ kind: "reading", requestId })),
    tower: imageTower,
    runExclusive: (run) => inference.runExclusive(run),
  });
  const reader = new PictureReader({
    limits,
    openEngine: (readers, runExclusive) => openTextEngine(readers, tuning.threads, runExclusive),
    runExclusive: (run) => inference.runExclusive(run),
    onRun: () => send({ kind: "reading" }),
  });

  const decisions = new Map<number, (isWanted: boolean) => void>();
  const ask = (requestId: number, id: ImageId) =>
    new Promise<boolean>((resolve) => {
      decisions.set(requestId, resolve);
      send({ kind: "identified", requestId, id });
    });

  return async (message) => {
    switch (message.kind) {
      case "picture": {
        const { requestId, source, asks } = message;
        let unwanted = "";
        const isWanted = async (id: ImageId) => {
          unwanted = id;
          return ask(requestId, id);
        };
        const embedded = await pipeline
          .embed(requestId, source, asks ? isWanted : undefined)
          .finally(() => decisions.delete(requestId));
        if (!embedded) return send({ kind: "unwanted", requestId, id: unwanted });
        return send({ kind: "picture", requestId, ...embedded, rss: process.memoryUsage.rss() });
      }
      case "decision":
        return decisions.get(message.requestId)?.(message.isWanted);
      case "render": {
        const rendered = await renderPicture(message.rendering, limits);
        return send({ kind: "render", requestId: message.requestId, rendered });
      }
      case "inspect": {
        const inspected = await inspectPicture(message.source, limits);
        return send({ kind: "inspect", requestId: message.requestId, inspected });
      }
      case "measure": {
        const bytes = await readPictureBytes(message.source, limits);
        const measured = await measurePicture(bytes, limits);
        return send({ kind: "measure", requestId: message.requestId, measured });
      }
      case "compare": {
        const compared = await decoders.compare(message.comparisons);
        return send({ kind: "compare", requestId: message.requestId, compared });
      }
      case "read": {
        const { requestId } = message;
        const read = await reader.read(requestId, message);
        return send({ kind: "read", requestId, read, rss: process.memoryUsage.rss() });
      }
      case "texts": {
        const tower = await textTower();
        const answers = await inference.runExclusive(() => embedTexts(tower, message.texts), true);
        return send({ kind: "texts", requestId: message.requestId, answers });
      }
      case "checks": {
        const results = await checkModel(model, { imageTower, textTower });
        return send({ kind: "checks", requestId: message.requestId, results });
      }
      case "choose": {
        await inference.runExclusive(() => imageTower.choose());
        return send({ kind: "chosen", requestId: message.requestId });
      }
      case "cancel":
        reader.cancel(message.requestId);
        return pipeline.cancel(message.requestId);
      case "open":
        return;
    }
  };
}

process.once("disconnect", () => process.exit());
process.once("message", (opening: OpenRequest) => {
  const handle = serve(opening);
  process.on("message", (message: ChildRequest) => {
    handle(message).catch((error) => {
      if ("requestId" in message)
        send({ kind: "failed", requestId: message.requestId, error: serializeError(error) });
    });
  });
  send({ kind: "ready" });
});
