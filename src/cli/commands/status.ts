import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import {
  describeCompanions,
  describeDevice,
  describeNotRead,
  describeOlderModels,
  describePartlyRead,
  ENTIRE_LIBRARY,
  type Failure,
  type LibraryStatus,
  minuteOf,
  pluralize,
  type RootStatus,
} from "../../core/index.ts";
import type { NoMatchThreshold, ThresholdSource, WorkStatus } from "../../core/types.ts";
import { formatBytes } from "../../shared/format.ts";
import { failuresJson, statusJson } from "../json-output.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";
import { type Styles, stylesFor } from "../styles.ts";

const EXAMPLES = `
Examples:
  glimpse status                what is indexed, by which model, and its size on disk
  glimpse status --failed       every picture that could not be read, with the reason
  glimpse status --json         for scripts`;

export function registerStatus(program: Command): void {
  const command = program
    .command("status")
    .description("show what the library holds")
    .option("--failed", "list the pictures that could not be read")
    .option("--json", "print as JSON")
    .addHelpText("after", EXAMPLES)
    .action((flags: { failed?: boolean; json?: boolean }) =>
      withExistingLibrary(
        globalOptions(command),
        async (library) => {
          if (flags.failed) return listFailures(await library.failures(), flags.json ?? false);
          const status = await library.within(ENTIRE_LIBRARY).status();
          if (flags.json) return printJson(statusJson(status));
          print(status, stylesFor(process.stdout, readConfig(globalOptions(command)).color));
        },
        { allowModelMismatch: true },
      ),
    );
}

function print(status: LibraryStatus, styles: Styles): void {
  printLine(`${styles.bold("Library")}  ${printable(status.directory)}`);
  if (status.server)
    printLine(
      `${styles.bold("Server")}   PostgreSQL ${status.server.postgres}, pgvector ${status.server.pgvector}`,
    );
  printLine(`${styles.bold("Model")}    ${status.model}`);
  if (status.modelProblem) printLine(`         ${styles.bad(printable(status.modelProblem))}`);
  if (status.nothing) printLine(`         ${nothingLine(status.nothing)}`);
  for (const choice of status.devices)
    printLine(`${styles.bold("Device")}   ${printable(describeDevice(choice))}`);
  const byOlder = status.older.reduce((sum, { images }) => sum + images, 0);
  const unknown = Math.max(0, status.unembedded - byOlder);
  const pending = unknown > 0 ? `, ${unknown} not embedded yet (run \`glimpse add\`)` : "";
  printLine(
    `${styles.bold("Images")}   ${pluralize(status.images, "image")} at ${pluralize(status.placements, "place")}${pending}`,
  );
  const beside = describeCompanions(status.companions ?? {});
  if (beside) printLine(`         beside them ${beside}`);
  if (!status.keepsLocation)
    printLine("         cameras and places are not stored (`glimpse add --location` stores them again)");
  for (const sentence of describeOlderModels(status)) printLine(`         ${printable(sentence)}`);
  if (status.text) printLine(`${styles.bold("Text")}     ${textLine(status.text)}`);
  const { index, disk } = status;
  printLine(
    `${styles.bold("Index")}    ${index.kind} (${pluralize(index.size, "vector")})${index.note ? `: ${index.note}` : ""}`,
  );
  printLine(
    `${styles.bold("Disk")}     catalog ${formatBytes(disk.catalog)}, index ${formatBytes(disk.index)}, pulled models ${formatBytes(disk.models)}`,
  );
  for (const { space, images } of status.former)
    printLine(
      `         vectors of ${pluralize(images, "image")} by ${space} are kept, so that going back to it embeds nothing again (\`glimpse models forget\` erases them)`,
    );
  if (status.work) printWork(status.work, styles);
  printLine();
  if (status.roots.length === 0) printLine("No folder added yet. Start with `glimpse add ~/Pictures`.");
  for (const root of status.roots) {
    printLine(rootLine(root, styles));
    for (const path of root.away)
      printLine(`    ${printable(path)}  ${styles.bad("its disk is not connected: kept and still found")}`);
  }
  for (const guild of status.guilds) {
    printLine(
      `  Discord server ${guild.guildId}: ${pluralize(guild.images, "image")} in ${pluralize(guild.channels, "channel")}`,
    );
  }
  const notRead = describeNotRead(status.roots);
  if (notRead) printLine(`\n${notRead}`);
  const partlyRead = describePartlyRead(status.partlyRead);
  if (partlyRead) printLine(`\n${partlyRead}`);
  if (status.failed > 0)
    printLine(`\n${pluralize(status.failed, "picture")} could not be read: \`glimpse status --failed\``);
}

/** Nothing while nobody works and nothing waits. */
function printWork({ workers, waiting, active, givenUp, oldest }: WorkStatus, styles: Styles): void {
  const kinds = [
    [waiting.file, pluralize(waiting.file, "new file")],
    [waiting.post, pluralize(waiting.post, "post")],
    [waiting.text, pluralize(waiting.text, "text")],
    [waiting.vector, `${pluralize(waiting.vector, "vector")} of another model`],
  ] as const;
  const parts = kinds.flatMap(([count, counted]) => (count > 0 ? [counted] : []));
  const queue = [
    parts.length > 0 ? `${parts.join(", ")} waiting` : "nothing waiting",
    ...(active > 0 ? [`${active} under way`] : []),
    ...(oldest === null ? [] : [`the oldest for ${duration(oldest)}`]),
    ...(givenUp > 0 ? [`${givenUp} given up`] : []),
  ];
  if (workers.length + active + givenUp + parts.length === 0) return;
  printLine(`${styles.bold("Queue")}    ${queue.join(", ")}`);
  if (workers.length === 0)
    printLine(`         ${styles.bad("no worker lives: `glimpse worker`, or `glimpse add` does it itself")}`);
  for (const worker of workers) {
    printLine(
      `${styles.bold("Worker")}   ${printable(worker.host)} (${worker.pid})  ${worker.perSecond.toFixed(1)}/s, ${pluralize(worker.done, "job")} done, ${worker.failed} failed, ${worker.active} under way, up ${duration(worker.uptime)}`,
    );
    if (worker.note !== null) printLine(`         ${styles.bad(printable(worker.note))}`);
  }
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

const NOTHING_FROM: Readonly<Record<ThresholdSource, string>> = {
  library: "measured on this library; `glimpse models calibrate --reset` takes the model's own",
  model: "the model's own; `glimpse models calibrate` measures it on your pictures",
  estimate: "an estimate; `glimpse models calibrate` measures it on your pictures",
};

const nothingLine = ({ cosine, source }: NoMatchThreshold) =>
  `no good match below ${cosine.toFixed(3)} (${NOTHING_FROM[source]})`;

function textLine({ read, waiting }: NonNullable<LibraryStatus["text"]>): string {
  const pending = waiting > 0 ? `, ${waiting.toLocaleString("en")} waiting (run \`glimpse add\`)` : "";
  return `read in ${pluralize(read, "image")}${pending}`;
}

function rootLine(root: RootStatus, styles: Styles): string {
  const state = root.state === "online" ? "" : styles.bad("  offline: kept and still found");
  const failed = root.failed > 0 ? `, ${root.failed} failed` : "";
  const scanned =
    root.lastScanAt === null ? "never scanned completely" : `scanned ${minuteOf(root.lastScanAt)}`;
  return `  ${printable(root.path)}  ${styles.dim(`${pluralize(root.images, "image")}${failed}, ${scanned}`)}${state}`;
}

function listFailures(failures: readonly Failure[], asJson: boolean): void {
  if (asJson) return printJson(failuresJson(failures));
  if (failures.length === 0) return logLine("Every picture could be read.");
  for (const { origin, reason } of failures) printLine(`${printable(origin)}\t${printable(reason)}`);
  logLine(
    `${pluralize(failures.length, "picture")}. They are retried when they change, or with \`glimpse add --retry\`.`,
  );
}
