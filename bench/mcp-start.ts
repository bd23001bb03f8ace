/**
 * How long a client waits from starting `glimpse mcp` to its response to tools/list, compared with a server with one
 * empty tool on the same SDK. Build first. Usage: npx tsx bench/mcp-start.ts [path of main.js]
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const RUNS = 15;
const AIM = 1.5;

const root = fileURLToPath(new URL("..", import.meta.url));
const main = process.argv[2] ?? `${root}dist/cli/main.js`;

const emptyServer = `
  import { McpServer } from "@modelcontextprotocol/server";
  import { serveStdio } from "@modelcontextprotocol/server/stdio";
  serveStdio(() => {
    const server = new McpServer({ name: "empty", version: "0" });
    server.registerTool("nothing", { description: "Does nothing" }, () => ({ content: [] }));
    return server;
  });
`;

const messages = [
  {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "0" } },
  },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
];

/** Milliseconds from spawn to the complete response to tools/list. */
function startTime(args: readonly string[]): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (JSON.parse(line).id !== 2) return;
      resolve(performance.now() - begin);
      child.stdin.end();
    });
    for (const message of messages) child.stdin.write(`${JSON.stringify(message)}\n`);
  });
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

async function measure(): Promise<{ ours: number[]; empty: number[] }> {
  const ours: number[] = [];
  const empty: number[] = [];
  // Alternating, so that a load spike affects both; the first pair warms the disk cache.
  for (let run = 0; run <= RUNS; run++) {
    const times = [
      await startTime([main, "mcp"]),
      await startTime(["--input-type=module", "-e", emptyServer]),
    ] as const;
    if (run === 0) continue;
    ours.push(times[0]);
    empty.push(times[1]);
  }
  return { ours, empty };
}

if (!existsSync(main)) throw new Error(`${main} is not there. Run \`npm run build\` first.`);
const { ours, empty } = await measure();
const ratio = median(ours) / median(empty);
console.log(`start to tools/list, median of ${RUNS}: glimpse mcp ${median(ours).toFixed(0)} ms,`);
console.log(
  `an empty server on the same SDK ${median(empty).toFixed(0)} ms: ${ratio.toFixed(2)} times (aim ${AIM}).`,
);
