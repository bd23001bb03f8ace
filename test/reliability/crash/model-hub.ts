import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { contents } from "../../core/models/small-model.ts";

const PREFIX = "/someone/small/resolve/abc123/";
const PIECE = 20_000;

/** Serves the small model as a hub does, from the requested offset, in delayed chunks. */
export async function serveModel(): Promise<{ address: string; close: () => Promise<void> }> {
  const server = createServer(async (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const bytes = contents[(request.url ?? "").replace(PREFIX, "")]?.subarray(from);
    if (!bytes) return void response.writeHead(404).end();
    response.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length });
    for (let at = 0; at < bytes.length && !response.destroyed; at += PIECE) {
      response.write(bytes.subarray(at, at + PIECE));
      await pause(2);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
