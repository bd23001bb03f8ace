/** The embedding process: started by `EmbeddingChild`, ends when its parent does. Prints nothing. */
import type { LocatedModel } from "../models/located-model.ts";
import type { ImageRecipe } from "../types.ts";
import { checkModel } from "./check-model.ts";
import { datePicture } from "./date-picture.ts";
import { DecoderPool } from "./decoder-pool.ts";
import { drawPicture } from "./draw-picture.ts";
import { ImagePipeline } from "./image-pipeline.ts";
import { PriorityMutex } from "./priority-mutex.ts";
import type { ChildMessage, ChildOptions, ChildRequest } from "./protocol.ts";
import { serializeError } from "./serialized-error.ts";
import { embedTexts, openImageTower, openTextTower } from "./tower-session.ts";

const send = (message: ChildMessage): void => {
  if (process.connected) process.send?.(message);
};

/** Opens on first need; a failure is told to whoever asked and tried again by the next. */
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
  const { size, resize, interpolation, mean, std } = descriptor.image;
  return { size, resize, interpolation, mean, std };
}

function serve({ model, limits, tuning }: ChildOptions): (message: ChildRequest) => Promise<void> {
  const turns = new PriorityMutex();
  const decoders = new DecoderPool({ recipe: recipeOf(model), limits }, tuning.decoders);
  const imageTower = lazily(() => openImageTower(model, tuning.threads));
  const textTower = lazily(() => openTextTower(model, tuning.threads));
  const pictures = new ImagePipeline({
    batch: tuning.batch,
    decoders: DECODING_PER_THREAD * tuning.decoders,
    read: (source) => decoders.read(source),
    tower: imageTower,
    takeTurn: (run) => turns.runExclusive(run),
  });

  return async (message) => {
    switch (message.kind) {
      case "picture": {
        const { ticket, source } = message;
        const embedded = await pictures.embed(ticket, source);
        return send({ kind: "picture", ticket, ...embedded, rss: process.memoryUsage.rss() });
      }
      case "render": {
        const rendered = await drawPicture(message.rendering, limits);
        return send({ kind: "render", ticket: message.ticket, rendered });
      }
      case "date": {
        const dated = await datePicture(message.source, limits);
        return send({ kind: "date", ticket: message.ticket, dated });
      }
      case "texts": {
        const tower = await textTower();
        const answers = await turns.runExclusive(() => embedTexts(tower, message.texts), true);
        return send({ kind: "texts", ticket: message.ticket, answers });
      }
      case "checks": {
        const results = await checkModel(model, { imageTower, textTower });
        return send({ kind: "checks", ticket: message.ticket, results });
      }
      case "cancel":
        return pictures.cancel(message.ticket);
      case "open":
        return;
    }
  };
}

process.once("disconnect", () => process.exit());
process.once("message", (opening: ChildOptions) => {
  const answer = serve(opening);
  process.on("message", (message: ChildRequest) => {
    answer(message).catch((error) => {
      if ("ticket" in message)
        send({ kind: "refused", ticket: message.ticket, refusal: serializeError(error) });
    });
  });
  send({ kind: "ready" });
});
