import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { answerOf, commandFile, server } from "../client.mjs";

const folder = fileURLToPath(new URL("./", import.meta.url));

export const ways = ["stdio"];

export async function connect() {
  const { command, args, env } = server;
  const port = await freePort();
  const options = ["--port", String(port), "--host", "127.0.0.1", "--", command, ...args];
  const proxy = spawn(process.execPath, [commandFile(folder, "mcp-proxy"), ...options], {
    env,
    stdio: "ignore",
  });
  const ended = once(proxy, "exit");
  const client = await connected(new URL(`http://127.0.0.1:${port}/mcp`), ended);
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) => answerOf(await client.callTool({ name, arguments: args })),
    resources: async () => (await client.listResources()).resources.length,
    close: async () => {
      await client.close();
      proxy.kill();
      await ended;
    },
  };
}

/** It says nothing when it listens. */
async function connected(url, ended) {
  for (let left = 100; ; left -= 1) {
    const client = new Client({ name: "behind mcp-proxy", version: "0" });
    try {
      await client.connect(new StreamableHTTPClientTransport(url));
      return client;
    } catch (error) {
      if (left === 0) throw error;
      await Promise.race([
        new Promise((resolve) => setTimeout(resolve, 200)),
        ended.then(() => Promise.reject(new Error("mcp-proxy ended"))),
      ]);
    }
  }
}

async function freePort() {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address();
  taken.close();
  await once(taken, "close");
  return port;
}
