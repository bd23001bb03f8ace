import type { Command } from "commander";
import { type Config, readConfig } from "../../config.ts";
import { UsageError } from "../../core/errors.ts";
import { pluralize } from "../../core/index.ts";
import type { MetricsAddress } from "../../shared/metrics.ts";
import { METRICS_OPTION } from "../option-values.ts";
import { logLine } from "../output.ts";
import { globalOptions, libraryOptions } from "../session.ts";

const EXAMPLES = `
Examples:
  DISCORD_TOKEN=… glimpse discord deploy      register the slash commands, once and after updates
  DISCORD_TOKEN=… glimpse discord             run the bot

docs/discord.md explains every step from creating the application to the first /find.`;

export function registerDiscord(program: Command): void {
  const command = program
    .command("discord")
    .description("run the Discord bot")
    .option(...METRICS_OPTION)
    .addHelpText("after", EXAMPLES)
    .action(async ({ metrics }: { metrics?: MetricsAddress }) => {
      const config = readConfig(globalOptions(command));
      const { runDiscord } = await import("../../discord/main.ts");
      await runDiscord({
        token: tokenOf(config),
        logLevel: config.logLevel,
        library: libraryOptions(config),
        metrics,
      });
      // All work is finished or saved by now; a rate-limited request may still keep the process alive.
      process.exit();
    });
  addDeploy(command);
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
