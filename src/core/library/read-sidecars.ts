import { hostname } from "node:os";
import { systemCode } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import type { Catalog, Embedder } from "../ports.ts";
import { type Beside, SidecarReader } from "../sidecars/read-beside.ts";
import { XmpError } from "../sidecars/xmp-document.ts";
import type { ImageId, LongWork } from "../types.ts";
import { setWordsOf } from "./import-keywords.ts";

interface SidecarContext {
  readonly catalog: Catalog;
  readonly embedder: Pick<Embedder, "inspectPicture" | "concurrency">;
}

const FILES_AT_ONCE = 500;

/**
 * Reads the sidecars of files that are new here: dates, locations and ratings, and the words that Google Takeout wrote.
 * Files of folders that cannot be read now are tried again the next time.
 */
export async function readSidecarsOfNewFiles(
  context: SidecarContext,
  { signal }: LongWork = {},
): Promise<void> {
  const { catalog } = context;
  const roots = (await catalog.files.roots()).filter(
    ({ host, state }) => host === hostname() && state === "online",
  );
  const reader = new SidecarReader();
  for (let after = ""; !signal?.aborted; ) {
    const files = await catalog.facts.unreadSidecars(after, FILES_AT_ONCE);
    const last = files.at(-1);
    if (last === undefined) return;
    after = last.path;
    const read: { path: string; id: ImageId; beside: Beside }[] = [];
    for (const file of files) {
      if (signal?.aborted || !roots.some((root) => isInside(file.path, root.path))) continue;
      const beside = await besideOf(reader, file.path);
      if (beside) read.push({ ...file, beside });
    }
    await setWordsOf(
      context,
      read.filter(({ beside }) => beside.hasTakeoutWords),
      signal,
    );
    await catalog.facts.setFromSidecars(read.map(({ path, id, beside: { facts } }) => ({ path, id, facts })));
  }
}

/** One that is damaged says nothing; undefined where the disk failed. */
async function besideOf(reader: SidecarReader, path: string): Promise<Beside | undefined> {
  try {
    return await reader.read(path);
  } catch (error) {
    if (error instanceof XmpError) return { keywords: [], titles: [], facts: {}, hasTakeoutWords: false };
    if (error instanceof Error && typeof systemCode(error) === "string") return undefined;
    throw error;
  }
}
