import {
  CLIENT_CAPABILITIES_META_KEY,
  type ContentBlock,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  Server,
  type ServerContext,
  type ToolAnnotations,
} from "@modelcontextprotocol/server";
import { GlimpseError, type Progress } from "../core/index.ts";
import { ToolCalls } from "./call-tool.ts";
import { expectedOr } from "./error-text.ts";
import { APPS_EXTENSION, galleryOnlyMeta, galleryToolMeta, showsGallery } from "./gallery.ts";
import { Heartbeat } from "./heartbeat.ts";
import { ICON } from "./icon.ts";
import { instructions } from "./instructions.ts";
import { allPrompts } from "./prompts.ts";
import { completeId, listResources, readResource, resourceTemplates } from "./resources.ts";
import type { Service } from "./service.ts";
import type { Block, Tool } from "./tool.ts";
import { toolsFor } from "./tools/index.ts";
import { untrusted } from "./untrusted-text.ts";

/** What only an update of the program changes. */
const FIXED = { ttlMs: 60 * 60 * 1000, cacheScope: "private" } as const;
/** The protocol's limit for one completion. */
const MAX_COMPLETIONS = 100;

/**
 * The protocol's side of one session, or of one request where the protocol has no sessions (from 2026-07-28 on), and the
 * only file that knows what is said in it. It uses the low-level server because tools bring their own schemas.
 */
export function createServer(service: Service): Server {
  const server = new Server(
    { name: "glimpse", title: "Glimpse", version: service.version, icons: [ICON] },
    {
      cacheHints: {
        "server/discover": FIXED,
        "tools/list": FIXED,
        "prompts/list": FIXED,
        "resources/templates/list": FIXED,
      },
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
  server.setRequestHandler("tools/list", (_request, context) => {
    const hasGallery = clientShowsGallery(server, context);
    return { tools: toolsFor(service, hasGallery).map((tool) => toolListing(tool, hasGallery)) };
  });
  server.setRequestHandler("tools/call", async ({ params: { name, arguments: args } }, context) => {
    const { signal } = context.mcpReq;
    const calls = new ToolCalls(service, toolsFor(service, clientShowsGallery(server, context)));
    const { blocks, data, isError } = await calls.call({ name, args, signal, progress: progressOf(context) });
    const content = blocks.map(contentBlock);
    return data === undefined ? { content, isError } : { content, isError, structuredContent: { ...data } };
  });
}

/** Without sessions each request says what its client can do; else the first did. */
const clientShowsGallery = (server: Server, { mcpReq: { envelope } }: ServerContext): boolean =>
  showsGallery(
    (envelope && Reflect.get(envelope, CLIENT_CAPABILITIES_META_KEY)) ?? server.getClientCapabilities(),
  );

/** Undefined when the client requested no progress. */
function progressOf({
  mcpReq: { _meta, notify },
}: ServerContext): ((progress: Progress) => void) | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return ({ stage, done, total }) => {
    const params = { progressToken, progress: done, message: stage, ...(total && { total }) };
    notify({ method: "notifications/progress", params }).catch(() => {});
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
    ...(hasGallery && inGallery && { _meta: inGallery === "only" ? galleryOnlyMeta : galleryToolMeta }),
  };
}

/** No model counts letters: what is too long is refused in words, and the bounds would be an eighth of the list. */
function withoutLengths(schema: Tool["inputSchema"]): Tool["inputSchema"] {
  return JSON.parse(
    JSON.stringify(schema, (name, value) =>
      typeof value === "number" && isIdle(name, value) ? undefined : value,
    ),
  );
}

/** Of a bound, whether no call comes near it. */
const isIdle = (name: string, value: number) =>
  ["minLength", "maxLength", "minItems"].includes(name) ||
  (name === "maxItems" && value >= MANY_ITEMS) ||
  (name === "maximum" && value === Number.MAX_SAFE_INTEGER);

/** Items in a list. */
const MANY_ITEMS = 20;

function contentBlock(block: Block): ContentBlock {
  return block.kind === "text"
    ? { type: "text", text: block.text }
    : { type: "image", data: base64(block.bytes), mimeType: block.mimeType };
}

function serveResources(server: Server, service: Service): void {
  server.setRequestHandler("resources/list", async ({ params }, context) => {
    const hasGallery = clientShowsGallery(server, context);
    const listing = listResources(service, { cursor: params?.cursor, hasGallery });
    const entries = await orProtocolError(service, listing);
    const resources = entries.map(({ bytes, ...entry }) => ({ ...entry, ...(bytes && { size: bytes }) }));
    return { resources };
  });
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: resourceTemplates.map((template) => ({ ...template })),
  }));
  server.setRequestHandler("resources/read", async ({ params }, context) => {
    const heartbeat = new Heartbeat("Reading", progressOf(context));
    const reading = readResource(service, params.uri).finally(() => heartbeat.stop());
    const { uri, mimeType, isFixed, _meta, ...rest } = await orProtocolError(
      service,
      reading,
      notFound(params),
    );
    const content = "text" in rest ? { text: rest.text } : { blob: base64(rest.bytes) };
    const contents = [{ uri, mimeType, ...content, ...(_meta && { _meta }) }];
    // Only the protocol without sessions knows of caching.
    return { contents, ...(isFixed && context.mcpReq.envelope && FIXED) };
  });
  server.setRequestHandler("completion/complete", async ({ params: { ref, argument } }) => {
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
  server.setRequestHandler("prompts/list", () => ({
    prompts: allPrompts.map(({ name, title, description, arguments: args }) => ({
      name,
      title,
      description,
      arguments: args.map(({ complete: _, ...argument }) => argument),
    })),
  }));
  server.setRequestHandler("prompts/get", ({ params: { name, arguments: args = {} } }) => {
    const prompt = allPrompts.find((one) => one.name === name);
    if (!prompt) {
      const names = allPrompts.map((one) => one.name).join(", ");
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no such prompt. Prompts: ${names}.`);
    }
    const missing = prompt.arguments.find(({ name: key, required }) => required && !args[key]);
    if (missing)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `The prompt needs "${missing.name}".`);
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
  expected = (message: string) => new ProtocolError(ProtocolErrorCode.InvalidParams, message),
): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    const message = expectedOr(
      error,
      "Something went wrong inside Glimpse; its log on stderr has the details.",
    );
    if (error instanceof GlimpseError) throw expected(message);
    service.log(`a resource failed: ${error instanceof Error ? error.stack : String(error)}`);
    throw new ProtocolError(ProtocolErrorCode.InternalError, message);
  }
}

const notFound =
  ({ uri }: { readonly uri: string }) =>
  (message: string) =>
    new ResourceNotFoundError(uri, message);

const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
