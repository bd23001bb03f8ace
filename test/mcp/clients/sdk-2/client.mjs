import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { answerOf, authorization, server } from "../client.mjs";

const MODES = { legacy: "legacy", auto: "auto", "2026-07-28": { pin: "2026-07-28" } };

export const ways = ["stdio", "HTTP"].flatMap((way) => Object.keys(MODES).map((mode) => `${way}, ${mode}`));

export async function connect(way) {
  const { command, args, env, url } = server;
  const [transport, mode] = way.split(", ");
  const client = new Client({ name: "sdk-2", version: "0" }, { versionNegotiation: { mode: MODES[mode] } });
  await client.connect(
    transport === "stdio"
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
