import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { Context } from "hono";

interface FilmFile {
  readonly path: string;
  readonly bytes: number;
  readonly mimeType: string;
}

/** The film, or the range of it that a player asks for as it plays and seeks: no more of it is ever in memory than a piece. */
export function sendFilm(context: Context, { path, bytes, mimeType }: FilmFile): Response {
  const asked = context.req.header("range");
  const range = asked === undefined ? { first: 0, last: bytes - 1 } : rangeOf(asked, bytes);
  if (!range) return context.body(null, 416, { "content-range": `bytes */${bytes}` });
  const { first, last } = range;
  const headers = {
    "content-type": mimeType,
    "content-length": String(last - first + 1),
    "accept-ranges": "bytes",
    "cache-control": "no-store",
    ...(asked !== undefined && { "content-range": `bytes ${first}-${last}/${bytes}` }),
  };
  const status = asked === undefined ? 200 : 206;
  if (context.req.method === "HEAD" || bytes === 0) return context.body(null, status, headers);
  const stream = Readable.toWeb(createReadStream(path, { start: first, end: last }));
  return context.body(stream as ReadableStream, status, headers);
}

/** The first range of the header; undefined for one that the file does not have. */
function rangeOf(
  header: string,
  bytes: number,
): { readonly first: number; readonly last: number } | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)/.exec(header.trim()) ?? [];
  if (from === "" && to === "") return undefined;
  const first = from === "" ? Math.max(0, bytes - Number(to)) : Number(from);
  const last = from === "" || to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  return first <= last && first < bytes ? { first, last } : undefined;
}
