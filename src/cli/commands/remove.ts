import { existsSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import type { RemoveTarget } from "../../core/types.ts";
import { counted, note } from "../output.ts";
import { globalOptions, type Register } from "../program.ts";
import { realFolder } from "../scope-options.ts";
import { withLibrary } from "../session.ts";

const EXAMPLES = `
Examples:
  glimpse remove ~/Pictures          forget a folder; its files stay where they are
  glimpse remove 3f2a9c01d4e5        forget one image, by the id that results show
  glimpse remove --guild 1234567     forget everything from a Discord server

What is forgotten is erased from the library: vectors, thumbnails, tags and all. Original files are never touched.`;

export const registerRemove: Register = (program) => {
  const command = program
    .command("remove")
    .description("forget folders, files, images or a Discord server")
    .argument("[what...]", "added folders, files, or image ids")
    .option("--guild <id>", "everything from this Discord server")
    .addHelpText("after", EXAMPLES)
    .action((what: string[], flags: { guild?: string }) =>
      withLibrary(
        globalOptions(command),
        async (library) => {
          const report = await library.remove(await targetOf(what, flags.guild));
          note(
            `Forgot ${counted(report.images, "image")} (${counted(report.placements, "place")}). No file was touched.`,
          );
        },
        { anyModel: true },
      ),
    );
};

async function targetOf(what: readonly string[], guildId: string | undefined): Promise<RemoveTarget> {
  if (guildId !== undefined) return { discord: { guildId } };
  if (what.length === 0) throw new UsageError("Say what to remove: a folder, a file or an image id.");
  const ids = what.filter((name) => /^[0-9a-f]{4,64}$/i.test(name) && !existsSync(name));
  if (ids.length === what.length) return { ids };
  if (ids.length > 0) throw new UsageError("Remove either paths or image ids, not both at once.");
  return { paths: await Promise.all(what.map(realFolder)) };
}
