/** A response whose body is a JSON-RPC error that belongs to no request. */
export function errorResponse(
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null }), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** Codes of JSON-RPC, and two that the protocol's SDK uses for HTTP. */
export const errorCodes = {
  rejected: -32000,
  sessionNotFound: -32001,
  internalError: -32603,
  parseError: -32700,
} as const;
