import { existsSync } from "node:fs";
import type { Command } from "commander";
import { NotFoundError, UsageError } from "../../core/errors.ts";
import { ENTIRE_LIBRARY, enumerate, isInside, type Library, pluralize } from "../../core/index.ts";
import type { RemovalPreview, RemoveTarget } from "../../core/types.ts";
import { canAsk, confirm } from "../confirm.ts";
import { collectPaths } from "../option-values.ts";
import { logLine, printable, printLine } from "../output.ts";
import { realFolder } from "../scope-options.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";

const EXAMPLES = `
Examples:
  glimpse remove ~/Pictures          forget a folder; its files are not touched
  glimpse remove 3f2a9c01d4e5        forget one image by its id, as results show it
  glimpse remove ~/Pictures --dry-run        print what would be forgotten
  glimpse remove --guild 1234567 --yes       forget everything from a Discord server, without confirmation

Folders and servers need confirmation on a terminal, and --yes elsewhere; single files and images do not.

A file that is still in an added folder comes back with the next scan, unless a .glimpseignore lists it.
Forgetting erases everything from the library: vectors, thumbnails, tags. Original files are never touched.`;

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
    .option("--yes", "do not ask for confirmation")
    .option("--dry-run", "print what would be forgotten, and forget nothing")
    .addHelpText("after", EXAMPLES)
    .action(async (what: string[], flags: RemoveFlags) => {
      const target = await targetOf(what, flags.guild);
      await withExistingLibrary(
        globalOptions(command),
        async (library, signal) => {
          if (flags.guild !== undefined) await checkGuild(library, flags.guild);
          if (!(await isConfirmed(library, target, flags, signal))) return;
          const onWait = (root: string) =>
            logLine(`Another glimpse is adding ${printable(root)}; waiting for it to make way.`);
          const report = await library.remove(target, { signal, onWait });
          logLine(
            `Forgot ${pluralize(report.images, "image")} (${pluralize(report.placements, "place")}). No file was touched.`,
          );
          if (await anyLeftBelowRoot(library, target))
            logLine(
              "Files that are still in an added folder come back with the next `glimpse add`, unless a .glimpseignore lists them.",
            );
        },
        { allowModelMismatch: true },
      );
    });
}

/** @throws NotFoundError for a server from which the library holds no picture, not even an unreadable one */
async function checkGuild(library: Library, guildId: string): Promise<void> {
  const { guilds } = await library.within(ENTIRE_LIBRARY).status();
  if (guilds.some((guild) => guild.guildId === guildId)) return;
  if ((await library.failures()).some(({ origin }) => origin.startsWith(`discord:${guildId}/`))) return;
  const known = guilds.map((guild) => guild.guildId).join(", ") || "none";
  throw new NotFoundError(
    `No picture from the Discord server "${guildId}" is in the library. Servers in it: ${known}.`,
  );
}

/** More than single files and images needs confirmation. @throws UsageError where nobody can give it */
async function isConfirmed(
  library: Library,
  target: RemoveTarget,
  { yes, dryRun }: RemoveFlags,
  signal: AbortSignal,
): Promise<boolean> {
  if (yes && !dryRun) return true;
  const preview = await library.removalPreview(target);
  if (dryRun) {
    printLine(`This would forget ${formatPreview(preview)}. Nothing was forgotten.`);
    return false;
  }
  if (!preview.isWide) return true;
  if (!canAsk())
    throw new UsageError(
      `This forgets ${formatPreview(preview)}. Add --yes to confirm; nothing was forgotten yet.`,
    );
  const isYes = await confirm(`This forgets ${formatPreview(preview)}. Forget them?`, signal);
  if (!isYes) logLine("Nothing was forgotten.");
  return isYes;
}

function formatPreview({ images, placements, userTags, verdicts }: RemovalPreview): string {
  const byHand = [
    ...(userTags > 0 ? [`${pluralize(userTags, "tag")} added by hand`] : []),
    ...(verdicts > 0 ? [`${pluralize(verdicts, "verdict")} on pairs`] : []),
  ];
  const files = `${pluralize(images, "image")} (${pluralize(placements, "place")})`;
  return byHand.length > 0 ? `${files}, and with them ${enumerate(byHand)}` : files;
}

/** Whole roots and servers stay away; anything else may be found again by the next scan. */
async function anyLeftBelowRoot(library: Library, target: RemoveTarget): Promise<boolean> {
  if ("discord" in target) return false;
  const roots = await library.roots();
  if ("ids" in target) return roots.length > 0;
  return target.paths.some((path) => roots.some((root) => isInside(path, root.path)));
}

async function targetOf(what: readonly string[], guildId: string | undefined): Promise<RemoveTarget> {
  if (guildId !== undefined) return { discord: { guildId } };
  if (what.length === 0) throw new UsageError("Name what to remove: a folder, a file or an image id.");
  const ids = what.filter((name) => /^[0-9a-f]{4,64}(@[\d:.]+)?$/i.test(name) && !existsSync(name));
  if (ids.length === what.length) return { ids };
  if (ids.length > 0) throw new UsageError("Give either paths or image ids, not both.");
  return { paths: await Promise.all(what.map(realFolder)) };
}
