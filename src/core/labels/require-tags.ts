import { enumerate } from "../english.ts";
import { NotFoundError } from "../errors.ts";
import { nearNames } from "../near-names.ts";
import { sameTags } from "./tag-vocabulary.ts";

const TAGS_SHOWN = 10;

/** @throws NotFoundError for a tag that is not among the known ones, in any case, with those that may have been meant */
export function requireTags(tags: readonly string[], known: readonly string[]): void {
  const unknown = tags.find((tag) => sameTags(tag, known).length === 0);
  if (unknown !== undefined)
    throw new NotFoundError(`There is no tag "${unknown}". ${tagCandidates(unknown, known)}`);
}

/** A sentence on the known tags that may have been meant, else on those that there are. */
export function tagCandidates(typed: string, known: readonly string[]): string {
  const near = nearNames(typed, known);
  if (near.length > 0)
    return `Did you mean ${enumerate(
      near.map((tag) => `"${tag}"`),
      "or",
    )}?`;
  if (known.length === 0) return "No picture has a tag yet.";
  return `Existing tags: ${known.slice(0, TAGS_SHOWN).join(", ")}${known.length > TAGS_SHOWN ? ", …" : ""}.`;
}
