/** Looks for what was removed in every byte of the library's files. Usage: npm run bench -- erasure [pictures] */
import { erasure } from "../test/reliability/erasure/erasure.ts";
import { inTemporaryFolder, table } from "./report.ts";

const pictures = Number(process.argv[2] ?? 2000);

await inTemporaryFolder("glimpse-erasure-", async (home) => {
  const report = await erasure(home, pictures);
  for (const sentence of report.left.slice(0, 20)) console.log(`- ${sentence}`);
  table(
    ["measure", "figure"],
    [
      ["pictures (half files, half posts of five people)", report.pictures],
      ["removed (one person, by id, by path)", report.removed],
      [
        "byte strings searched for (id, vector, projection in the graph, thumbnail, hash, names, captions, tags)",
        report.needles,
      ],
      ["found before", report.before],
      ["of the removed, found while the library is still open", report.whileOpen],
      ["of the removed, found when it is closed", report.left.length],
      ["of the others, missing", report.lost],
    ],
  );
  process.exitCode = report.left.length + report.lost > 0 ? 1 : 0;
});
