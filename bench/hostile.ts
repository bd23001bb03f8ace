/**
 * Feeds fuzzed pictures of every format, films and animations (a tenth as many), and small files that decompress to huge sizes, to the embedding process.
 * Usage: npm run bench -- hostile [pictures] [seed] [heic,raw,gif,mp4: of these formats only]
 */
import { bigBombs, smallBombs } from "../test/reliability/hostile/bombs.ts";
import { type FeedReport, feedPictures } from "../test/reliability/hostile/feed-pictures.ts";
import { type Fuzzed, fuzzedFilms, fuzzedPictures } from "../test/reliability/hostile/picture-fuzz.ts";
import { FFMPEG } from "../test/support/films.ts";
import { inTemporaryFolder, table } from "./report.ts";

const count = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);
const only = process.argv[4]?.split(",") ?? [];

async function* named(fuzzed: AsyncGenerator<Fuzzed>) {
  let n = 0;
  for await (const { format, bytes } of fuzzed) yield { name: `${format} ${n++}`, bytes };
}

function show({ outcomes, problems, ...report }: FeedReport, wallMs: number): void {
  for (const problem of problems.slice(0, 30)) console.log(`- ${problem}`);
  table(
    ["outcome", "pictures"],
    [...outcomes].sort((a, b) => b[1] - a[1]),
  );
  console.log();
  table(
    ["measure", "figure"],
    [
      ["pictures", report.pictures],
      ["embedding processes that ended by a picture", report.deaths],
      ["peak memory of an embedding process", `${Math.round(report.peak / 2 ** 20)} MiB`],
      ["slowest answer", `${(report.slowestMs / 1000).toFixed(1)} s (${report.slowest})`],
      ["refused without a reason, defects, answers that are not whole", problems.length],
      ["time", `${(wallMs / 1000).toFixed(0)} s`],
    ],
  );
  if (problems.length > 0) process.exitCode = 1;
}

await inTemporaryFolder("glimpse-hostile-", async (folder) => {
  for (const [title, pictures] of [
    ...(only.length === 0 ? [["Bombs", [...(await smallBombs()), ...(await bigBombs())]] as const] : []),
    [`Fuzzed pictures, seed ${seed}`, named(fuzzedPictures(count, seed, only))],
    ...(FFMPEG ? [[`Fuzzed films, seed ${seed}`, named(fuzzedFilms(count / 10, seed, only))] as const] : []),
  ] as const) {
    console.log(`\n### ${title}\n`);
    const start = performance.now();
    show(await feedPictures(pictures, folder), performance.now() - start);
  }
});
