import { hostname } from "node:os";
import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";
import { volumeFolder, volumeName } from "../volume-value.ts";

const EXAMPLES = `
Examples:
  glimpse volume nas /mnt/nas       this machine has the shared folder nas at /mnt/nas
  glimpse volume                    all volumes, and where each machine has them
  glimpse volume nas --forget       this machine has it no more

Files of folders added below a volume can be read on every machine that has it, by \`glimpse worker\` and for full-size
pictures, whatever their paths are there.`;

export function registerVolume(program: Command): void {
  const command = program
    .command("volume")
    .description("say where a folder that several machines share lies on this one")
    .argument("[name]", "of the volume, the same on every machine")
    .argument("[folder]", "where it lies here")
    .option("--forget", "this machine has it no more")
    .option("--json", "print the volumes as JSON")
    .addHelpText("after", EXAMPLES)
    .action(
      async (
        name: string | undefined,
        folder: string | undefined,
        flags: { forget?: boolean; json?: boolean },
      ) => {
        if (name !== undefined) volumeName(name);
        if (name !== undefined && (folder === undefined) !== (flags.forget ?? false))
          throw new UsageError("Name the folder too, glimpse volume nas /mnt/nas, or --forget.");
        const here = folder === undefined ? undefined : await volumeFolder(folder);
        await withExistingLibrary(
          globalOptions(command),
          async (library) => {
            if (name !== undefined) await library.putVolume(name, here);
            const volumes = await library.volumes();
            if (flags.json) return printJson(volumes);
            if (name !== undefined)
              return logLine(
                here === undefined
                  ? `${hostname()} has the volume ${name} no more.`
                  : `${hostname()} has the volume ${name} at ${printable(here)}.`,
              );
            if (volumes.length === 0) logLine("There is no volume yet: glimpse volume nas /mnt/nas");
            for (const each of volumes)
              printLine(`${each.volume}  ${printable(each.host)}  ${printable(each.path)}`);
          },
          { allowModelMismatch: true },
        );
      },
    );
}
