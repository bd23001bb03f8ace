/** One thread of the child's decoding: reads files and turns them into what is kept of a picture. */
import { parentPort, workerData } from "node:worker_threads";
import { readPicture, tuneDecoding } from "../image/read-picture.ts";
import { bytesOf } from "./picture-bytes.ts";
import type { DecodeAnswer, DecodeQuestion, DecodeSetup } from "./protocol.ts";
import { toRefusal } from "./refusal.ts";

const { recipe, limits }: DecodeSetup = workerData;
tuneDecoding({ threads: 1 });

parentPort?.on("message", ({ ticket, source }: DecodeQuestion) => {
  decode(source).then(
    (read) => answer({ ticket, read }, read.pixels),
    (error) => answer({ ticket, refusal: toRefusal(error) }),
  );
});

async function decode(source: DecodeQuestion["source"]) {
  return readPicture(await bytesOf(source, limits), recipe, limits);
}

/** Pixels change hands without being copied. */
function answer(message: DecodeAnswer, pixels?: Float32Array): void {
  parentPort?.postMessage(message, pixels?.buffer instanceof ArrayBuffer ? [pixels.buffer] : []);
}
