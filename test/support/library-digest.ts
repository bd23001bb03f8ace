import { createHash } from "node:crypto";
import { join } from "node:path";
import { openCatalog } from "../../src/core/catalog/open-catalog.ts";

export interface LibraryDigest {
  readonly images: number;
  /** Over ids, facts, placements, thumbnails and vectors; not over keys and times of adding. */
  readonly digest: string;
  /** One per image. */
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

/** The contents of a library, in a form in which two libraries can be compared. */
export async function libraryDigest(directory: string): Promise<LibraryDigest> {
  const catalog = await openCatalog({ path: join(directory, "catalog.db") });
  try {
    const active = await catalog.embeddings.activeModel();
    const lines: string[] = [];
    for await (const batch of catalog.embeddings.read(active?.space ?? "")) {
      const images = await catalog.images.byKey(batch.map(({ key }) => key));
      for (const { key, record } of images) {
        const { addedAt: _, ...facts } = record;
        const vector = batch.find((row) => row.key === key)?.embedding;
        const thumbnail = await catalog.images.thumbnail(record.id);
        lines.push(JSON.stringify([facts, digestOf(vector), digestOf(thumbnail)]));
      }
    }
    const problems = await catalog.check();
    const digest = digestOf(Buffer.from(lines.sort().join("\n")));
    return { images: lines.length, digest, lines, problems };
  } finally {
    await catalog.close();
  }
}

function digestOf(data: Float32Array | Uint8Array | undefined): string {
  if (data === undefined) return "missing";
  // A different batch composition may change the last bits of a vector.
  const rounded =
    data instanceof Float32Array ? Buffer.from([...data].map((value) => value.toFixed(3)).join()) : data;
  return createHash("sha256").update(rounded).digest("hex").slice(0, 16);
}
