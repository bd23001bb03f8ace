import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { answerOf, authorization, server } from "../client.mjs";

export const ways = ["stdio", "HTTP"];

export async function connect(way) {
  const { command, args, env, url } = server;
  const client = new Client({ name: "sdk-1", version: "0" });
  await client.connect(
    way === "stdio"
      ? new StdioClientTransport({ command, args, env, stderr: "ignore" })
      : new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: authorization } }),
  );
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) => answerOf(await client.callTool({ name, arguments: args })),
    resources: async () => (await client.listResources()).resources.length,
    close: () => client.close(),
  };
}
