/** One thread of the child's decoding: reads files and turns them into what is kept of a picture. */
import { parentPort, workerData } from "node:worker_threads";
import { readPicture, tuneDecoding } from "../image/read-picture.ts";
import { readPictureBytes } from "./picture-bytes.ts";
import type { DecodeRequest, DecodeResponse, DecodeSetup } from "./protocol.ts";
import { serializeError } from "./serialized-error.ts";

const { recipe, limits }: DecodeSetup = workerData;
tuneDecoding({ threads: 1 });

parentPort?.on("message", ({ ticket, source }: DecodeRequest) => {
  decode(source).then(
    (read) => answer({ ticket, read }, read.pixels),
    (error) => answer({ ticket, refusal: serializeError(error) }),
  );
});

async function decode(source: DecodeRequest["source"]) {
  return readPicture(await readPictureBytes(source, limits), recipe, limits);
}

/** Pixels change hands without being copied. */
function answer(message: DecodeResponse, pixels?: Float32Array): void {
  parentPort?.postMessage(message, pixels?.buffer instanceof ArrayBuffer ? [pixels.buffer] : []);
}
