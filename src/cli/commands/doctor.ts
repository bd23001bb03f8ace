import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { globalOptions } from "../session.ts";
import { stylesFor } from "../styles.ts";

const EXAMPLES = `
Examples:
  glimpse doctor                              check this installation and library
  glimpse doctor --model clip-vit-b32         check a model against its published reference answers
  glimpse doctor --device cuda                try a device, and say why it cannot be used`;

export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("check the installation, the library and the model")
    .option("--json", "print one JSON object per line")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: { json?: boolean }) => {
      const config = readConfig(globalOptions(command));
      const styles = stylesFor(process.stdout, config.color);
      const { diagnose } = await import("../../core/doctor/doctor.ts");
      let bad = 0;
      const { library: directory, server, model, childProcess, devices } = config;
      for await (const finding of diagnose({ directory, server, model, childProcess, devices })) {
        if (finding.state === "bad") bad += 1;
        const mark = { good: styles.good("ok  "), note: styles.bold("note"), bad: styles.bad("bad ") }[
          finding.state
        ];
        if (flags.json) printJson(finding, 0);
        else printLine(`${mark}  ${printable(finding.name)}: ${printable(finding.detail)}`);
      }
      if (bad > 0) logLine(`${bad} of the checks failed; their lines say what to do.`);
      process.exitCode = bad > 0 ? 1 : 0;
    });
}
