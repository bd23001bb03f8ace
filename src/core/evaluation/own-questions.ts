import { keysInScope } from "../images-in-scope.ts";
import type { Catalog } from "../ports.ts";
import type { EvaluationQuestion, ImageId, ImageRecord, LongWork, QuestionSource, Scope } from "../types.ts";

export type OwnSource = Extract<QuestionSource, "captions" | "names" | "tags">;

const IMAGES_AT_ONCE = 200;
const MAX_WORDS = 20;
/** Names that cameras, phones and messengers give, and words that say nothing of what is to be seen. */
const SAYS_NOTHING =
  /^(?:img|dsc[nf]?|dscf|pict|pxl|mvi|vid|wa|wp|gopr|image|images|photo|photos|picture|pic|pics|screenshot|screen|shot|scan|copy|final|edit|edited|untitled|new|unnamed|download|file|tmp|thumb|thumbnail|export|original)$/i;
const HEX = /^[0-9a-f]{6,}$/i;

/**
 * Questions from what the library itself says of its pictures: captions, names of files that are words, and tags by people
 * and files. A picture is right for each question whose words it has. At most `limit` of each source, which are the same
 * for the same library.
 */
export async function ownQuestions(
  catalog: Catalog,
  scope: Scope,
  { sources, limit, signal }: LongWork & { readonly sources: readonly OwnSource[]; readonly limit: number },
): Promise<EvaluationQuestion[]> {
  const found = new Map<OwnSource, Map<string, Set<ImageId>>>(sources.map((source) => [source, new Map()]));
  for await (const keys of keysInScope(catalog, scope, IMAGES_AT_ONCE)) {
    signal?.throwIfAborted();
    for (const { record } of await catalog.images.byKey(keys, scope, "first"))
      for (const [source, questions] of found)
        for (const text of textsOf(source, record)) {
          const right = questions.get(text) ?? new Set();
          questions.set(text, right.add(record.id));
        }
  }
  return [...found].flatMap(([source, questions]) =>
    // Ids are hashes: the lowest of each question put questions in an order that has nothing to do with their words.
    [...questions]
      .map(([text, right]) => ({ text, source, right: [...right].sort() }))
      .sort((a, b) => ((a.right[0] ?? "") < (b.right[0] ?? "") ? -1 : 1))
      .slice(0, limit),
  );
}

function textsOf(source: OwnSource, { placements, tags }: ImageRecord): Set<string> {
  if (source === "tags")
    return new Set(tags.flatMap(({ tag, by }) => (by === "model" ? [] : wordsOf(tag).slice(0, 1))));
  return new Set(
    placements.flatMap((at) => {
      if (source === "captions") return at.kind === "discord" && at.caption ? wordsOf(at.caption) : [];
      const name = at.kind === "file" ? (at.path.split(/[/\\]/).at(-1) ?? "") : at.filename;
      return nameInWords(name);
    }),
  );
}

/** A text as a question: without what searching takes for operators. */
function wordsOf(text: string): string[] {
  const words = text
    .replace(/[":\p{Cc}]/gu, " ")
    .split(/\s+/u)
    .filter(Boolean);
  return words.some((word) => /\p{L}/u.test(word)) ? [words.slice(0, MAX_WORDS).join(" ")] : [];
}

/** "golden-retriever_on beach (2).jpg" is "golden retriever on beach"; names that cameras give are none. */
export function nameInWords(name: string): string[] {
  const stem = name.replace(/\.[^.]*$/, "");
  const words = stem
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .split(/[^\p{L}\p{M}']+/u)
    .filter((word) => word !== "" && !HEX.test(word));
  const telling = words.filter((word) => word.length > 2 && !SAYS_NOTHING.test(word));
  if (telling.length === 0) return [];
  const said = words.filter((word) => !SAYS_NOTHING.test(word)).join(" ");
  return [said.replace(/^of /, "").toLowerCase()];
}
