import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { scriptArguments } from "../../support/start-script.ts";

/** Command line that starts a script of this folder. */
export const commandOf = (file: string, ...args: string[]): { command: string; args: string[] } => ({
  command: process.execPath,
  args: [...scriptArguments(new URL(file, import.meta.url)), ...args],
});

export interface SpawnedServer {
  readonly child: ChildProcessWithoutNullStreams;
  /** Every line on stdout so far. */
  readonly lines: string[];
  readonly send: (message: object | string) => void;
  /** The response to the request of this id. */
  readonly response: (id: number) => Promise<{ result?: Record<string, unknown>; error?: { code: number } }>;
  /** Resolves to exit code and signal. */
  readonly exited: Promise<unknown[]>;
}

/** A server process spoken to line by line, without any client library. */
export function spawnServer(file: string, ...args: string[]): SpawnedServer {
  const line = commandOf(file, ...args);
  const child = spawn(line.command, line.args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stderr.resume();
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout }).on("line", (text) => lines.push(text));
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const parsed = () => lines.flatMap((text) => (text.startsWith("{") ? [JSON.parse(text)] : []));
  const response = async (id: number) => {
    for (;;) {
      const found = parsed().find((message) => message.id === id);
      if (found) return found;
      await Promise.race([
        once(reader, "line"),
        exited.then(() => Promise.reject(new Error("the server ended"))),
      ]);
    }
  };
  const send = (message: object | string) =>
    void child.stdin.write(`${typeof message === "string" ? message : JSON.stringify(message)}\n`);
  return { child, lines, send, response, exited };
}

export const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "0" } },
};

export const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
