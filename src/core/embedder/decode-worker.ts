/** One thread of the child's decoding: reads files and turns each into what is kept of the picture. */
import { parentPort, workerData } from "node:worker_threads";
import { configureDecoding, readPicture } from "../image/read-picture.ts";
import { readPictureBytes } from "./picture-source.ts";
import type { DecodeRequest, DecodeResponse, DecodeSetup } from "./protocol.ts";
import { serializeError } from "./serialized-error.ts";

const { recipe, limits }: DecodeSetup = workerData;
configureDecoding({ threads: 1 });

parentPort?.on("message", ({ requestId, source }: DecodeRequest) => {
  decode(source).then(
    (read) => respond({ requestId, read }, read.pixels),
    (error) => respond({ requestId, error: serializeError(error) }),
  );
});

async function decode(source: DecodeRequest["source"]) {
  return readPicture(await readPictureBytes(source, limits), recipe, limits);
}

/** Pixels are transferred, not copied. */
function respond(message: DecodeResponse, pixels?: Float32Array): void {
  parentPort?.postMessage(message, pixels?.buffer instanceof ArrayBuffer ? [pixels.buffer] : []);
}
