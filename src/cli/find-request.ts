import { UsageError } from "../core/errors.ts";
import type { FindRequest } from "../core/types.ts";
import { type TermFlags, termsOf } from "./query-terms.ts";
import { type ScopeFlags, scopeOf } from "./scope-options.ts";

export interface RequestFlags extends TermFlags, ScopeFlags {
  readonly limit: number;
  readonly cursor?: string;
  readonly sort?: string;
  readonly minScore?: string;
  readonly copies?: boolean;
}

/** The question as typed, all of it checked: nothing is opened or indexed for a slip. @throws UsageError */
export async function findRequest(words: readonly string[], flags: RequestFlags): Promise<FindRequest> {
  const terms = termsOf(words, flags);
  return {
    terms,
    scope: await scopeOf(flags),
    limit: flags.limit,
    cursor: flags.cursor,
    sort: terms.length > 0 ? orderOf(flags.sort) : listingOrder(flags),
    minScore: flags.minScore === undefined ? undefined : cosine(flags.minScore),
    collapse: !flags.copies,
  };
}

function orderOf(typed: string | undefined): FindRequest["sort"] {
  if (typed === undefined || typed === "relevance" || typed === "newest" || typed === "oldest") return typed;
  throw new UsageError(`--sort takes relevance, newest or oldest; got "${typed}".`);
}

/** Without words, what the options leave is listed by date. */
function listingOrder(flags: RequestFlags): FindRequest["sort"] {
  const order = orderOf(flags.sort);
  if (order === "newest" || order === "oldest") return order;
  const { in: folders, since, until, tag, notTag } = flags;
  if ([folders, since, until, tag, notTag].some((narrowed) => narrowed !== undefined)) return "newest";
  throw new UsageError(
    'The query is empty. Say what the picture shows, such as "a dog on a beach", or list pictures by --in, --since or --tag.',
  );
}

function cosine(typed: string): number {
  const value = Number(typed);
  if (typed.trim() !== "" && value >= -1 && value <= 1) return value;
  throw new UsageError(`--min-score takes a number from -1 to 1; got "${typed}".`);
}
