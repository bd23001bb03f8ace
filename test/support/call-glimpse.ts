import { Command } from "commander";
import { registerCommands } from "../../src/cli/commands/index.ts";

/** Calls a command in this process: for commands that fail before printing any output. @throws what the command throws */
export async function callGlimpse(library: string, args: readonly string[]): Promise<void> {
  const silent = { writeOut: () => undefined, writeErr: () => undefined };
  const program = new Command("glimpse").option("--library <folder>").exitOverride().configureOutput(silent);
  registerCommands(program);
  await program.parseAsync(["--library", library, ...args], { from: "user" });
}
