import { ensureInstalled, run, tool } from "./installed.mjs";

// The program and the processes that tests start are built by test/support/global-setup.ts.
ensureInstalled();
const [mode, ...args] = process.argv.slice(2);
const watching = mode === "--watch";
run(tool("vitest"), watching ? ["watch", ...args] : ["run", ...process.argv.slice(2)]);
