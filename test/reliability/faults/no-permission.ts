import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestLibrary, writePictures } from "../../support/test-library.ts";
import type { FaultReport } from "./every-write-fails.ts";
import { problemsOfScript } from "./run-script.ts";

const NOBODY = 65_534;

/** Another user, with read-only access, uses the library and pictures, some of which they may not read. */
export async function noPermission(): Promise<FaultReport | undefined> {
  if (process.platform === "win32" || process.getuid?.() !== 0) return undefined;
  // Not in the caller's folder: other users cannot enter it.
  const home = mkdtempSync(join(tmpdir(), "glimpse-shared-"));
  try {
    return await asNobody(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function asNobody(home: string): Promise<FaultReport> {
  const [directory, pictures] = [join(home, "library"), join(home, "pictures")];
  writePictures(pictures, { "open.jpg": "cat", "closed.jpg": "dog" });
  const { library } = await openTestLibrary(directory);
  await library.add([pictures]);
  await library.close();
  chmodSync(home, 0o755);
  chmodSync(directory, 0o755);
  for (const name of readdirSync(directory)) chmodSync(join(directory, name), 0o644);
  chmodSync(join(pictures, "closed.jpg"), 0o600);
  const own = join(home, "theirs");
  mkdirSync(own);
  chownSync(own, NOBODY, NOBODY);
  const script = new URL("no-permission-child.ts", import.meta.url);
  const problems = await problemsOfScript(script, [directory, pictures, own, `${NOBODY}`]);
  return { injected: 3, problems };
}
