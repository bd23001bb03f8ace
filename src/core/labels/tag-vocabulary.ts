import { UsageError } from "../errors.ts";
import { foldLabel, tidyLabel } from "../fold-case.ts";
import type { TagVocabulary, VocabularyTag } from "../types.ts";

const MAX_TAGS = 2000;
const MAX_TAG_LENGTH = 100;
/** Characters with a meaning in vocabulary files, ground truth files and on the command line. */
const RESERVED = /[,:|@\t]/;
const LINE = /^(?<tag>[^:@]*)(?::(?<prompts>[^@]*))?(?:@(?<threshold>.*))?$/u;

/**
 * Reads a vocabulary: one tag a line, its prompts after a colon, its threshold (0..1) after an at sign.
 *
 *     # comments and empty lines are skipped
 *     dog
 *     beach @0.6
 *     night: a photo taken at night | a dark street with lamps @0.7
 *
 * @throws UsageError that names the line, or for a vocabulary without tags
 */
export function parseVocabulary(text: string): TagVocabulary {
  const tags: VocabularyTag[] = [];
  const lineOf = new Map<string, number>();
  for (const [at, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const tag = parseLine(line, at + 1);
    const first = lineOf.get(foldLabel(tag.tag));
    if (first) fail(at + 1, `tag "${tag.tag}" is on line ${first} already. Keep one of them.`);
    lineOf.set(foldLabel(tag.tag), at + 1);
    tags.push(tag);
  }
  if (tags.length === 0)
    throw new UsageError("The vocabulary names no tag. Write one a line, such as: beach @0.6");
  return checkVocabulary({ tags });
}

function parseLine(line: string, number: number): VocabularyTag {
  const { tag, prompts, threshold } = LINE.exec(line)?.groups ?? {};
  if (tag === undefined) fail(number, `"${line}" cannot be read. Write it as "tag: prompt | prompt @0.6".`);
  const result: VocabularyTag = {
    tag: tidyLabel(tag),
    ...(prompts === undefined ? {} : { prompts: prompts.split("|").map(tidyLabel) }),
    ...(threshold === undefined ? {} : { threshold: parseThreshold(threshold) }),
  };
  const problem = problemOf(result);
  if (problem) fail(number, problem);
  return result;
}

const parseThreshold = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));

function fail(line: number, problem: string): never {
  throw new UsageError(`Line ${line} of the vocabulary: ${problem}`);
}

/** The vocabulary, tidied. @throws UsageError for a tag that is empty, repeated, or not well formed */
export function checkVocabulary({ tags }: TagVocabulary): TagVocabulary {
  if (tags.length > MAX_TAGS)
    throw new UsageError(`A vocabulary takes up to ${MAX_TAGS} tags; this one has ${tags.length}.`);
  const seen = new Set<string>();
  for (const tag of tags) {
    const problem = problemOf(tag);
    if (problem) throw new UsageError(`The vocabulary cannot be used: ${problem}`);
    const folded = foldLabel(tag.tag);
    if (seen.has(folded))
      throw new UsageError(`The vocabulary has the tag "${tag.tag}" twice. Keep one of them.`);
    seen.add(folded);
  }
  return { tags: tags.map(({ tag, ...rest }) => ({ tag: tidyLabel(tag), ...rest })) };
}

/** A tag that a user adds or removes, normalised; the rules of a vocabulary apply. @throws UsageError */
export function checkTag(tag: string): string {
  const problem = problemOf({ tag });
  if (problem) throw new UsageError(`${problem.charAt(0).toUpperCase()}${problem.slice(1)}`);
  return tidyLabel(tag);
}

/**
 * A keyword of another program as a tag: of a hierarchy ("Places|Italy|Rome") its last part, and spaces for what a tag
 * cannot hold. Undefined when nothing is left, or too much.
 */
export function asTag(keyword: string): string | undefined {
  const last = keyword.split("|").findLast((part) => part.trim() !== "") ?? "";
  const tag = tidyLabel(last.replace(/[\p{Cc},:@]/gu, " "));
  return tag !== "" && tag.length <= MAX_TAG_LENGTH ? tag : undefined;
}

/** The known tags that equal this one but for case and spacing. */
export const sameTags = (tag: string, known: readonly string[]): string[] =>
  known.filter((other) => foldLabel(other) === foldLabel(tag));

function problemOf({ tag, prompts, threshold }: VocabularyTag): string | undefined {
  if (tidyLabel(tag) === "") return "a tag is empty. Name what it stands for.";
  if (RESERVED.test(tag)) return `tag "${tag}" holds one of , : | @ or a tab. Choose another name.`;
  if (tag.length > MAX_TAG_LENGTH)
    return `tag "${tag.slice(0, 30)}…" is longer than ${MAX_TAG_LENGTH} letters.`;
  if (prompts?.length === 0 || prompts?.some((prompt) => tidyLabel(prompt) === "")) {
    return `a prompt of "${tag}" is empty. Write it as "${tag}: prompt | prompt", or leave the colon out.`;
  }
  if (threshold !== undefined && !(threshold >= 0 && threshold <= 1)) {
    return `the threshold of "${tag}" must be a number from 0 to 1, such as "${tag} @0.6".`;
  }
  return undefined;
}
