import type { ServerResponse } from "node:http";
import { type FakeAttachment, snowflake } from "./model.ts";

/** How one file misbehaves. */
export type CdnFault =
  | "endless"
  | "stalled"
  | "redirect"
  | "missing"
  | "dripping"
  | "headers that drip"
  | { readonly status: number; times: number };

/** Serves attachments under the paths that cdn.discordapp.com uses. */
export class FakeCdn {
  readonly files = new Map<string, Uint8Array>();
  readonly faults = new Map<string, CdnFault>();
  readonly served: string[] = [];
  /** Strikes the next file that is put there. */
  next: CdnFault | undefined;
  /** The next link served has expired. */
  refuseOnce = false;
  /** While set, every download waits for it. */
  gate: Promise<void> | undefined;

  put(bytes: Uint8Array, filename: string, flags = 0): FakeAttachment {
    const id = snowflake();
    // Discord keeps what people call a file apart from the name in its address.
    const path = `/attachments/77/${id}/${filename.replace(/[^\w.]/g, "_")}`;
    this.files.set(path, bytes);
    if (this.next) this.faults.set(path, this.next);
    this.next = undefined;
    const url = `https://cdn.discordapp.com${path}?ex=${later()}&is=65f00000&hm=secretsignature&`;
    const proxy_url = url.replace("cdn.discordapp.com", "media.discordapp.net");
    const content_type = filename.endsWith(".txt")
      ? "text/plain"
      : filename.endsWith(".mp4")
        ? "video/mp4"
        : "image/png";
    return { id, filename, size: bytes.length, content_type, url, proxy_url, flags };
  }

  /** A picture of a link, as Discord's proxy gives it. */
  proxied(link: string, bytes: Uint8Array): string {
    const path = `/external/hash/${link.replace("://", "/")}/preview.png`;
    this.files.set(path, bytes);
    return `https://images-ext-1.discordapp.net${path}`;
  }

  /** A sticker of a server, as messages name it. */
  sticker(bytes: Uint8Array, name: string, format_type = 1): object {
    const id = snowflake();
    this.files.set(`/stickers/${id}.${format_type === 4 ? "gif" : "png"}`, bytes);
    return { id, name, format_type };
  }

  async serve(url: string, response: ServerResponse): Promise<void> {
    const path = url.split("?")[0] ?? "";
    this.served.push(path);
    await this.gate;
    const fault = this.faults.get(path);
    const bytes = this.files.get(path);
    if (this.refuseOnce) {
      this.refuseOnce = false;
      response.writeHead(403).end();
    } else if (fault === "redirect") {
      response.writeHead(302, { location: "http://127.0.0.1:1/secret" }).end();
    } else if (fault === "stalled") {
      response.writeHead(200).write(bytes?.subarray(0, 8) ?? "");
    } else if (fault === "dripping") {
      response.writeHead(200);
      const drip = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(drip));
    } else if (fault === "headers that drip") {
      response.socket?.write("HTTP/1.1 200 OK\r\nx-drip: ");
      const drip = setInterval(() => response.socket?.write("x"), 20);
      response.on("close", () => clearInterval(drip));
    } else if (fault === "endless") {
      response.writeHead(200);
      flood(response);
    } else if (typeof fault === "object" && fault.times > 0) {
      fault.times -= 1;
      response.writeHead(fault.status).end();
    } else if (fault === "missing" || !bytes) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { "content-length": bytes.length }).end(bytes);
    }
  }
}

function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(1 << 20);
  const pour = () => {
    while (!response.destroyed) if (!response.write(chunk)) return;
  };
  response.on("drain", pour);
  pour();
}

const later = () => Math.floor(Date.now() / 1000 + 86_400).toString(16);
