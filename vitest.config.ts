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

const project = (name: string, include: string[], exclude: string[] = []) => ({
  plugins: [builtChildProcesses],
  // No test asserts a time, so that a busy machine may take its time.
  test: { name, include, exclude, pool: "forks" as const, testTimeout: 60_000, hookTimeout: 60_000 },
});

/** Tests of the core that kill processes again and again. */
const processTests = ["test/core/catalog/processes.test.ts", "test/core/embedder/embedding-process.test.ts"];

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: "test/support/global-setup.ts",
    projects: [
      project("unit", ["test/architecture.test.ts", "test/{core,scripts}/**/*.test.ts"], processTests),
      project("faces", ["test/{cli,discord,faces,mcp}/**/*.test.ts"]),
      project("reliability", ["test/reliability/**/*.test.ts", ...processTests]),
    ],
  },
});
