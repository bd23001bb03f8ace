import { ensureInstalled, run, tool } from "./installed.mjs";

ensureInstalled();
run(tool("biome"), ["check", "--error-on-warnings", "."]);
run(tool("tsc"), []);
for (const room of ["components", "web/client", "mcp/gallery"]) run(tool("tsc"), ["-p", `src/${room}`]);
run(tool("knip"), []);
run(process.execPath, ["scripts/tool-reference.mjs", "--check"]);
run(process.execPath, ["scripts/kernels.mjs", "--check"]);
