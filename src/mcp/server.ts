import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  type ContentBlock,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type ServerNotification,
  type ServerRequest,
  type ToolAnnotations,
} from "@modelcontextprotocol/sdk/types.js";
import { GlimpseError, type Progress } from "../core/index.ts";
import { ToolCalls } from "./call-tool.ts";
import { expectedOr } from "./error-text.ts";
import { APPS_EXTENSION, ofGalleryOnly, shownInGallery, showsGallery } from "./gallery.ts";
import { Heartbeat } from "./heartbeat.ts";
import { instructions } from "./instructions.ts";
import { allPrompts } from "./prompts.ts";
import { completeId, listResources, readResource, resourceTemplates } from "./resources.ts";
import type { Service } from "./service.ts";
import type { Block, Tool } from "./tool.ts";
import { toolsFor } from "./tools/index.ts";
import { untrusted } from "./untrusted-text.ts";

/** From the protocol's list of error codes; the SDK has no name for it. */
const RESOURCE_NOT_FOUND = -32002;
/** The protocol's limit for one completion. */
const MAX_COMPLETIONS = 100;

/**
 * One session's protocol side, and the only file that knows the protocol. It uses the low-level server because tools
 * bring their own schemas and the list of pictures is paged.
 */
export function createServer(service: Service): Server {
  const server = new Server(
    { name: "glimpse", title: "Glimpse", version: service.version },
    {
      instructions: instructions(service),
      capabilities: {
        tools: {},
        resources: {},
        prompts: {},
        completions: {},
        extensions: { [APPS_EXTENSION]: {} },
      },
    },
  );
  server.onerror = (error) => service.log(`protocol: ${untrusted(error.message, 300)}`);
  serveTools(server, service);
  serveResources(server, service);
  servePrompts(server);
  return server;
}

function serveTools(server: Server, service: Service): void {
  const hasGallery = () => showsGallery(server.getClientCapabilities());
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: toolsFor(service, hasGallery()).map((tool) => toolListing(tool, hasGallery())),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: args } }, extra) => {
    const { signal } = extra;
    const calls = new ToolCalls(service, toolsFor(service, hasGallery()));
    const { blocks, data, isError } = await calls.call({ name, args, signal, progress: progressOf(extra) });
    const content = blocks.map(contentBlock);
    return data === undefined ? { content, isError } : { content, isError, structuredContent: { ...data } };
  });
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Undefined when the client requested no progress. */
function progressOf({ _meta, sendNotification }: Extra): ((progress: Progress) => void) | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return ({ stage, done, total }) => {
    const params = { progressToken, progress: done, message: stage, ...(total && { total }) };
    sendNotification({ method: "notifications/progress", params }).catch(() => {});
  };
}

function toolListing(tool: Tool, hasGallery: boolean) {
  const { name, title, description, readOnly, inGallery, inputSchema } = tool;
  // The two others say something of tools that change something only.
  const annotations: ToolAnnotations = readOnly
    ? { readOnlyHint: true, openWorldHint: false }
    : { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false };
  return {
    name,
    title,
    description,
    inputSchema: { ...withoutLengths(inputSchema), type: "object" as const },
    annotations,
    ...(hasGallery && inGallery && { _meta: inGallery === "only" ? ofGalleryOnly : shownInGallery }),
  };
}

/** No model counts letters: what is too long is refused in words, and the bounds would be an eighth of the list. */
function withoutLengths(schema: Tool["inputSchema"]): Tool["inputSchema"] {
  return JSON.parse(
    JSON.stringify(schema, (name, value) =>
      ["minLength", "maxLength", "minItems"].includes(name) && typeof value === "number" ? undefined : value,
    ),
  );
}

function contentBlock(block: Block): ContentBlock {
  return block.kind === "text"
    ? { type: "text", text: block.text }
    : { type: "image", data: base64(block.bytes), mimeType: block.mimeType };
}

function serveResources(server: Server, service: Service): void {
  server.setRequestHandler(ListResourcesRequestSchema, async ({ params }) => {
    const hasGallery = showsGallery(server.getClientCapabilities());
    const listing = listResources(service, { cursor: params?.cursor, hasGallery });
    const entries = await orProtocolError(service, listing);
    const resources = entries.map(({ bytes, ...entry }) => ({ ...entry, ...(bytes && { size: bytes }) }));
    return { resources };
  });
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: resourceTemplates.map((template) => ({ ...template })),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }, extra) => {
    const heartbeat = new Heartbeat("Reading", progressOf(extra));
    const reading = readResource(service, params.uri).finally(() => heartbeat.stop());
    const { uri, mimeType, _meta, ...rest } = await orProtocolError(service, reading, RESOURCE_NOT_FOUND);
    const content = "text" in rest ? { text: rest.text } : { blob: base64(rest.bytes) };
    return { contents: [{ uri, mimeType, ...content, ...(_meta && { _meta }) }] };
  });
  server.setRequestHandler(CompleteRequestSchema, async ({ params: { ref, argument } }) => {
    const values =
      ref.type === "ref/resource"
        ? await orProtocolError(service, completeId(service, argument.value))
        : await orProtocolError(service, completeArgument(service, ref.name, argument));
    return {
      completion: {
        values: values.slice(0, MAX_COMPLETIONS),
        total: values.length,
        hasMore: values.length > MAX_COMPLETIONS,
      },
    };
  });
}

function servePrompts(server: Server): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: allPrompts.map(({ name, title, description, arguments: args }) => ({
      name,
      title,
      description,
      arguments: args.map(({ complete: _, ...argument }) => argument),
    })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params: { name, arguments: args = {} } }) => {
    const prompt = allPrompts.find((one) => one.name === name);
    if (!prompt) {
      const names = allPrompts.map((one) => one.name).join(", ");
      throw new McpError(ErrorCode.InvalidParams, `There is no such prompt. Prompts: ${names}.`);
    }
    const missing = prompt.arguments.find(({ name: key, required }) => required && !args[key]);
    if (missing) throw new McpError(ErrorCode.InvalidParams, `The prompt needs "${missing.name}".`);
    return {
      description: prompt.description,
      messages: [{ role: "user" as const, content: { type: "text" as const, text: prompt.text(args) } }],
    };
  });
}

async function completeArgument(
  service: Service,
  promptName: string,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<readonly string[]> {
  const prompt = allPrompts.find((one) => one.name === promptName);
  const complete = prompt?.arguments.find((one) => one.name === name)?.complete;
  if (!complete) return [];
  const values = await complete(service, await service.library());
  return values.filter((one) => one.toLowerCase().includes(value.toLowerCase()));
}

/** Failures of lists and resources become protocol errors; details of defects go to the log only. */
async function orProtocolError<Value>(
  service: Service,
  work: Promise<Value>,
  code: number = ErrorCode.InvalidParams,
): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    const message = expectedOr(
      error,
      "Something went wrong inside Glimpse; its log on stderr has the details.",
    );
    if (error instanceof GlimpseError) throw new McpError(code, message);
    service.log(`a resource failed: ${error instanceof Error ? error.stack : String(error)}`);
    throw new McpError(ErrorCode.InternalError, message);
  }
}

const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
