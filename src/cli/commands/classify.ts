import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { UsageError } from "../../core/errors.ts";
import { ENTIRE_LIBRARY, listPictures } from "../../core/index.ts";
import type { Classification, ImageRef } from "../../core/types.ts";
import { wholeNumberOrAll } from "../option-values.ts";
import { printable, printJson, printLine } from "../output.ts";
import { showProgress } from "../progress.ts";
import { imageRef } from "../query-terms.ts";
import { globalOptions, withLibrary } from "../session.ts";
import { type Styles, stylesFor } from "../styles.ts";

interface ClassifyFlags {
  readonly labels?: string;
  readonly labelsFile?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  glimpse classify photo.jpg                          against about 400 everyday labels
  glimpse classify a.jpg b.png --labels "cat,dog,car"
  glimpse classify ~/Pictures/inbox --json            a folder, one JSON object per line
  glimpse classify 3f2a9c01d4e5 --labels-file labels.txt

"none of these" means that no label reaches the model's measured threshold. ID@0:42 is a film's frame at that moment.`;

export function registerClassify(program: Command): void {
  const command = program
    .command("classify")
    .description("rank labels for pictures, without training")
    .argument("<pictures...>", "files, folders or image ids")
    .option("--labels <list>", "labels, separated by commas")
    .option("--labels-file <file>", "labels, one per line")
    .option("-n, --limit <count>", "labels to show for each picture, or all", wholeNumberOrAll, 3)
    .option("--json", "print one JSON object per line")
    .addHelpText("after", EXAMPLES)
    .action(async (pictures: string[], flags: ClassifyFlags) => {
      const images = (await Promise.all(pictures.map((typed) => picturesOf(typed)))).flat();
      const labels = await labelsOf(flags);
      await withLibrary(globalOptions(command), async (library, signal) => {
        const display = showProgress("Classifying");
        const answers = await library
          .within(ENTIRE_LIBRARY)
          .classify({ images, labels, limit: flags.limit, signal, onProgress: display.onProgress })
          .finally(display.end);
        const styles = stylesFor(process.stdout, readConfig(globalOptions(command)).color);
        for (const answer of answers) {
          if (flags.json) printJson(answer, 0);
          else printLine(lineOf(answer, styles));
        }
        if (answers.every((answer) => answer.skipped)) process.exitCode = 1;
      });
    });
}

async function labelsOf({ labels, labelsFile }: ClassifyFlags): Promise<string[] | undefined> {
  if (labels !== undefined && labelsFile !== undefined)
    throw new UsageError("Give --labels or --labels-file, not both.");
  if (labels !== undefined) return labels.split(",").map((label) => label.trim());
  if (labelsFile === undefined) return undefined;
  const text = await readFile(labelsFile, "utf8").catch((cause) => {
    throw new UsageError(`The labels file ${labelsFile} cannot be read. Check its path.`, { cause });
  });
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** A folder stands for the pictures in it; anything else for itself. */
async function picturesOf(typed: string): Promise<ImageRef[]> {
  const stats = await stat(typed).catch(() => undefined);
  if (!stats?.isDirectory()) return [imageRef(typed)];
  const paths = await listPictures(resolve(typed));
  if (paths.length === 0) throw new UsageError(`There is no picture in ${typed}.`);
  return paths.map((path) => ({ path }));
}

function lineOf(answer: Classification, styles: Styles): string {
  const name = printable(answer.origin);
  if (answer.skipped) return `${name}\t${styles.bad(`skipped: ${printable(answer.skipped.reason)}`)}`;
  const labels = answer.labels.map(
    ({ label, probability }) => `${printable(label)} ${(100 * probability).toFixed(0)} %`,
  );
  if (answer.none) return `${name}\tnone of these ${styles.dim(`(nearest: ${labels.join(", ")})`)}`;
  const [best = "", ...rest] = labels;
  return `${name}\t${styles.bold(best)}${rest.length > 0 ? `, ${rest.join(", ")}` : ""}`;
}
