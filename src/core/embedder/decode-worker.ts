/** One thread of the child's decoding: reads files and turns each into what is kept of the picture. */
import { parentPort, workerData } from "node:worker_threads";
import { configureDecoding, readPicture } from "../image/read-picture.ts";
import type { PictureSource } from "../ports.ts";
import { compareBatch } from "./compare-batch.ts";
import { readPictureBytes } from "./picture-source.ts";
import type { ComparisonBatch, DecodeRequest, DecodeResponse, DecodeSetup } from "./protocol.ts";
import { serializeError } from "./serialized-error.ts";

const { recipe, limits }: DecodeSetup = workerData;
configureDecoding({ threads: 1 });

parentPort?.on("message", (request: DecodeRequest) => {
  const { requestId } = request;
  const response = "comparisons" in request ? compare(request.comparisons) : decode(request.source);
  response.then(
    (done) => respond({ requestId, ...done }),
    (error) => respond({ requestId, error: serializeError(error) }),
  );
});

async function decode(source: PictureSource) {
  return { read: await readPicture(await readPictureBytes(source, limits), recipe, limits) };
}

async function compare(comparisons: ComparisonBatch) {
  return { compared: await compareBatch(comparisons, limits) };
}

/** Pixels are transferred, not copied. */
function respond(message: DecodeResponse): void {
  const pixels = message.read?.pixels.buffer;
  parentPort?.postMessage(message, pixels instanceof ArrayBuffer ? [pixels] : []);
}
