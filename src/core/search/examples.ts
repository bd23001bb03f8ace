import type { ImageKey } from "../ports.ts";
import type { FindRequest, Scope, Scoped } from "../types.ts";
import { copiesOf, verifiedCopies } from "./copies.ts";
import { isText, type ParsedQuery, weightOf } from "./parsed-query.ts";
import type { Example, QueryVector } from "./query-vector.ts";
import type { SearchContext } from "./search-context.ts";

/**
 * Examples that are in the scope, and copies of those that are disliked. The note is for those given as a picture, which the
 * viewer may not know to be there.
 */
export async function excludedExamples(
  context: SearchContext,
  { scope, signal }: Scoped<FindRequest>,
  embedded: QueryVector | undefined,
  searched: number,
): Promise<{ except: ReadonlySet<ImageKey>; notes: readonly string[] }> {
  if (embedded === undefined) return { except: new Set(), notes: [] };
  const { examples, notes } = embedded;
  const found = await context.catalog.images.byId(
    examples.map(({ id }) => id),
    scope,
    "first",
  );
  const keyOf = new Map(found.map(({ key, record }) => [record.id, key]));
  const disliked = examples.filter(({ isDisliked }) => isDisliked);
  const except = new Set(keyOf.values());
  for (const example of disliked)
    for (const key of await copiesOfDisliked(context, example, keyOf.get(example.id), scope, signal))
      except.add(key);
  if (disliked.length === 0 && except.size > 0 && except.size >= searched)
    return { except, notes: [...notes, except.size === 1 ? ONLY_EXAMPLE : ONLY_EXAMPLES] };
  const isNew = examples.some(({ id, isById, isDisliked }) => !isById && !isDisliked && keyOf.has(id));
  return { except, notes: isNew ? [...notes, EXAMPLE_KNOWN] : notes };
}

/** Of a picture that is not in the scope only what its hashes tell beyond doubt. */
async function copiesOfDisliked(
  context: SearchContext,
  { fingerprint }: Example,
  key: ImageKey | undefined,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<ImageKey[]> {
  if (!fingerprint) return [];
  if (key === undefined) return copiesOf(context.catalog, fingerprint, scope, { isCertain: true, signal });
  return verifiedCopies(
    context,
    key,
    await copiesOf(context.catalog, fingerprint, scope, { signal }),
    signal,
  );
}

const ONLY_EXAMPLE = "The example is the only picture there is to search: nothing else can be like it.";
const ONLY_EXAMPLES = "The examples are all the pictures there are to search: nothing else can be like them.";
const EXAMPLE_KNOWN = "The example itself is in the library; it is left out of what is like it.";

/** A query of example pictures alone; beside words, a copy is one of many that fit. */
export async function copiesOfExamples(
  { catalog }: SearchContext,
  { scope, signal }: Scoped<FindRequest>,
  { examples }: QueryVector,
  query: ParsedQuery,
): Promise<ImageKey[]> {
  if (query.looks.some((term) => isText(term) && weightOf(term) > 0)) return [];
  const found: ImageKey[] = [];
  for (const { fingerprint, isDisliked } of examples)
    if (fingerprint && !isDisliked) found.push(...(await copiesOf(catalog, fingerprint, scope, { signal })));
  return [...new Set(found)];
}
