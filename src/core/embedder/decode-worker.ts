/** One thread of the child's decoding: reads files and turns each into what is kept of the picture. */
import { parentPort, workerData } from "node:worker_threads";
import { readFilm } from "../image/film/read-film.ts";
import { configureDecoding, readPicture } from "../image/read-picture.ts";
import { imageId } from "../image-id.ts";
import type { ImageId } from "../types.ts";
import { compareBatch, PreparedPictures } from "./compare-batch.ts";
import { openSource, withFilm } from "./picture-source.ts";
import { PriorityMutex } from "./priority-mutex.ts";
import type { DecodeRequest, DecodeResponse, DecodeSetup } from "./protocol.ts";
import { serializeError } from "./serialized-error.ts";

type ReadRequest = Extract<DecodeRequest, { kind: "read" }>;
type CompareRequest = Extract<DecodeRequest, { kind: "compare" }>;

const { recipe, limits }: DecodeSetup = workerData;
configureDecoding({ threads: 1 });
const prepared = new PreparedPictures(limits);
/** Programs of their own decode films: one at a time for each thread. */
const films = new PriorityMutex();

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
  const opened = await openSource(source, limits);
  const onProgress = () => tellProgress(requestId);
  if (opened.kind === "film") {
    return withFilm(opened, async (film): Promise<DecodeResponse> => {
      if (asks && !(await isWanted(requestId, film.id))) return { kind: "unwanted", requestId };
      const read = await films.runExclusive(() => readFilm(film, { recipe, limits, onProgress }));
      return { kind: "read", requestId, read };
    });
  }
  const { bytes, path } = opened;
  const id = imageId(bytes);
  if (asks && !(await isWanted(requestId, id))) return { kind: "unwanted", requestId };
  return {
    kind: "read",
    requestId,
    read: await readPicture(bytes, recipe, limits, { id, path, onProgress }),
  };
}

const PROGRESS_EVERY_MS = 1000;
let lastProgress = 0;

/** Whoever waits is told that this one takes long and is not stuck. */
function tellProgress(requestId: number): void {
  if (Date.now() - lastProgress < PROGRESS_EVERY_MS) return;
  lastProgress = Date.now();
  respond({ kind: "progress", requestId });
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
  const read = message.kind === "read" ? [message.read, ...(message.read.parts ?? [])] : [];
  const buffers = read.map(({ pixels }) => pixels.buffer);
  parentPort?.postMessage(
    message,
    buffers.filter((buffer) => buffer instanceof ArrayBuffer),
  );
}
