import { type Command, InvalidArgumentError } from "commander";
import { type Config, readConfig } from "../../config.ts";
import { UsageError } from "../../core/errors.ts";
import { pluralize } from "../../core/index.ts";
import type { MetricsAddress } from "../../shared/metrics.ts";
import { METRICS_OPTION, wholeNumber } from "../option-values.ts";
import { logLine } from "../output.ts";
import { globalOptions, libraryOptions } from "../session.ts";

const EXAMPLES = `
Examples:
  DISCORD_TOKEN=… glimpse discord deploy      register the slash commands, once and after updates
  DISCORD_TOKEN=… glimpse discord             run the bot
  DISCORD_TOKEN=… glimpse discord --shards 8 --shard-range 0..3      half of a large one; 4..7 in another process

docs/discord.md explains every step from creating the application to the first /find.`;

export function registerDiscord(program: Command): void {
  const command = program
    .command("discord")
    .description("run the Discord bot")
    .option("--shards <count>", "into how many the bot is divided: a number, or auto", shardCount)
    .option("--shard-range <range>", "those that this process runs, such as 0..3; needs --shards", shardRange)
    .option(...METRICS_OPTION)
    .addHelpText("after", EXAMPLES)
    .action(async ({ metrics, ...flags }: ShardFlags & { metrics?: MetricsAddress }) => {
      const config = readConfig(globalOptions(command));
      const { runDiscord } = await import("../../discord/main.ts");
      await runDiscord({
        token: tokenOf(config),
        shards: shardsOfProcess(flags),
        logLevel: config.logLevel,
        library: libraryOptions(config),
        metrics,
      });
      // All work is finished or saved by now; a rate-limited request may still keep the process alive.
      process.exit();
    });
  addDeploy(command);
}

interface ShardFlags {
  readonly shards?: number;
  readonly shardRange?: { readonly first: number; readonly last: number };
}

/** Undefined for "auto": as many as Discord asks for, all in this process. */
const shardCount = (typed: string): number | undefined => (typed === "auto" ? undefined : wholeNumber(typed));

function shardRange(typed: string): ShardFlags["shardRange"] {
  const [, first, last = first] = /^(\d+)(?:\.\.(\d+))?$/.exec(typed) ?? [];
  if (first === undefined || Number(last) < Number(first))
    throw new InvalidArgumentError("It must be shards such as 0..3, counted from 0.");
  return { first: Number(first), last: Number(last) };
}

/** @throws UsageError */
function shardsOfProcess({ shards, shardRange }: ShardFlags) {
  if (shards === undefined) {
    if (shardRange === undefined) return undefined;
    throw new UsageError(
      "--shard-range needs --shards with a number, the same for every process of the bot.",
    );
  }
  const range = shardRange ?? { first: 0, last: shards - 1 };
  if (range.last < shards) return { total: shards, ...range };
  throw new UsageError(
    `Of ${shards} shards the last is ${shards - 1}; --shard-range goes up to ${range.last}.`,
  );
}

function addDeploy(parent: Command): void {
  const command = parent
    .command("deploy")
    .description("register the slash commands with Discord")
    .option("--guild <id>", "only in this server, where changes take effect at once")
    .addHelpText("after", "\nExample:\n  DISCORD_TOKEN=… glimpse discord deploy --guild 1234567")
    .action(async ({ guild }: { guild?: string }) => {
      const token = tokenOf(readConfig(globalOptions(command)));
      const { deployCommands } = await import("../../discord/main.ts");
      const { deployed, changed } = await deployCommands({ token, guildId: guild });
      const what = pluralize(deployed.length, "command");
      logLine(
        changed
          ? `${what} registered: ${deployed.join(", ")}.`
          : `These ${what} were registered already; nothing changed.`,
      );
    });
}

function tokenOf({ discordToken }: Config): string {
  if (discordToken !== undefined) return discordToken;
  throw new UsageError(
    "DISCORD_TOKEN is not set. Create a bot in Discord's developer portal and put its token there; docs/discord.md shows how.",
  );
}
