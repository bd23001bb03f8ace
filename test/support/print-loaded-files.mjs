/** Preloaded by `--import`: prints every file that a program loads, one per line, on stderr. */
import { writeSync } from "node:fs";
import { createRequire, register } from "node:module";

const hook = `
  import { writeSync } from "node:fs";
  export function load(url, context, next) {
    writeSync(2, "loaded " + url + "\\n");
    return next(url, context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

// The hook does not see what an imported module loads with require.
const { cache } = createRequire(import.meta.url);
process.on("exit", () => {
  for (const file of Object.keys(cache)) writeSync(2, `loaded ${file}\n`);
});
