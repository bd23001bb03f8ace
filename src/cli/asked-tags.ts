import { type Library, NotFoundError, nearNames, sameTags } from "../core/index.ts";
import type { Scope } from "../core/types.ts";

const SHOWN = 10;

/** A tag of `--tag` that nothing carries and no vocabulary has is a slip. @throws NotFoundError */
export async function checkTags(library: Library, { tags = [] }: Scope): Promise<void> {
  if (tags.length === 0) return;
  const known = await library.knownTags();
  const unknown = tags.find((tag) => sameTags(tag, known).length === 0);
  if (unknown !== undefined)
    throw new NotFoundError(`There is no tag "${unknown}". ${candidates(unknown, known)}`);
}

function candidates(typed: string, known: readonly string[]): string {
  const near = nearNames(typed, known);
  if (near.length > 0) return `Did you mean ${near.map((tag) => `"${tag}"`).join(" or ")}?`;
  if (known.length === 0) return "No picture is tagged yet: see `glimpse tag --help`.";
  const more = known.length > SHOWN ? ", …; `glimpse tag list` has them all" : "";
  return `Tags here: ${known.slice(0, SHOWN).join(", ")}${more}.`;
}
