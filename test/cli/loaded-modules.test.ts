import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A start spends its time on loading: what a command does not use, it does not load. */
const root = fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "dist/cli/main.js");
const printLoadedFiles = join(root, "test/support/print-loaded-files.mjs");
const run = promisify(execFile);

let library: string;
const glimpse = (args: readonly string[], nodeArgs: readonly string[] = []) =>
  run(process.execPath, [...nodeArgs, main, ...args], { env: { ...process.env, GLIMPSE_LIBRARY: library } });

beforeAll(async () => {
  library = join(temporaryFolder(), "library");
  await glimpse(["add", join(root, "samples/travel/beach at sunset.jpg")]);
  await glimpse(["find", "a beach"]);
});

/** Names of the packages that a command loads, on their own or as part of a bundled file. */
async function loadedPackages(...args: string[]): Promise<Set<string>> {
  const { stdout, stderr } = await glimpse(args, ["--import", printLoadedFiles]);
  expect(stdout).not.toBe("");
  const files = stderr
    .split("\n")
    .flatMap((line) => (line.startsWith("loaded ") ? [line.slice("loaded ".length)] : []))
    .map((file) => (file.startsWith("file:") ? fileURLToPath(file) : file));
  expect(files).toContain(main);
  const names = files.flatMap((file) => [file, ...sourcesOf(file)]).map((file) => PACKAGE.exec(file)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

const PACKAGE = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/;

function sourcesOf(file: string): string[] {
  const map = `${file}.map`;
  return existsSync(map) ? JSON.parse(readFileSync(map, "utf8")).sources : [];
}

const FOR_OTHER_WORK = [
  "@huggingface/tokenizers",
  "@modelcontextprotocol/server",
  "chokidar",
  "chrono-node",
  "discord.js",
  "exifreader",
  "file-type",
  "hnswlib-node",
  "hono",
  "ignore",
  "onnxruntime-node",
  "p-queue",
  "pino",
  "sharp",
  "zod",
];

describe("what a command does not use is not loaded", () => {
  test.each([["status"], ["find", "a beach"], ["find", "a beach", "--since", "2001"]])(
    "%s",
    async (...args) => {
      const packages = await loadedPackages(...args);
      expect(packages).toContain("better-sqlite3");
      expect(FOR_OTHER_WORK.filter((name) => packages.has(name))).toEqual([]);
      // For vectors of questions.
      expect(packages.has("keyv")).toBe(args[0] === "find");
    },
  );

  test("--help", async () => {
    const packages = await loadedPackages("--help");
    expect(packages).toContain("commander");
    expect([...FOR_OTHER_WORK, "better-sqlite3", "keyv"].filter((name) => packages.has(name))).toEqual([]);
  });
});
