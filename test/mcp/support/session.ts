import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { CallToolResultSchema, type ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import { onTestFinished } from "vitest";
import type { McpLibrary } from "../../../src/mcp/library-port.ts";
import { createServer } from "../../../src/mcp/server.ts";
import { Service, type ServiceOptions } from "../../../src/mcp/service.ts";

/** Built by the global setup. */
const GALLERY_FILE = join(import.meta.dirname, "../../../dist/mcp/gallery.html");

export interface Session {
  readonly client: Client;
  readonly service: Service;
  /** Lines for the operator. */
  readonly log: string[];
  /** Calls a tool; gives the joined text, the data and the rest of the result. */
  readonly call: (name: string, args?: Record<string, unknown>) => Promise<ToolResult>;
}

export interface ToolResult {
  readonly text: string;
  readonly data: Record<string, unknown> | undefined;
  readonly isError: boolean;
  readonly content: readonly { readonly type: string }[];
}

/** The SDK's own client, connected in memory to a server over this library; closed when the test ends. */
export async function startSession(
  library: McpLibrary & { close(): Promise<void> },
  options: Partial<ServiceOptions> = {},
  capabilities: ClientCapabilities = {},
): Promise<Session> {
  const log: string[] = [];
  const service = new Service({
    version: "0.0.0-test",
    folders: [],
    includeDiscord: false,
    galleryFile: GALLERY_FILE,
    allowIndex: true,
    openLibrary: async () => library,
    log: (line) => log.push(line),
    ...options,
  });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const server = createServer(service);
  const client = new Client({ name: "test", version: "0" }, { capabilities });
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  onTestFinished(async () => {
    await client.close();
    await service.close();
  });
  return { client, service, log, call: (name, args) => callTool(client, name, args) };
}

export async function callTool(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
): Promise<ToolResult> {
  const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
  const text = result.content.flatMap((block) => (block.type === "text" ? block.text : [])).join("\n");
  const { structuredContent: data, isError = false, content } = result;
  return { text, data, isError, content };
}
