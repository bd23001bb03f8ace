import { Writable } from "node:stream";
import { ProtocolErrorCode } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio as serve } from "@modelcontextprotocol/server/stdio";
import { BoundedLines } from "./bounded-lines.ts";
import { repairMessage } from "./repair-message.ts";
import { createServer } from "./server.ts";
import type { Service } from "./service.ts";
import { untrusted } from "./untrusted-text.ts";

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
  const disconnected = new Promise<void>((resolve) => {
    process.stdin.once("end", () => {
      setTimeout(resolve, DRAIN_MS).unref();
      // What was read with the end is a call a few ticks later, and an answer is written a few after its work has ended.
      setImmediate(() => void service.queue.onIdle().then(() => setImmediate(resolve)));
    });
    // The client's end of the pipe is gone.
    output.once("error", () => resolve());
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  const transport = new ForgivingTransport(input, output, {
    // One line at a time reaches it, so it holds at most one that is whole and one that is read.
    maxBufferSize: 2 * MAX_MESSAGE_BYTES,
  });
  const connection = serve(() => createServer(service), {
    transport,
    onerror: (error) => service.log(`protocol: ${untrusted(error.message, 300)}`),
  });
  // Its end is kept from the transport, which would give up pending calls.
  process.stdin.pipe(input, { end: false });
  await disconnected;
  await connection.close();
  process.stdin.unpipe(input).pause();
}

class ForgivingTransport extends StdioServerTransport {
  /** By then the SDK has put its reader here. */
  override start(): Promise<void> {
    const read = this.onmessage;
    this.onmessage = (message) => {
      repairMessage(message);
      read?.(message);
    };
    return super.start();
  }
}

const tooLong = (id: number | string | null) => ({
  jsonrpc: "2.0",
  id,
  error: {
    code: ProtocolErrorCode.InvalidRequest,
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
