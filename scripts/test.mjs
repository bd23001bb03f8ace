import { build } from "./build.mjs";
import { run, tool } from "./installed.mjs";

build();
run(tool("vitest"), ["run", ...process.argv.slice(2)]);
