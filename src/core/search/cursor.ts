import { createHash } from "node:crypto";
import { UsageError } from "../errors.ts";
import type { FindRequest, Scoped } from "../types.ts";

/** Paging ends here; a narrower query serves better. */
const MAX_OFFSET = 10_000;

/** Identifies a request, so that a cursor continues only that request. */
export function requestDigest(request: Scoped<FindRequest>): string {
  const { cursor: _, limit: __, signal: ___, ...question } = request;
  const bytesAsHash = (_key: string, value: unknown) =>
    ArrayBuffer.isView(value)
      ? createHash("sha256")
          .update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
          .digest("hex")
      : value;
  return createHash("sha256").update(JSON.stringify(question, bytesAsHash)).digest("base64url").slice(0, 16);
}

/** Null where paging ends. */
export const encodeCursor = (digest: string, offset: number): string | null =>
  offset <= MAX_OFFSET ? `${digest}.${offset.toString(36)}` : null;

/** Number of hits already seen. @throws UsageError for a cursor of another query, or one that is not ours */
export function decodeCursor(cursor: string | undefined, digest: string): number {
  if (cursor === undefined) return 0;
  const match = /^([\w-]{16})\.([0-9a-z]{1,4})$/.exec(cursor);
  const offset = Number.parseInt(match?.[2] ?? "", 36);
  if (match?.[1] !== digest || !(offset <= MAX_OFFSET)) {
    throw new UsageError("This cursor belongs to another query. Ask again without a cursor.");
  }
  return offset;
}
