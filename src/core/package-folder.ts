import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where this program is installed, with `models/`, `samples/` and `package.json`, whether bundled or run from its sources. */
export const packageFolder = above(fileURLToPath(import.meta.url));

function above(path: string): string {
  const folder = dirname(path);
  return existsSync(join(folder, "package.json")) || folder === path ? folder : above(folder);
}

/** Whether this is run from its TypeScript sources, by tsx. */
const fromSources = extname(import.meta.url) === ".ts";

/** Entry points of the processes and threads that the program starts, as `scripts/build.mjs` bundles them. */
export type OwnScript =
  | "core/embedder/child"
  | "core/embedder/decode-worker"
  | "core/vector-index/build-child";

export interface Startable {
  readonly file: string;
  /** What Node needs to run it. */
  readonly execArgv: string[];
}

export const ownScript = (name: OwnScript): Startable =>
  fromSources
    ? {
        file: join(packageFolder, "src", `${name}.ts`),
        execArgv: ["--import", import.meta.resolve("tsx")],
      }
    : { file: join(packageFolder, "dist", `${name}.js`), execArgv: [] };
