import type { ClientRequest, IncomingMessage } from "node:http";
import https from "node:https";
import { PictureError } from "../../core/index.ts";
import { proxiedUrl } from "./payloads.ts";

export interface DownloadLimits {
  /** Counted while streaming, whatever the headers claim. Default 25 MiB. */
  readonly maxBytes: number;
  /** Aborts a transfer that stalls this long. Default 10,000. */
  readonly idleMs: number;
  /** For the whole transfer. Default 60,000. */
  readonly totalMs: number;
  /** Slower than this on the whole, it is aborted. Default 8 KiB. */
  readonly minBytesPerS: number;
  /** From when on that is looked at. Default 5,000. */
  readonly graceMs: number;
}

export const downloadLimits: DownloadLimits = {
  maxBytes: 25 * 2 ** 20,
  idleMs: 10_000,
  totalMs: 60_000,
  minBytesPerS: 8_192,
  graceMs: 5_000,
};

/** Opens a GET request. The default connects with TLS to the host of the URL. */
export type OpenRequest = (url: URL, signal: AbortSignal) => ClientRequest;

const httpsRequests = (): OpenRequest => {
  // The caller bounds concurrency; sockets queued inside the agent would count against its timeouts unseen.
  const agent = new https.Agent({ keepAlive: true, maxFreeSockets: 8, timeout: 15_000 });
  return (url, signal) => https.get(url, { agent, signal, headers: { accept: "image/*, video/*" } });
};

/** The server answered, but not with the file. 403 and 404 mean that the link has expired or the file is gone. */
export class DownloadStatusError extends Error {
  override name = "DownloadStatusError";
  readonly status: number;

  constructor(status: number) {
    super(`Discord's file server answered ${status}.`);
    this.status = status;
  }
}

export type Download = (address: string, signal?: AbortSignal) => Promise<Uint8Array>;

/** Fetches attachments of Discord's file hosts, and what its proxy shows of links: https, no redirects, bounded in bytes and time. */
export function createDownloader(
  open: OpenRequest = httpsRequests(),
  limits: DownloadLimits = downloadLimits,
): Download {
  return async (address, signal) => {
    const url = attachmentUrl(address) ?? proxiedUrl(address);
    if (!url) throw new PictureError("denied", "its address is not one of Discord's hosts for files");
    const total = AbortSignal.timeout(limits.totalMs);
    const either = signal ? AbortSignal.any([signal, total]) : total;
    const request = open(url, either);
    try {
      return await readBody(request, limits);
    } catch (error) {
      request.destroy();
      if (total.aborted) throw new PictureError("timeout", "its download took too long", { cause: error });
      throw error;
    }
  };
}

async function readBody(request: ClientRequest, limits: DownloadLimits): Promise<Uint8Array> {
  const { maxBytes, idleMs, minBytesPerS, graceMs } = limits;
  request.setTimeout(idleMs, () => {
    request.destroy(new PictureError("timeout", "its download stalled"));
  });
  // Headers may drip too, and no socket is idle then.
  const late = setTimeout(
    () => request.destroy(new PictureError("timeout", "its download does not begin")),
    idleMs,
  );
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve);
    request.on("error", reject);
  }).finally(() => clearTimeout(late));
  if (response.statusCode !== 200) throw new DownloadStatusError(response.statusCode ?? 0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const startedAt = performance.now();
  const pace = setInterval(
    () => {
      const ms = performance.now() - startedAt;
      if (ms >= graceMs && (size * 1_000) / ms < minBytesPerS)
        response.destroy(new PictureError("timeout", "its download is too slow"));
    },
    Math.min(1_000, graceMs),
  );
  try {
    for await (const chunk of response) {
      size += chunk.length;
      if (size > maxBytes) throw new PictureError("too-many-bytes", `it is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } finally {
    clearInterval(pace);
  }
  return Buffer.concat(chunks, size);
}
const HOSTS = new Set(["cdn.discordapp.com", "media.discordapp.net"]);
const PATH = /^\/(?:(?:ephemeral-)?attachments\/\d{1,20}\/\d{1,20}\/[^/]+|stickers\/\d{1,20}\.(?:png|gif))$/;

/** The address of an attachment or a sticker on Discord's own two hosts; undefined for anything else. */
export function attachmentUrl(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const plain = url.protocol === "https:" && url.port === "" && url.username === "" && url.password === "";
  return plain && HOSTS.has(url.hostname) && PATH.test(url.pathname) ? url : undefined;
}
