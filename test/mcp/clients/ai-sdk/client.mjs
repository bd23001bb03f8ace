import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioTransport } from "@ai-sdk/mcp/mcp-stdio";
import { answerOf, authorization, server } from "../client.mjs";

export const ways = ["stdio", "HTTP"];

export async function connect(way) {
  const { command, args, env, url } = server;
  const client = await createMCPClient({
    transport:
      way === "stdio"
        ? new StdioTransport({ command, args, env, stderr: "ignore" })
        : { type: "http", url, headers: authorization },
  });
  const tools = await client.tools();
  return {
    tools: async () => Object.keys(tools),
    call: async (name, args) => answerOf(await tools[name].execute(args, { toolCallId: "1", messages: [] })),
    resources: async () => (await client.listResources()).resources.length,
    close: () => client.close(),
  };
}
