#!/usr/bin/env node
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import envPaths from "env-paths";
import { keepCompiledCode } from "./compile-cache.ts";

/** V8's compiled code is cached on disk, which makes the next start faster: by Node itself from 22.1 on. */
const enableCompileCache: unknown = Reflect.get(module, "enableCompileCache");
const { cache } = envPaths("glimpse", { suffix: "" });
const isBundled = import.meta.url.endsWith(".js");
if (typeof enableCompileCache === "function") enableCompileCache(cache);
else if (isBundled)
  keepCompiledCode(join(cache, "compiled"), join(dirname(fileURLToPath(import.meta.url)), "chunks"));

void import("./run.ts").then(({ run }) => run());
