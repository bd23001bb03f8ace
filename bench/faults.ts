/** Disks that fail, fill up, close and crawl, clocks that jump, processes that hang. Usage: npm run bench -- faults [times] */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { faults } from "../test/reliability/faults/faults.ts";
import { inTemporaryFolder, table } from "./report.ts";

const times = Number(process.argv[2] ?? 3);

await inTemporaryFolder("glimpse-faults-", async (home) => {
  const rows: (string | number)[][] = [];
  for (const [name, make] of Object.entries(faults)) {
    let injected = 0;
    const problems: string[] = [];
    for (let time = 0; time < times; time++) {
      const folder = join(home, `${rows.length}-${time}`);
      mkdirSync(folder);
      const held = await make(folder, true);
      if (!held) continue;
      injected += held.injected;
      problems.push(...held.problems);
    }
    for (const problem of problems.slice(0, 20)) console.log(`- ${name}: ${problem}`);
    rows.push([
      name,
      injected === 0 ? "not possible here" : injected,
      injected === 0 ? "-" : problems.length,
    ]);
    if (problems.length > 0) process.exitCode = 1;
  }
  table(["fault", "times it injected", "problems"], rows);
});
