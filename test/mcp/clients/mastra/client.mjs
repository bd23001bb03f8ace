import { MCPClient } from "@mastra/mcp";
import { answerOf, authorization, server } from "../client.mjs";

export const ways = ["stdio", "HTTP"];

export async function connect(way) {
  const { command, args, env, url } = server;
  const glimpse =
    way === "stdio"
      ? { command, args, env, stderr: "ignore" }
      : { url: new URL(url), requestInit: { headers: authorization } };
  const client = new MCPClient({ id: way, servers: { glimpse } });
  const tools = await client.listTools();
  return {
    tools: async () => Object.keys(tools).map((name) => name.replace(/^glimpse_/, "")),
    call: async (name, args) => {
      const given = await tools[`glimpse_${name}`].execute(args, {}).catch((error) => error);
      if (given instanceof Error) return { text: given.message, images: 0, isError: true };
      // Of an answer with data it gives that alone.
      return given.content ? answerOf(given) : { text: JSON.stringify(given), images: 0, isError: false };
    },
    resources: async () => (await client.resources.list()).glimpse.length,
    close: () => client.disconnect(),
  };
}
