import type { Command } from "commander";
import { libraryPlace } from "../../config.ts";
import type { ComparedSection, CopyReport } from "../../core/copying/copy-library.ts";
import type { CopiedLibrary } from "../../core/copying/open-copied.ts";
import { formatCount } from "../../core/index.ts";
import type { LibraryPlace } from "../../core/open-library.ts";
import { logLine, printJson, printLine } from "../output.ts";
import { showProgress } from "../progress.ts";
import { untilInterrupted } from "../session.ts";

const EXAMPLES = `
Examples:
  glimpse copy ~/library postgres://glimpse@db.example/glimpse      onto a server
  glimpse copy postgres://glimpse@db.example/glimpse ~/copy         and back into a folder
  glimpse copy ~/library ~/other --into        into a library that holds something: it keeps what it has

Interrupted, the same command goes on where it was. At its end both libraries are read and their digests compared.
Models and settings in a store of their own (GLIMPSE_SETTINGS) are not part of a library. Passwords are better given in
PGPASSWORD or the password file than in an address.`;

interface CopyFlags {
  readonly into?: boolean;
  readonly json?: boolean;
}

export function registerCopy(program: Command): void {
  program
    .command("copy")
    .description("copy a whole library to another folder or server")
    .argument("<from>", "folder of a library, or its address on a server")
    .argument("<to>", "an empty folder or database")
    .option("--into", "add to a library that holds something already; what it has stays as it is")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (from: string, to: string, flags: CopyFlags) => {
      const [source, target] = [from, to].map(placeOf) as [LibraryPlace, LibraryPlace];
      const { copyLibrary } = await import("../../core/copying/copy-library.ts");
      const { openCopied } = await import("../../core/copying/open-copied.ts");
      const { signal, release } = untilInterrupted();
      const opened: CopiedLibrary[] = [];
      const progress = showProgress("Copying");
      try {
        opened.push(await openCopied(source, { create: false }));
        opened.push(await openCopied(target, { create: true }));
        const [one, other] = opened as [CopiedLibrary, CopiedLibrary];
        const { onProgress } = progress;
        const report = await copyLibrary(one, other, { into: flags.into, signal, onProgress });
        progress.end();
        if (flags.json) printJson({ from: one.where, to: other.where, ...report });
        else printReport(report, one, other);
        process.exitCode = exitCode(report);
        if (!report.cancelled) await nameModel(other);
      } finally {
        progress.end();
        release();
        for (const library of opened) await library.close();
      }
    });
}

function placeOf(place: string): LibraryPlace {
  const { library, server } = libraryPlace(place);
  return { directory: library, server };
}

function exitCode({ cancelled, merged, sections }: CopyReport): number {
  if (cancelled) return 130;
  return merged || sections.every(({ same }) => same) ? 0 : 1;
}

function printReport(report: CopyReport, from: CopiedLibrary, to: CopiedLibrary): void {
  if (report.cancelled) {
    logLine("Stopped. The same command goes on from here.");
    return;
  }
  for (const section of report.sections) printLine(lineOf(section, report.merged));
  if (report.merged) logLine(`${to.where} has what ${from.where} has, beside what it had before.`);
  else if (report.sections.every(({ same }) => same)) logLine(`${to.where} holds the same as ${from.where}.`);
  else
    logLine(
      `${to.where} differs from ${from.where}: one of them was written to meanwhile. Stop what writes to them, and copy into an empty library.`,
    );
}

const SHOWN = 16;

/** Of tables whose names tell their readers little. */
const NAMES: Readonly<Record<string, string>> = {
  other_kinds: "kinds not read",
  left_out: "left out",
  reading_guilds: "servers read",
  active_model: "model in use",
  last_question: "last question",
  last_answer: "last answer",
  cursors: "positions",
  key_values: "settings",
};

function lineOf({ section, from, to, same }: ComparedSection, merged: boolean): string {
  const side = (each: ComparedSection["from"]) =>
    `${formatCount(each?.records ?? 0).padStart(11)} ${(each?.digest.slice(0, SHOWN) ?? "").padEnd(SHOWN)}`;
  const verdict = same ? "same" : merged ? "" : "DIFFERENT";
  return `${(NAMES[section] ?? section).padEnd(15)}${side(from)} ${side(to)}  ${verdict}`.trimEnd();
}

async function nameModel({ catalog, where }: CopiedLibrary): Promise<void> {
  const active = await catalog.embeddings.activeModel();
  if (active)
    logLine(
      `Its pictures were embedded by ${active.model}: where ${where} is used, that model must be installed.`,
    );
}
