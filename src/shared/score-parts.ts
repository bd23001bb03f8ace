import type { FindAnswer, Fit, FoundWord, Hit, WordPlace } from "../core/types.ts";

/** What a hit is made of: `looks 0.52 · words 2 of 3`. Undefined for a hit by its looks alone. */
export function scoreParts({ score, words, isCopy }: Hit): string | undefined {
  if (words === undefined && !isCopy) return undefined;
  const said = words ? `words ${words.matched} of ${words.of}` : "the same picture";
  return score === 0 ? said : `looks ${score.toFixed(2)} · ${said}`;
}

/** Places that no path of the hit shows: a line read in the picture, a caption, a tag. Untrusted text. */
export const quotedPlaces = ({ words }: Hit): readonly WordPlace[] =>
  (words?.places ?? []).filter(({ source }) => source !== "name");

const SAID: Readonly<Record<FoundWord["source"], string>> = {
  read: "reads",
  caption: "caption",
  name: "named",
  tag: "tag",
  keyword: "keyword",
  title: "title",
};

export const sourceLabel = (source: FoundWord["source"]): string => SAID[source];

/** What to say above hits that are not what was asked for; undefined above good ones. */
export function fitHeading({ match, hits }: Pick<FindAnswer, "match" | "hits">): string | undefined {
  if (hits.length === 0) return undefined;
  if (match === "nothing") return "No good match; nearest:";
  return match === "weak" ? "Weak matches only:" : undefined;
}

const MARKS: Readonly<Record<Fit, string>> = { good: "", weak: "weak", nothing: "unlikely" };

/** Said of a single hit in an answer that has good ones; of one without, its heading says it of all. */
export const fitMark = (match: FindAnswer["match"], fit: Hit["fit"]): string =>
  match === "good" ? MARKS[fit ?? "good"] : "";
