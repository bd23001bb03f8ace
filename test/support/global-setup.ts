import { readdirSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { build, bundle, bundleProgram } from "../../scripts/build.mjs";
import { BUNDLED_SCRIPTS } from "./start-script.ts";

/** Once per run, before any test: the program in dist, and the scripts that tests start as processes. */
export default function setup(project: TestProject): void {
  build();
  bundleScripts();
  project.onTestsRerun(async () => {
    bundleProgram();
    bundleScripts();
  });
}

function bundleScripts(): void {
  const files = readdirSync("test", { recursive: true, encoding: "utf8" });
  const names = files.flatMap((file) => /^(.*-child)\.ts$/.exec(file.replaceAll("\\", "/"))?.[1] ?? []);
  bundle("test", names, BUNDLED_SCRIPTS);
}
