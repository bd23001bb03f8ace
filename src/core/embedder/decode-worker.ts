/** One thread of the child's decoding: reads files and turns each into what is kept of the picture. */
import { parentPort, workerData } from "node:worker_threads";
import { configureDecoding, readPicture } from "../image/read-picture.ts";
import { imageId } from "../image-id.ts";
import type { ImageId } from "../types.ts";
import { compareBatch, PreparedPictures } from "./compare-batch.ts";
import { readPictureBytes } from "./picture-source.ts";
import type { DecodeRequest, DecodeResponse, DecodeSetup } from "./protocol.ts";
import { serializeError } from "./serialized-error.ts";

type ReadRequest = Extract<DecodeRequest, { kind: "read" }>;
type CompareRequest = Extract<DecodeRequest, { kind: "compare" }>;

const { recipe, limits }: DecodeSetup = workerData;
configureDecoding({ threads: 1 });
const prepared = new PreparedPictures(limits);

/** What is waited for before bytes are decoded. */
const decisions = new Map<number, (isWanted: boolean) => void>();

parentPort?.on("message", (request: DecodeRequest) => {
  const { requestId } = request;
  if (request.kind === "decision") {
    decisions.get(requestId)?.(request.isWanted);
    return;
  }
  const response = request.kind === "compare" ? compare(request) : read(request);
  response.then(respond, (error) => respond({ kind: "failed", requestId, error: serializeError(error) }));
});

async function read({ requestId, source, asks }: ReadRequest): Promise<DecodeResponse> {
  const bytes = await readPictureBytes(source, limits);
  const id = imageId(bytes);
  if (asks && !(await isWanted(requestId, id))) return { kind: "unwanted", requestId };
  return { kind: "read", requestId, read: await readPicture(bytes, recipe, limits, id) };
}

async function isWanted(requestId: number, id: ImageId): Promise<boolean> {
  const decision = new Promise<boolean>((resolve) => decisions.set(requestId, resolve));
  respond({ kind: "identified", requestId, id });
  return decision.finally(() => decisions.delete(requestId));
}

async function compare({ requestId, comparisons }: CompareRequest): Promise<DecodeResponse> {
  return { kind: "compared", requestId, compared: await compareBatch(comparisons, prepared) };
}

/** Pixels are transferred, not copied. */
function respond(message: DecodeResponse): void {
  const pixels = message.kind === "read" ? message.read.pixels.buffer : undefined;
  parentPort?.postMessage(message, pixels instanceof ArrayBuffer ? [pixels] : []);
}
