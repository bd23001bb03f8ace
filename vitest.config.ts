import { statfsSync } from "node:fs";
import { defineConfig } from "vitest/config";

/**
 * Code under test starts the built embedding processes, as the program does: from their sources, tsx takes longer to
 * start than most tests take. The global setup has built them.
 */
const builtChildProcesses = {
  name: "built-child-processes",
  enforce: "pre" as const,
  transform(code: string, id: string) {
    if (!id.endsWith("/src/core/child-process.ts")) return undefined;
    const built = code.replace('extname(import.meta.url) === ".ts"', "false");
    if (built === code) throw new Error(`${id} chooses in another way by now: adapt vitest.config.ts.`);
    return built;
  },
};

const MEMORY_DISK = "/dev/shm";
const ENOUGH_BYTES = 2 ** 31;

/** Temporary folders lie in memory where there is room: the catalog waits for the disk after every commit. */
function temporaryFolders(): { TMPDIR?: string } {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    return bavail * bsize > ENOUGH_BYTES ? { TMPDIR: MEMORY_DISK } : {};
  } catch {
    return {};
  }
}

const project = (name: string, include: string[], exclude: string[] = []) => ({
  plugins: [builtChildProcesses],
  test: {
    name,
    include,
    exclude,
    pool: "forks" as const,
    // Loading the modules of the core again for each file takes longer than most of its files.
    isolate: name === "faces",
    env: temporaryFolders(),
    // No test asserts a time, so that a busy machine may take its time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

/** Tests of the core that start processes again and again, or repeat random work for long. */
const longTests = [
  "catalog/changes",
  "catalog/erasure",
  "catalog/file-lock",
  "catalog/processes",
  "embedder/embedding-process",
  "library/erased-graphs",
  "vector-index/index-file",
  "vector-index/shared-library",
].map((name) => `test/core/${name}.test.ts`);

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: "test/support/global-setup.ts",
    projects: [
      project("unit", ["test/architecture.test.ts", "test/{core,scripts}/**/*.test.ts"], longTests),
      project("faces", ["test/{cli,discord,faces,mcp}/**/*.test.ts"]),
      project("reliability", ["test/reliability/**/*.test.ts", ...longTests]),
    ],
  },
});
