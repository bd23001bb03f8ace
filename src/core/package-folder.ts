import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where this program is installed, with `models/`, `samples/` and `package.json`, whether bundled or run from its sources. */
export const packageFolder = above(fileURLToPath(import.meta.url));

function above(path: string): string {
  const folder = dirname(path);
  // Not package.json: a folder of the bundled program has one too.
  return existsSync(join(folder, "models/pocket")) || folder === path ? folder : above(folder);
}

export function packageVersion(): string {
  const text = readFileSync(join(packageFolder, "package.json"), "utf8");
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
