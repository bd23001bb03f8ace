import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const bench = fileURLToPath(new URL(".", import.meta.url));

/** Ensures that the packages that the benchmarks compare with are installed in bench/node_modules. */
export function installPeers(): void {
  if (["@huggingface/transformers", "usearch"].every((name) => existsSync(`${bench}node_modules/${name}`)))
    return;
  console.log("Installing what is compared with into bench/node_modules …");
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", ["ci", ...flags], { cwd: bench, stdio: "inherit" });
}
