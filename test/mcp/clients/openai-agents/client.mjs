import { MCPServerStdio, MCPServerStreamableHttp } from "@openai/agents";
import { answerOf, authorization, server } from "../client.mjs";

export const ways = ["stdio", "HTTP"];

export async function connect(way) {
  const { command, args, env, url } = server;
  const client =
    way === "stdio"
      ? new MCPServerStdio({ name: "glimpse", command, args, env })
      : new MCPServerStreamableHttp({ name: "glimpse", url, requestInit: { headers: authorization } });
  await client.connect();
  return {
    tools: async () => (await client.listTools()).map(({ name }) => name),
    // It gives the blocks alone, and an error as they are.
    call: async (name, args) => {
      const content = await client.callTool(name, args);
      return answerOf({ content: Array.isArray(content) ? content : [content] });
    },
    resources: async () => (await client.listResources?.())?.resources?.length,
    close: () => client.close(),
  };
}
