import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openCatalog, type SqliteCatalog } from "../../src/core/catalog/open-catalog.ts";

/** Not in scripts that tests start: what is done to those is to meet a catalog that is being made, too. */
const IN_VITEST = "env" in import.meta;

/** The bytes of an empty catalog. */
let empty: Promise<Buffer> | undefined;

/** Opens the catalog at the path. One that is not there is copied from an empty one: every step of making it takes longer than most tests. */
export async function openNewCatalog(path: string): Promise<SqliteCatalog> {
  if (IN_VITEST && !existsSync(path)) {
    empty ??= makeEmpty();
    const bytes = await empty;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes, { mode: 0o600 });
  }
  return openCatalog({ path });
}

async function makeEmpty(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "glimpse-empty-"));
  try {
    const path = join(folder, "catalog.db");
    await (await openCatalog({ path })).close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
