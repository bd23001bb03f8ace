import { UsageError } from "../errors.ts";
import { tidyLabel } from "../fold-case.ts";

/** The tags of one picture, by a user. */
export interface GroundTruthLine {
  /** A path, or an image id or prefix. */
  readonly picture: string;
  /** Empty: none of the tags applies. */
  readonly tags: readonly string[];
}

/**
 * Reads labelled pictures: a path or image id, a tab, and the tags that apply, separated by commas. On a line
 * without tags none applies. Empty lines and lines that start with # are skipped.
 * @throws UsageError that names the line
 */
export function parseGroundTruth(text: string): GroundTruthLine[] {
  const lines: GroundTruthLine[] = [];
  for (const [at, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [picture = "", tags = "", ...more] = line.split("\t");
    if (picture.trim() === "") fail(at + 1, "no picture is named before the tab.");
    if (more.length > 0) fail(at + 1, "there is more than one tab.");
    const named = tags.split(",").map(tidyLabel);
    if (tags.trim() !== "" && named.includes("")) fail(at + 1, "a tag between two commas is empty.");
    lines.push({ picture: picture.trim(), tags: tags.trim() === "" ? [] : named });
  }
  if (lines.length === 0)
    throw new UsageError("The truth file names no picture. Write a path, a tab, and its tags.");
  return lines;
}

function fail(line: number, problem: string): never {
  throw new UsageError(`Line ${line} of the truth file: ${problem} Write "path or id", a tab, "tag, tag".`);
}
