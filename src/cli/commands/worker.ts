import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { UsageError } from "../../core/errors.ts";
import { pluralize } from "../../core/index.ts";
import type { MetricsAddress } from "../../shared/metrics.ts";
import { collect, METRICS_OPTION, NICE_OPTION, wholeNumber } from "../option-values.ts";
import { logLine, printable } from "../output.ts";
import { globalOptions, withExistingLibrary, withMetrics } from "../session.ts";
import { readVolume } from "../volume-value.ts";

interface WorkerFlags {
  readonly volume?: readonly string[];
  readonly concurrency?: number;
  readonly nice?: boolean;
  readonly metrics?: MetricsAddress;
  readonly discord?: boolean;
}

const EXAMPLES = `
Examples:
  glimpse worker                              take work that reads this machine's own folders
  glimpse worker --volume nas=/mnt/nas        and that of a shared folder, which lies here
  DISCORD_TOKEN=… glimpse worker --discord    take the bot's pictures instead, and fetch them from Discord

For a library on a PostgreSQL server. While a worker lives, \`add\`, \`watch\` and the bot leave their pictures to it. It runs
until Ctrl-C or SIGTERM, finishes what it began, and gives back the rest. docs/scale.md tells more.`;

const REPORT_EVERY_MS = 60_000;

export function registerWorker(program: Command): void {
  const command = program
    .command("worker")
    .description("embed pictures and read text that other machines leave to workers")
    .option("--volume <name=folder>", "where a shared folder lies on this machine; repeatable", collect)
    .option("--discord", "take pictures posted on Discord, and nothing else; needs DISCORD_TOKEN")
    .option("--concurrency <count>", "pictures in flight (default: by the processor)", wholeNumber)
    .option(...METRICS_OPTION)
    .option(...NICE_OPTION)
    .option("--no-text", "leave the text in pictures unread (GLIMPSE_TEXT=off for every command)")
    .addHelpText("after", EXAMPLES)
    .action(async ({ volume = [], concurrency, discord = false, metrics, nice }: WorkerFlags) => {
      const volumes = await Promise.all(volume.map(readVolume));
      const { discordToken, limits } = readConfig(globalOptions(command));
      if (discord && discordToken === undefined)
        throw new UsageError(
          "DISCORD_TOKEN is not set. Set it to the bot's token; docs/discord.md shows how.",
        );
      const face = discord ? await import("../../discord/main.ts") : undefined;
      await withExistingLibrary(
        globalOptions(command),
        async (library, signal) => {
          for (const { name, folder } of volumes) await library.putVolume(name, folder);
          if (face && discordToken !== undefined)
            library.readOriginalsWith({ discord: face.discordOriginals(discordToken) });
          logLine("Waiting for work. Press Ctrl-C to stop.");
          let reportedAt = Date.now();
          const { done, failed } = await withMetrics(metrics, library, () =>
            library.work({
              signal,
              concurrency,
              posts: discord,
              onNote: (note) => logLine(printable(note)),
              onProgress: (report) => {
                if (Date.now() - reportedAt < REPORT_EVERY_MS) return;
                reportedAt = Date.now();
                logLine(`${new Date().toTimeString().slice(0, 8)}  ${summary(report.done, report.failed)}`);
              },
            }),
          );
          logLine(`Stopped. ${summary(done, failed)}`);
        },
        { limits: face?.untrustedLimits(limits), nice },
      );
    });
}

const summary = (done: number, failed: number): string =>
  `${pluralize(done, "job")} done${failed > 0 ? `; ${pluralize(failed, "picture")} cannot be used: glimpse status --failed` : ""}.`;
