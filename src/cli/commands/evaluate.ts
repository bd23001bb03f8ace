import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { type Library, type OwnSource, parseQuestions } from "../../core/index.ts";
import type { Scope } from "../../core/types.ts";
import { checkScope } from "../check-scope.ts";
import { wholeNumber } from "../option-values.ts";
import { logLine, printJson } from "../output.ts";
import { printQuality } from "../print-quality.ts";
import { showProgress } from "../progress.ts";
import { type ScopeFlags, scopeOf, withScopeOptions } from "../scope-options.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";

export interface QuestionFlags {
  readonly questions?: string;
  readonly marks?: boolean;
  readonly from?: readonly OwnSource[];
  readonly questionLimit: number;
}

const OWN_SOURCES: readonly OwnSource[] = ["captions", "names", "tags"];

const EXAMPLES = `
Examples:
  glimpse evaluate                              by your marks and the library's own names, captions and tags
  glimpse evaluate --questions questions.tsv    by questions of your own
  glimpse evaluate --marks --json
  glimpse evaluate --from names --in ~/Pictures

Each line of the file has a question, a tab, and the pictures that are right, separated by tabs: paths, image ids, or
globs (~ is not expanded). No picture: nothing is right. JSON Lines of {"question": "…", "right": ["…"]} do as well.
The library's own words are asked of looks alone, since a name would find itself.`;

export function registerEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .description("how well searching finds what you look for in your own pictures")
    .option("--json", "print as JSON");
  withScopeOptions(withQuestionOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (flags: QuestionFlags & ScopeFlags & { json?: boolean }) => {
      const questions = await questionsFrom(flags);
      const scope = await scopeOf(flags);
      await withExistingLibrary(globalOptions(command), async (library, signal) => {
        await checkScope(library, scope);
        const display = showProgress("Asking");
        const quality = await library
          .evaluate(scope, { ...questions, signal, onProgress: display.onProgress })
          .finally(display.end);
        if (flags.json) return printJson(quality);
        if (quality.length === 0) return logLine(await nothingToAsk(library, scope));
        for (const one of quality) printQuality(one);
      });
    });
}

export function withQuestionOptions(command: Command): Command {
  return command
    .option("--questions <file>", "ask those of this file")
    .option("--marks", "ask those that you marked answers of, with `glimpse mark`")
    .option(
      "--from <sources>",
      "ask what the library itself says of its pictures: captions,names,tags",
      ownSources,
    )
    .option("--question-limit <count>", "of captions, names and tags at most so many each", wholeNumber, 200);
}

function ownSources(typed: string): OwnSource[] {
  const named = typed.split(",").map((name) => name.trim());
  const unknown = named.find((name) => !OWN_SOURCES.some((source) => source === name));
  if (unknown !== undefined)
    throw new UsageError(`--from takes ${OWN_SOURCES.join(", ")}; got "${unknown}".`);
  return OWN_SOURCES.filter((source) => named.includes(source));
}

/** Without an option: marks and the library's own words. @throws UsageError */
export async function questionsFrom({ questions, marks, from, questionLimit }: QuestionFlags) {
  const isChosen = questions !== undefined || marks || from !== undefined;
  return {
    written: questions === undefined ? undefined : parseQuestions(await readQuestions(questions)),
    marksOf: marks || !isChosen ? ("owner" as const) : undefined,
    own: isChosen ? from : OWN_SOURCES,
    limit: questionLimit,
  };
}

const readQuestions = (file: string) =>
  readFile(file, "utf8").catch((cause) => {
    throw new UsageError(`The questions file ${file} cannot be read. Check its path.`, { cause });
  });

async function nothingToAsk(library: Library, scope: Scope): Promise<string> {
  const { searched } = await library.within(scope).find({ terms: [], sort: "newest", limit: 1 });
  if (searched === 0) return "There is no picture to ask for. Add some with `glimpse add ~/Pictures`.";
  return "There is no question to ask: no mark, and no caption, name or tag in words. Mark answers with `glimpse mark`, or give --questions FILE.";
}
