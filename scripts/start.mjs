import { spawnSync } from "node:child_process";
import { build } from "./build.mjs";
import { root } from "./installed.mjs";

build();
const args = process.argv.slice(2);
// INIT_CWD is where the user ran `npm start`, so that relative paths resolve as expected.
const done = spawnSync(
  process.execPath,
  [`${root}dist/cli/main.js`, ...(args.length > 0 ? args : ["demo"])],
  {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: "inherit",
  },
);
process.exitCode = done.status ?? 1;
