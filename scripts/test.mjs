import { ensureInstalled, run, tool } from "./installed.mjs";

// What tests start is built by test/support/global-setup.ts.
ensureInstalled();
const args = process.argv.slice(2);
run(tool("vitest"), args[0] === "--watch" ? args.slice(1) : ["run", ...args]);
