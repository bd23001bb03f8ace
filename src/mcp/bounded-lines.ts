import { Transform, type TransformCallback } from "node:stream";

/** Of a line that is dropped, how much of each end is kept: requests have their id in one of them. */
const KEPT_BYTES = 4096;
const LINE_FEED = 0x0a;

/** An id as clients write it: at the end of the message, or near its beginning. */
const ID = String.raw`"id"\s*:\s*(-?\d{1,16}|"[^"\\]{1,200}")`;
const FIRST = new RegExp(String.raw`^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?${ID}\s*,`);
const LAST = new RegExp(String.raw`,\s*${ID}\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$`);

export interface BoundedLinesOptions {
  readonly maxBytes: number;
  /** Called with the id of the request in a line that was dropped; null where it cannot be told. */
  readonly onTooLong: (id: number | string | null) => void;
}

/** Passes whole lines on. One that is too long is dropped and reported, and those after it are read all the same. */
export class BoundedLines extends Transform {
  readonly #options: BoundedLinesOptions;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Of a line that is being dropped. */
  #head: Buffer | undefined;

  constructor(options: BoundedLinesOptions) {
    super();
    this.#options = options;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      this.#append(chunk.subarray(from, end + 1));
      this.#endLine();
      from = end + 1;
    }
    this.#append(chunk.subarray(from));
    done();
  }

  #append(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes <= this.#options.maxBytes && this.#head === undefined) return;
    const all = Buffer.concat(this.#chunks);
    this.#head ??= Buffer.from(all.subarray(0, KEPT_BYTES));
    this.#chunks = [Buffer.from(all.subarray(-KEPT_BYTES))];
  }

  #endLine(): void {
    const line = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (this.#head === undefined) this.push(line);
    else this.#options.onTooLong(idIn(this.#head.toString("utf8"), line?.toString("utf8") ?? ""));
    this.#chunks = [];
    this.#bytes = 0;
    this.#head = undefined;
  }
}

function idIn(head: string, tail: string): number | string | null {
  const written = LAST.exec(tail)?.[1] ?? FIRST.exec(head)?.[1];
  return written === undefined ? null : JSON.parse(written);
}
