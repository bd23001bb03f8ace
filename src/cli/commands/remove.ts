import { existsSync } from "node:fs";
import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { isInside, type Library } from "../../core/index.ts";
import type { RemovalPreview, RemoveTarget } from "../../core/types.ts";
import { pluralize } from "../../shared/format.ts";
import { canAsk, confirm } from "../confirm.ts";
import { collectPaths } from "../option-values.ts";
import { logLine, printLine } from "../output.ts";
import { realFolder } from "../scope-options.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";

const EXAMPLES = `
Examples:
  glimpse remove ~/Pictures          forget a folder; its files stay where they are
  glimpse remove 3f2a9c01d4e5        forget one image, by the id that results show
  glimpse remove ~/Pictures --dry-run        say how much that would be, and forget nothing
  glimpse remove --guild 1234567 --yes       forget everything from a Discord server, unasked

A folder or a server is asked about on a terminal, and needs --yes elsewhere; single files and images are not.

A file that still lies in an added folder comes back with the next scan, unless a .glimpseignore names it.
What is forgotten is erased from the library: vectors, thumbnails, tags and all. Original files are never touched.`;

interface RemoveFlags {
  readonly guild?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export function registerRemove(program: Command): void {
  const command = program
    .command("remove")
    .description("forget folders, files, images or a Discord server")
    .argument("[what...]", "added folders, files, or image ids", collectPaths)
    .option("--guild <id>", "everything from this Discord server")
    .option("--yes", "do not ask before a folder or a server is forgotten")
    .option("--dry-run", "say what would be forgotten, and forget nothing")
    .addHelpText("after", EXAMPLES)
    .action(async (what: string[], flags: RemoveFlags) => {
      const target = await targetOf(what, flags.guild);
      await withExistingLibrary(
        globalOptions(command),
        async (library, signal) => {
          if (!(await isMeant(library, target, flags, signal))) return;
          const report = await library.remove(target);
          logLine(
            `Forgot ${pluralize(report.images, "image")} (${pluralize(report.placements, "place")}). No file was touched.`,
          );
          if (await anyLeftBelowRoot(library, target))
            logLine(
              "What still lies in an added folder comes back with the next `glimpse add`, unless a .glimpseignore names it.",
            );
        },
        { allowModelMismatch: true },
      );
    });
}

/** Whether to go on: what is more than single files and images is asked about first. @throws UsageError */
async function isMeant(
  library: Library,
  target: RemoveTarget,
  { yes, dryRun }: RemoveFlags,
  signal: AbortSignal,
): Promise<boolean> {
  if (yes && !dryRun) return true;
  const preview = await library.removalPreview(target);
  if (dryRun) {
    printLine(`This would forget ${inWords(preview)}. Nothing was forgotten.`);
    return false;
  }
  if (!preview.isWide) return true;
  if (!canAsk())
    throw new UsageError(
      `This forgets ${inWords(preview)}. Add --yes if that is meant; nothing was forgotten so far.`,
    );
  const isYes = await confirm(`This forgets ${inWords(preview)}. Forget them?`, signal);
  if (!isYes) logLine("Nothing was forgotten.");
  return isYes;
}

function inWords({ images, placements, personTags, verdicts }: RemovalPreview): string {
  const byHand = [
    ...(personTags > 0 ? [`${pluralize(personTags, "tag")} put by hand`] : []),
    ...(verdicts > 0 ? [`${pluralize(verdicts, "verdict")} on pairs`] : []),
  ];
  const files = `${pluralize(images, "image")} (${pluralize(placements, "place")})`;
  return byHand.length > 0 ? `${files}, and with them ${byHand.join(" and ")}` : files;
}

/** Whole roots and servers are gone for good; the rest may be found again by the next scan. */
async function anyLeftBelowRoot(library: Library, target: RemoveTarget): Promise<boolean> {
  if ("discord" in target) return false;
  const roots = await library.roots();
  if ("ids" in target) return roots.length > 0;
  return target.paths.some((path) => roots.some((root) => isInside(path, root.path)));
}

async function targetOf(what: readonly string[], guildId: string | undefined): Promise<RemoveTarget> {
  if (guildId !== undefined) return { discord: { guildId } };
  if (what.length === 0) throw new UsageError("Say what to remove: a folder, a file or an image id.");
  const ids = what.filter((name) => /^[0-9a-f]{4,64}$/i.test(name) && !existsSync(name));
  if (ids.length === what.length) return { ids };
  if (ids.length > 0) throw new UsageError("Remove either paths or image ids, not both at once.");
  return { paths: await Promise.all(what.map(realFolder)) };
}
