/** The building process: started by `buildGraph`, ends when its parent does. Prints nothing. */
import { writeFile } from "node:fs/promises";
import type { Embedding } from "../types.ts";
import type { FromBuilder, ToBuilder } from "./build-protocol.ts";
import { Graph } from "./graph.ts";
import { loadHnswLibrary } from "./hnsw-library.ts";
import { PcaProjection } from "./pca-projection.ts";

const send = (message: FromBuilder): void => {
  if (process.connected) process.send?.(message);
};

let graph: Graph | undefined;

async function take(message: ToBuilder): Promise<void> {
  switch (message.kind) {
    case "begin":
      graph = await begin(message);
      return;
    case "add":
      for (const [i, vector] of rows(message.vectors, message.keys.length).entries()) {
        const key = message.keys[i];
        if (key !== undefined) begun().add(key, vector);
      }
      return;
    case "finish":
      await writeFile(message.axesPath, begun().sketch.axes);
      await begun().write(message.graphPath);
  }
}

async function begin(message: Extract<ToBuilder, { kind: "begin" }>): Promise<Graph> {
  const library = await loadHnswLibrary();
  if (!library) throw new Error("hnswlib-node is not installed");
  const { dimensions, sample, capacity } = message;
  const sketch = PcaProjection.fit(dimensions, rows(sample, sample.length / dimensions));
  return Graph.create(library, sketch, capacity);
}

function begun(): Graph {
  if (!graph) throw new Error("The first message must be `begin`.");
  return graph;
}

function rows(vectors: Float32Array, count: number): Embedding[] {
  const length = vectors.length / count;
  return Array.from({ length: count }, (_, i) => vectors.subarray(i * length, (i + 1) * length));
}

process.on("message", (message: ToBuilder) => {
  take(message).then(
    () => send({ kind: "ready" }),
    (error: unknown) => send({ kind: "failed", reason: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
