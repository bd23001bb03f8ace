import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { pluralize } from "../../core/index.ts";
import type { MetricsAddress } from "../../shared/metrics.ts";
import { collect, METRICS_OPTION, wholeNumber } from "../option-values.ts";
import { logLine, printable } from "../output.ts";
import { globalOptions, withExistingLibrary, withMetrics } from "../session.ts";
import { readVolume } from "../volume-value.ts";

interface WorkerFlags {
  readonly volume?: readonly string[];
  readonly concurrency?: number;
  readonly metrics?: MetricsAddress;
}

const EXAMPLES = `
Examples:
  glimpse worker                              take work that reads this machine's own folders
  glimpse worker --volume nas=/mnt/nas        and that of a shared folder, which lies here
  DISCORD_TOKEN=… glimpse worker              and that of the bot, whose pictures it fetches from Discord

For a library on a PostgreSQL server. While a worker lives, \`add\`, \`watch\` and the bot leave their pictures to it. It runs
until Ctrl-C or SIGTERM, finishes what it began, and gives back the rest. docs/scale.md tells more.`;

const REPORT_EVERY_MS = 60_000;

export function registerWorker(program: Command): void {
  const command = program
    .command("worker")
    .description("embed pictures and read text that other machines leave to workers")
    .option("--volume <name=folder>", "where a shared folder lies on this machine; repeatable", collect)
    .option("--concurrency <count>", "pictures in flight (default: by the processor)", wholeNumber)
    .option(...METRICS_OPTION)
    .option("--no-text", "leave the text in pictures unread (GLIMPSE_TEXT=off for every command)")
    .addHelpText("after", EXAMPLES)
    .action(async ({ volume = [], concurrency, metrics }: WorkerFlags) => {
      const volumes = await Promise.all(volume.map(readVolume));
      const { discordToken } = readConfig(globalOptions(command));
      await withExistingLibrary(globalOptions(command), async (library, signal) => {
        for (const { name, folder } of volumes) await library.putVolume(name, folder);
        if (discordToken !== undefined) {
          const { discordOriginals } = await import("../../discord/main.ts");
          library.readOriginalsWith({ discord: discordOriginals(discordToken) });
        }
        logLine("Waiting for work. Press Ctrl-C to stop.");
        let reportedAt = Date.now();
        const { done, failed } = await withMetrics(metrics, library, () =>
          library.work({
            signal,
            concurrency,
            posts: discordToken !== undefined,
            onNote: (note) => logLine(printable(note)),
            onProgress: (report) => {
              if (Date.now() - reportedAt < REPORT_EVERY_MS) return;
              reportedAt = Date.now();
              logLine(`${new Date().toTimeString().slice(0, 8)}  ${summary(report.done, report.failed)}`);
            },
          }),
        );
        logLine(`Stopped. ${summary(done, failed)}`);
      });
    });
}

const summary = (done: number, failed: number): string =>
  `${pluralize(done, "job")} done${failed > 0 ? `; ${pluralize(failed, "picture")} cannot be used: glimpse status --failed` : ""}.`;
