import { Command } from "commander";
import { expect, test } from "vitest";
import { registerCommands } from "../../src/cli/commands/index.ts";

const program = new Command("glimpse");
registerCommands(program);

function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  return help;
}

const fullName = (command: Command): string =>
  command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();

const all = program.commands.flatMap((command) => [command, ...command.commands]);

test.each(all.map((command) => [fullName(command), command] as const))(
  "%s --help has examples of itself",
  (name, command) => {
    const [, examples = ""] = helpOf(command).split(/\nExamples?:\n/);
    expect(examples).toContain(name);
  },
);
