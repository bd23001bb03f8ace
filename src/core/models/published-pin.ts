import type { FileOrigin } from "./hub.ts";
import type { FilePin } from "./model-folder.ts";

const TIMEOUT_MS = 10_000;

/**
 * What a hub itself says of a file before it sends it: the size, and the SHA-256 of files in its large storage, which it names
 * in the answer that redirects to their bytes. Nothing where it says neither or cannot be reached.
 */
export async function publishedPin(origin: FileOrigin, signal?: AbortSignal): Promise<Partial<FilePin>> {
  if ("file" in origin) return {};
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const ask = (redirect: "manual" | "follow") =>
    fetch(origin.url, {
      method: "HEAD",
      redirect,
      signal: either,
      headers: { "accept-encoding": "identity" },
    });
  try {
    const { headers, status } = await ask("manual");
    const sha256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(headers.get("x-linked-etag") ?? "")?.[1];
    const bytes =
      lengthIn(headers, "x-linked-size") ??
      (status === 200 ? lengthIn(headers, "content-length") : undefined);
    if (bytes !== undefined || status < 300 || status > 399)
      return { ...(bytes !== undefined && { bytes }), ...(sha256 !== undefined && { sha256 }) };
    const followed = await ask("follow");
    const length = followed.ok ? lengthIn(followed.headers, "content-length") : undefined;
    return { ...(length !== undefined && { bytes: length }), ...(sha256 !== undefined && { sha256 }) };
  } catch {
    signal?.throwIfAborted();
    return {};
  }
}

function lengthIn(headers: Headers, name: string): number | undefined {
  const length = headers.get(name);
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
