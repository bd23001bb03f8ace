import { homedir } from "node:os";
import { Command, CommanderError } from "commander";
import { UsageError } from "../core/errors.ts";
import type { FindRequest, Scoped } from "../core/types.ts";
import { findRequest, type RequestFlags, withQueryOptions } from "./find-request.ts";
import { hitCount } from "./option-values.ts";
import { withScopeOptions } from "./scope-options.ts";

/**
 * What a search asks for that is typed as one text, as after `glimpse` in a shell: `find a dog --in ~/Pictures -n 20`. With
 * a least score and no limit it asks for all hits.
 * @throws UsageError
 */
export async function typedFind(typed: string): Promise<Scoped<FindRequest>> {
  const [name, ...args] = wordsIn(typed).filter((word, at) => at > 0 || word !== "glimpse");
  if (name !== "find")
    throw new UsageError(
      `"${typed}" is no search. Type it as you would in a shell: "find a dog on a beach -n 20".`,
    );
  const command = withScopeOptions(withQueryOptions(new Command(name)))
    .option("-n, --limit <count>", "", hitCount)
    .option("--min-score <cosine>")
    .option("--sort <order>")
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageError(`In "${typed}": ${error.message.replace(/^error: /, "")}.`, { cause: error });
  }
  const flags = command.opts<RequestFlags>();
  const isUnlimited = flags.limit === undefined && flags.minScore !== undefined;
  return findRequest(command.args, isUnlimited ? { ...flags, limit: "all" } : flags);
}

/** One word of a shell: quoted parts and others side by side. */
const WORD = /(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gsu;
const PART = /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)|([^"'\\]+)/gsu;

/** @throws UsageError for a quote that is not closed */
function wordsIn(typed: string): string[] {
  const words = typed.match(WORD) ?? [];
  if (typed.replace(WORD, "").trim() !== "") throw new UsageError(`In "${typed}" a quote is not closed.`);
  return words.map((word) =>
    word
      .replace(/^~(?=[/\\]|$)/, () => homedir())
      .replace(PART, (_, double, single, escaped, plain) =>
        double === undefined ? (single ?? escaped ?? plain) : double.replace(/\\(["\\$`])/g, "$1"),
      ),
  );
}
