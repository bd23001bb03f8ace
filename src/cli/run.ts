import { Command, CommanderError } from "commander";
import { packageVersion } from "../core/package-folder.ts";
import { registerCommands } from "./commands/index.ts";
import { logLine, printable } from "./output.ts";
import { reportError } from "./report-error.ts";

/** The whole command line, from arguments to exit code. */
export async function run(): Promise<void> {
  const program = new Command("glimpse")
    .description("Find images by what they show, on your own machine.")
    .version(packageVersion())
    .option("--library <folder>", "folder of the library (GLIMPSE_LIBRARY)")
    .option(
      "--model <id>",
      "model of a new library, such as clip-vit-b32 or clip-vit-b32:fp16 (GLIMPSE_MODEL)",
    )
    .option(
      "--device <name>",
      "what pictures are embedded on: auto, cpu, cuda, coreml, dml or webgpu (GLIMPSE_DEVICE)",
    )
    .showSuggestionAfterError()
    .showHelpAfterError("(run with --help for usage and examples)")
    // What was typed may be the name of a file (`glimpse add *`).
    .configureOutput({ outputError: (text, write) => write(text.split("\n").map(printable).join("\n")) })
    .exitOverride();
  registerCommands(program);

  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader of the pipe has had enough (`glimpse find … | head`).
    if (error.code === "EPIPE") process.exit(0);
    logLine(`glimpse: The output cannot be written (${error.code}). Check that there is room for it.`);
    process.exit(1);
  });
  // Messages have nowhere to go; the work itself continues.
  process.stderr.on("error", () => undefined);

  try {
    await program.parseAsync();
  } catch (error) {
    // Commander has printed its own message; its code 0 ends help and version.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else process.exitCode = reportError(error);
  }
}
