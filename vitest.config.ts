import { statfsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

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

/** In the order in which they run: what waits longest for others first, so that no core is left idle at the end. */
const PROJECTS = ["reliability", "faces", "adapters", "unit"] as const;
type ProjectName = (typeof PROJECTS)[number];

/** Project by project, since a worker keeps the modules that it has loaded only until it gets a file of another one. */
class ProjectSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return PROJECTS.flatMap((name) => sorted.filter(({ project }) => project.name === name));
  }
}

const project = (name: ProjectName, include: string[], exclude: string[] = []) => ({
  plugins: [builtChildProcesses],
  test: {
    name,
    include,
    exclude,
    pool: "forks" as const,
    // Loading the modules again for each file takes longer than most files.
    isolate: false,
    env: temporaryFolders(),
    // No test asserts a time: these end what hangs, and a busy machine may take its time.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
  },
});

/** Tests of the core that start processes again and again, or repeat their work thousands of times. */
const longTests = [
  "catalog/changes",
  "catalog/erasure",
  "catalog/file-lock",
  "catalog/processes",
  "embedder/embedding-process",
  "labels/prompt-vectors",
  "library/erased-graphs",
  "search/query-vector",
  "vector-index/index-file",
  "vector-index/shared-library",
].map((name) => `test/core/${name}.test.ts`);

/** What decodes pictures, runs networks, or asks the file system: the core's adapters, and others with real pictures or the built-in model. */
const adapterTests = [
  "test/core/{catalog,copying,embedder,image,models,ocr,postgres,settings,sources,vector-index}/**/*.test.ts",
  "test/core/doctor/doctor.test.ts",
  "test/core/duplicates/drawn-keeper.test.ts",
  "test/core/search/samples.test.ts",
];

export default defineConfig({
  test: {
    // More than there are cores, since some always wait for a process or a timer; each takes some hundred megabytes.
    maxWorkers: Math.min(availableParallelism() + 2, 10),
    reporters: ["default", "./test/support/retried-tests.ts"],
    globalSetup: "test/support/global-setup.ts",
    sequence: { sequencer: ProjectSequencer },
    projects: [
      project(
        "unit",
        ["test/architecture.test.ts", "test/{core,scripts}/**/*.test.ts"],
        [...longTests, ...adapterTests],
      ),
      project("adapters", adapterTests, longTests),
      project("faces", ["test/{cli,discord,faces,mcp,web}/**/*.test.ts"]),
      project("reliability", ["test/reliability/**/*.test.ts", ...longTests]),
    ],
  },
});
