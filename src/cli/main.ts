#!/usr/bin/env node
import module from "node:module";
import envPaths from "env-paths";

/** Where Node can (22 and later), what V8 made of the program is kept, so that the next start need not compile it. */
const keepCompiled: unknown = Reflect.get(module, "enableCompileCache");
if (typeof keepCompiled === "function") keepCompiled(envPaths("glimpse", { suffix: "" }).cache);

await import("./run.ts");
