import { execFile } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { glimpseMain } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const run = promisify(execFile);

let cache: string;
let kept: string;

const help = async (folder = cache) => {
  const env = { ...process.env, XDG_CACHE_HOME: folder };
  return (await run(process.execPath, [glimpseMain, "status", "--help"], { env })).stdout;
};

// Later versions of Node cache compiled code themselves.
describe.skipIf("enableCompileCache" in module)("compiled code is kept for the next start", () => {
  let first: string;

  beforeAll(async () => {
    cache = temporaryFolder();
    first = await help();
    const folder = join(cache, "glimpse/compiled");
    kept = join(folder, readdirSync(folder)[0] ?? "", "status.bin");
  });

  test("one file for each command, written once", async () => {
    const before = readFileSync(kept);
    expect(first).toContain("glimpse status");
    expect(await help()).toBe(first);
    expect(readFileSync(kept).equals(before)).toBe(true);
  });

  test.each([
    ["cut off", () => truncateSync(kept, 1000)],
    ["empty", () => writeFileSync(kept, "")],
    ["other bytes", () => writeFileSync(kept, "x".repeat(5000))],
    ["one byte changed", () => changeByte(kept)],
  ])("a damaged one is not used, and replaced: %s", async (_, damage) => {
    const before = readFileSync(kept);
    damage();
    const damaged = readFileSync(kept);
    expect(await help()).toBe(first);
    expect(readFileSync(kept).equals(damaged)).toBe(false);
    expect(readFileSync(kept).length).toBeGreaterThan(before.length / 2);
  });

  test("a command that fails keeps nothing", async () => {
    const folder = temporaryFolder();
    const env = { ...process.env, XDG_CACHE_HOME: folder };
    await expect(run(process.execPath, [glimpseMain, "nonsense"], { env })).rejects.toThrow();
    expect(existsSync(join(folder, "glimpse"))).toBe(false);
  });

  test("where nothing can be written, the program works all the same", async () => {
    const folder = join(temporaryFolder(), "file");
    writeFileSync(folder, "in the way");
    chmodSync(folder, 0o400);
    expect(await help(folder)).toBe(first);
  });
});

function changeByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
