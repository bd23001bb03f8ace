#!/usr/bin/env node
import module from "node:module";
import envPaths from "env-paths";

/** On Node 22 and later V8's compiled code is cached on disk, which makes the next start faster. */
const enableCompileCache: unknown = Reflect.get(module, "enableCompileCache");
if (typeof enableCompileCache === "function") enableCompileCache(envPaths("glimpse", { suffix: "" }).cache);

await import("./run.ts");
