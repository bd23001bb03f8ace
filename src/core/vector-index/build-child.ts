/** The build process: started by `buildGraph`, exits with its parent. Prints nothing. */
import { writeFile } from "node:fs/promises";
import type { Embedding } from "../types.ts";
import type { BuildMessage, BuildReply } from "./build-protocol.ts";
import { Graph } from "./graph.ts";
import { loadHnswLibrary } from "./hnsw-library.ts";
import { PcaProjection } from "./pca-projection.ts";

const send = (message: BuildReply): void => {
  if (process.connected) process.send?.(message);
};

let graph: Graph | undefined;

async function handle(message: BuildMessage): Promise<void> {
  switch (message.kind) {
    case "begin":
      graph = await begin(message);
      return;
    case "add":
      for (const [i, vector] of rows(message.vectors, message.keys.length).entries()) {
        const key = message.keys[i];
        if (key !== undefined) startedGraph().add(key, vector);
      }
      return;
    case "finish":
      await writeFile(message.componentsPath, startedGraph().projection.components);
      await startedGraph().write(message.graphPath);
  }
}

async function begin(message: Extract<BuildMessage, { kind: "begin" }>): Promise<Graph> {
  const library = await loadHnswLibrary();
  if (!library) throw new Error("hnswlib-node is not installed");
  const { dimensions, sample, capacity } = message;
  const projection = PcaProjection.fit(dimensions, rows(sample, sample.length / dimensions));
  return Graph.create(library, projection, capacity);
}

function startedGraph(): Graph {
  if (!graph) throw new Error("The first message must be `begin`.");
  return graph;
}

function rows(vectors: Float32Array, count: number): Embedding[] {
  const length = vectors.length / count;
  return Array.from({ length: count }, (_, i) => vectors.subarray(i * length, (i + 1) * length));
}

process.on("message", (message: BuildMessage) => {
  handle(message).then(
    () => send({ kind: "ready" }),
    (error: unknown) => send({ kind: "failed", reason: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
