/** A thread that lays pictures out: see layout-protocol.ts. */
import { parentPort } from "node:worker_threads";
import type { Embedding } from "../types.ts";
import { Landmarks } from "./landmarks.ts";
import { layOut } from "./lay-out.ts";
import type { LandmarkMessage, LayoutMessage, LayoutReply } from "./layout-protocol.ts";
import { placeAmong } from "./place-among.ts";

const reply = (message: LayoutReply): void => parentPort?.postMessage(message);

let known: { readonly landmarks: Landmarks; readonly places: Float32Array; readonly dimensions: number };

parentPort?.on("message", (message: LayoutMessage) => {
  if (message.kind === "landmarks") {
    known = begin(message);
    reply({ kind: "places", places: known.places });
    return;
  }
  const { landmarks, places, dimensions } = known;
  const placed = rows(message.vectors, dimensions).flatMap((vector) => placeAmong(landmarks, places, vector));
  reply({ kind: "places", places: Float32Array.from(placed) });
});

function begin({ dimensions, vectors, places }: LandmarkMessage): typeof known {
  const landmarks = new Landmarks(rows(vectors, dimensions));
  const onRound = (done: number, total: number) => reply({ kind: "round", done, total });
  return { landmarks, places: places ?? layOut(landmarks, onRound), dimensions };
}

const rows = (vectors: Float32Array, dimensions: number): Embedding[] =>
  Array.from({ length: vectors.length / dimensions }, (_, at) =>
    vectors.subarray(at * dimensions, (at + 1) * dimensions),
  );
