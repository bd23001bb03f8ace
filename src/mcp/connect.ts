import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

/** Connects a session, and lets pass what some clients send and the SDK would refuse before any tool sees it. */
export async function connect(server: Server, transport: Transport): Promise<void> {
  // The SDK calls it with each message before it reads it.
  transport.onmessage = (message) => {
    if ("method" in message && message.params?.arguments === null) delete message.params.arguments;
  };
  await server.connect(transport);
}
