import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { ENTIRE_LIBRARY, requiresWords } from "../core/index.ts";
import type { FindRequest, MediaKind, QueryTerm, Scoped } from "../core/types.ts";
import { collect } from "./option-values.ts";
import { type TermFlags, termsOf } from "./query-terms.ts";
import { isFiltered, isNarrowed, type ScopeFlags, scopeOf } from "./scope-options.ts";

export interface RequestFlags extends TermFlags, ScopeFlags {
  readonly limit?: number | "all";
  readonly cursor?: string;
  readonly sort?: string;
  readonly minScore?: string;
  readonly copies?: boolean;
  readonly print0?: boolean;
  readonly kind?: readonly string[];
}

const DEFAULT_LIMIT = 10;

/** Adds what a query is made of. */
export function withQueryOptions(command: Command): Command {
  return command
    .argument("[words...]", "what the picture shows")
    .option("--like <picture[:weight]>", "pictures like this file or image id (repeatable)", collect)
    .option("--and <words[:weight]>", "and these words too (repeatable)", collect)
    .option("--not <words[:weight]>", "away from these words (repeatable)", collect)
    .option("--unlike <picture[:weight]>", "away from this picture (repeatable)", collect)
    .option("--kind <kind>", "only this kind: image, video or animation (repeatable)", collect);
}

/** Validates all options before anything is opened or indexed. @throws UsageError */
export async function findRequest(
  words: readonly string[],
  flags: RequestFlags,
): Promise<Scoped<FindRequest>> {
  const terms = termsOf(words, flags);
  const limit = flags.limit ?? defaultLimit(terms, flags);
  const scope = await scopeOf(flags);
  return {
    terms,
    scope: {
      ...scope,
      ...(flags.kind && { picture: { ...scope.picture, kinds: flags.kind.map(kindOf) } }),
    },
    exampleScope: ENTIRE_LIBRARY,
    limit,
    cursor: flags.cursor,
    sort: terms.length > 0 ? orderOf(flags.sort) : listingOrder(flags),
    minScore: flags.minScore === undefined ? undefined : cosine(flags.minScore),
    // "all" lists copies separately.
    collapse: !flags.copies && limit !== "all",
  };
}

const KINDS: readonly MediaKind[] = ["image", "video", "animation"];

function kindOf(typed: string): MediaKind {
  const kind = KINDS.find((one) => one === typed.trim().toLowerCase().replace(/s$/, ""));
  if (kind) return kind;
  throw new UsageError(`--kind takes ${KINDS.join(", ")}; got "${typed}".`);
}

/**
 * A script gets everything that the filters leave. A query that only ranks what lies in a place gives its best hits: the rest
 * of the folder is not what was asked for.
 */
function defaultLimit(terms: readonly QueryTerm[], flags: RequestFlags): number | "all" {
  const isBounded =
    terms.length === 0 ||
    terms.some((term) => "text" in term && requiresWords(term.text)) ||
    isFiltered(flags) ||
    flags.kind !== undefined ||
    flags.minScore !== undefined;
  return flags.print0 && isBounded ? "all" : DEFAULT_LIMIT;
}

function orderOf(typed: string | undefined): FindRequest["sort"] {
  if (typed === undefined || typed === "relevance" || typed === "newest" || typed === "oldest") return typed;
  throw new UsageError(`--sort takes relevance, newest or oldest; got "${typed}".`);
}

/** Without words, what the options leave is listed by date. */
function listingOrder(flags: RequestFlags): FindRequest["sort"] {
  const order = orderOf(flags.sort);
  if (order === "newest" || order === "oldest") return order;
  if (isNarrowed(flags) || flags.kind !== undefined) return "newest";
  throw new UsageError(
    'The query is empty. Describe what the picture shows, such as "a dog on a beach", or list pictures by --in, --since, --tag, --has or --kind.',
  );
}

function cosine(typed: string): number {
  const value = Number(typed);
  if (typed.trim() !== "" && value >= -1 && value <= 1) return value;
  throw new UsageError(`--min-score takes a number from -1 to 1; got "${typed}".`);
}
