import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { authorization, server } from "../client.mjs";

export const ways = ["stdio", "HTTP"];

export async function connect(way) {
  const { command, args, env, url } = server;
  const client = new MultiServerMCPClient({
    mcpServers: {
      glimpse:
        way === "stdio"
          ? { transport: "stdio", command, args, env, stderr: "ignore" }
          : { transport: "http", url, headers: authorization },
    },
  });
  const tools = await client.getTools();
  return {
    tools: async () => tools.map(({ name }) => name),
    call: async (name, args) => {
      const call = { id: "1", name, args, type: "tool_call" };
      // What an agent puts before its model; a failed call is thrown.
      const message = await tools
        .find((tool) => tool.name === name)
        .invoke(call)
        .catch((error) => error);
      if (message instanceof Error) return { text: message.message, images: 0, isError: true };
      const { content, status } = message;
      const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
      return {
        text: blocks.map(({ text = "" }) => text).join("\n"),
        images: blocks.filter(({ type }) => /image/.test(type)).length,
        isError: status === "error",
      };
    },
    resources: async () => Object.values(await client.listResources()).flat().length,
    close: () => client.close(),
  };
}
