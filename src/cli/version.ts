import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../core/package-folder.ts";

/** Version of this program. */
export function version(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(packageFolder, "package.json"), "utf8"),
  );
  return version;
}
