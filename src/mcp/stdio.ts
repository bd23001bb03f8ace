import { Writable } from "node:stream";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { BoundedLines } from "./bounded-lines.ts";
import { connect } from "./connect.ts";
import { createServer } from "./server.ts";
import type { Service } from "./service.ts";

/** Longest line a client may send. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** For pending answers, after a client such as a shell pipe has closed stdin and still reads stdout. */
const DRAIN_MS = 10_000;

/** Serves one client on stdin and stdout until it disconnects or `signal` aborts. */
export async function serveStdio(service: Service, signal: AbortSignal): Promise<void> {
  const output = takeStdout();
  const input = new BoundedLines({
    maxBytes: MAX_MESSAGE_BYTES,
    onTooLong: (id) => output.write(`${JSON.stringify(tooLong(id))}\n`),
  });
  // One line at a time reaches it, so it holds at most one that is whole and one that is read.
  const transport = new StdioServerTransport(process.stdin.pipe(input), output, {
    maxBufferSize: 2 * MAX_MESSAGE_BYTES,
  });
  const server = createServer(service);
  const disconnected = new Promise<void>((resolve) => {
    server.onclose = resolve;
    input.once("end", () => {
      setTimeout(resolve, DRAIN_MS).unref();
      // An answer is written a few ticks after its work has ended.
      void service.queue.onIdle().then(() => setImmediate(resolve));
    });
    // The client's end of the pipe is gone.
    output.once("error", () => resolve());
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  await connect(server, transport);
  await disconnected;
  await server.close();
  process.stdin.unpipe(input).pause();
}

const tooLong = (id: number | string | null) => ({
  jsonrpc: "2.0",
  id,
  error: {
    code: ErrorCode.InvalidRequest,
    message: `A message holds at most ${MAX_MESSAGE_BYTES} bytes; this one was dropped.`,
  },
});

/**
 * The protocol owns stdout: from here on everything else that writes to it, such as a library's console.log,
 * goes to stderr. (Native code that could print runs in child processes, whose own stdout goes nowhere.)
 */
function takeStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const output = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      write(chunk, (error) => done(error));
    },
  });
  process.stdout.on("error", (error) => output.destroy(error));
  return output;
}
