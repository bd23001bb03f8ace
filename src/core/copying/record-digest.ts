import { createHash, type Hash } from "node:crypto";
import type { RecordBatch, RecordValue } from "../ports.ts";
import { encodeVector } from "../vector.ts";

/** What one section of a library holds. */
export interface SectionDigest {
  /** A table's name, or "pictures". */
  readonly section: string;
  readonly records: number;
  /** SHA-256, in hex, over every record and their order. */
  readonly digest: string;
}

/** Of records as they are read, by section. */
export class RecordDigest {
  readonly #sections = new Map<string, { hash: Hash; records: number }>();

  add(batch: RecordBatch): void {
    const name = batch.section === "pictures" ? batch.section : batch.table;
    const section = this.#sections.get(name) ?? { hash: createHash("sha256"), records: 0 };
    this.#sections.set(name, section);
    for (const record of batch.records) feed(section.hash, record);
    section.records += batch.records.length;
  }

  /** Those that have records. */
  sections(): SectionDigest[] {
    return [...this.#sections]
      .filter(([, { records }]) => records > 0)
      .map(([section, { hash, records }]) => ({ section, records, digest: hash.copy().digest("hex") }));
  }
}

/** Each value behind a sign of its kind and its length, so that no two contents give the same bytes. */
function feed(hash: Hash, value: unknown): void {
  if (value instanceof Float32Array) feedBytes(hash, encodeVector(value));
  else if (value instanceof Uint8Array) feedBytes(hash, value);
  else if (Array.isArray(value)) {
    hash.update(`[${value.length}`);
    for (const item of value) feed(hash, item);
  } else if (typeof value === "object" && value !== null) {
    const names = Object.keys(value).sort();
    hash.update(`{${names.length}`);
    for (const name of names) {
      hash.update(JSON.stringify(name));
      feed(hash, (value as Record<string, RecordValue>)[name]);
    }
  } else hash.update(`;${JSON.stringify(typeof value === "string" ? comparable(value) : value)}`);
}

function feedBytes(hash: Hash, bytes: Uint8Array): void {
  hash.update(`b${bytes.byteLength}:`).update(bytes);
}

/** A server's texts hold no zero characters, and neither kind of library holds half of a surrogate pair. */
const comparable = (text: string) =>
  text
    .replaceAll("\0", "\ufffd")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
