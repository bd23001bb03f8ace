import type { IncomingMessage, ServerResponse } from "node:http";

export interface FakeRequest {
  readonly method: string;
  /** Without `/api/v10`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Reads a request whether it is JSON or multipart with `payload_json` and `files[n]`. */
export async function readRequest(request: IncomingMessage): Promise<FakeRequest> {
  const url = new URL(request.url ?? "/", "http://fake");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  const common = {
    method: request.method ?? "GET",
    path: decodeURIComponent(url.pathname).replace(/^\/api(\/v\d+)?/, ""),
    query: url.searchParams,
  };
  if (type.startsWith("multipart/")) {
    const form = await new Response(raw, { headers: { "content-type": type } }).formData();
    const files: { name: string; bytes: Uint8Array }[] = [];
    for (const [key, value] of form) {
      if (typeof value === "string" || key === "payload_json") continue;
      files.push({ name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
    }
    return { ...common, body: JSON.parse(String(form.get("payload_json") ?? "{}")), files };
  }
  return { ...common, body: raw.length > 0 ? JSON.parse(raw.toString()) : undefined, files: [] };
}

/** A 204 carries no content type: the client would try to parse its empty body. */
export function reply(response: ServerResponse, status: number, body?: unknown): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export const discordError = (code: number, message: string) => ({ code, message });
