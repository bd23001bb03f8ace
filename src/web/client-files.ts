import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

export interface ClientFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** The built page: one document, and files whose names change with their content. */
export interface ClientFiles {
  readonly document: string;
  readonly byName: ReadonlyMap<string, ClientFile>;
}

/** Read once at the start: there are few, and no path of a request ever reaches the disk. */
export function readClientFiles(folder: string): ClientFiles {
  const byName = new Map<string, ClientFile>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (type) byName.set(name, { bytes: new Uint8Array(readFileSync(join(folder, name))), type });
  }
  return { document: readFileSync(join(folder, "index.html"), "utf8"), byName };
}
