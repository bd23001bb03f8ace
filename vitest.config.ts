import { defineConfig } from "vitest/config";

/** A busy machine gets its time: what takes long says so by itself, and no test asserts a time. */
const shared = { pool: "forks", testTimeout: 60_000, hookTimeout: 60_000 } as const;

/** Tests of the core that start processes, or work through hundreds of pictures. */
const slowCoreTests = ["test/core/catalog/processes.test.ts", "test/core/embedder/embedding-process.test.ts"];

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: "test/support/global-setup.ts",
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["test/architecture.test.ts", "test/{core,scripts}/**/*.test.ts"],
          exclude: slowCoreTests,
        },
      },
      { test: { ...shared, name: "faces", include: ["test/{cli,discord,faces,mcp}/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "reliability",
          include: ["test/reliability/**/*.test.ts", ...slowCoreTests],
        },
      },
    ],
  },
});
