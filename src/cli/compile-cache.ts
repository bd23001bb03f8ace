import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { basename, dirname, join } from "node:path";
import { constants, Script } from "node:vm";

/** What Node calls for the text of each CommonJS file. */
type Compile = (this: NodeJS.Module, content: string, filename: string) => unknown;

const DIGEST_BYTES = 32;

/**
 * For Node without a compile cache of its own, before 22.1: what V8 compiled of the program's files in one run of a
 * command is kept in `folder` for the next run of it. The names of the files change with their content.
 */
export function keepCompiledCode(folder: string, programFolder: string): void {
  const command = /^[a-z]+$/.exec(process.argv[2] ?? "")?.[0] ?? "other";
  const file = join(folder, `${process.versions.v8}-${process.arch}`, `${command}.bin`);
  const kept = readKept(file);
  const scripts = new Map<string, Script>();
  let isComplete = true;
  const compile: Compile = Reflect.get(Module.prototype, "_compile");
  Reflect.set(
    Module.prototype,
    "_compile",
    function (this: NodeJS.Module, content: string, filename: string) {
      if (dirname(filename) !== programFolder) return compile.call(this, content, filename);
      const name = basename(filename);
      const script = new Script(Module.wrap(content), {
        filename,
        cachedData: kept.get(name),
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      isComplete &&= script.cachedDataRejected === false;
      scripts.set(name, script);
      const load = script.runInThisContext();
      return load.call(this.exports, this.exports, requireOf(this), this, filename, programFolder);
    },
  );
  process.once("exit", (code) => {
    if (code === 0 && !isComplete) writeKept(file, scripts);
  });
}

const requireOf = (module: NodeJS.Module) => (id: string) => module.require(id);

/** V8 does not notice a changed byte: the file ends in its digest. */
function readKept(file: string): Map<string, Buffer> {
  try {
    const bytes = readFileSync(file);
    const content = bytes.subarray(0, -DIGEST_BYTES);
    if (!digestOf(content).equals(bytes.subarray(-DIGEST_BYTES))) return new Map();
    const index = content.indexOf("\n");
    const lengths: [name: string, length: number][] = JSON.parse(content.toString("utf8", 0, index));
    const kept = new Map<string, Buffer>();
    let start = index + 1;
    for (const [name, length] of lengths) {
      kept.set(name, content.subarray(start, start + length));
      start += length;
    }
    return kept;
  } catch {
    return new Map();
  }
}

/** Where it cannot be written, the next start takes as long as this one. */
function writeKept(file: string, scripts: ReadonlyMap<string, Script>): void {
  try {
    const compiled = [...scripts].map(([name, script]) => [name, script.createCachedData()] as const);
    const lengths = JSON.stringify(compiled.map(([name, { length }]) => [name, length]));
    const content = Buffer.concat([Buffer.from(`${lengths}\n`), ...compiled.map(([, data]) => data)]);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, Buffer.concat([content, digestOf(content)]), { mode: 0o600 });
    renameSync(partial, file);
  } catch {}
}

const digestOf = (content: Buffer) => createHash("sha256").update(content).digest();
