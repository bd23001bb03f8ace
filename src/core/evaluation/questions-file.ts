import { UsageError } from "../errors.ts";

/** A question as a file asks it, with pictures by path, image id, or glob. */
export interface WrittenQuestion {
  readonly line: number;
  readonly text: string;
  /** Empty: nothing is right. */
  readonly right: readonly string[];
}

/**
 * Reads questions: one a line, a tab, and the pictures that are right, separated by tabs; or JSON Lines of
 * `{"question": …, "right": […]}`. Pictures are paths, image ids, or globs (`*`, `?`, `**`). A question without any
 * says that nothing is right. Empty lines and lines that start with # are skipped.
 * @throws UsageError that names the line
 */
export function parseQuestions(text: string): WrittenQuestion[] {
  const questions: WrittenQuestion[] = [];
  for (const [at, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const { question, right } = line.startsWith("{") ? parseJson(line, at + 1) : parseTabs(line);
    if (question.trim() === "") fail(at + 1, "the question is empty.");
    questions.push({ line: at + 1, text: question.trim(), right });
  }
  if (questions.length === 0)
    throw new UsageError(
      "The file asks no question. Write a question, a tab, and the pictures that are right.",
    );
  return questions;
}

function parseTabs(line: string) {
  const [question = "", ...right] = line.split("\t").map((part) => part.trim());
  return { question, right: right.filter((picture) => picture !== "") };
}

/** By hand: zod would be loaded with every command. */
function parseJson(line: string, number: number) {
  const refused = `Line ${number} of the questions is not {"question": "…", "right": ["…"]}.`;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new UsageError(refused, { cause });
  }
  const { question, right = [], ...rest } = value as Record<string, unknown>;
  const isRead = typeof question === "string" && isTexts(right) && Object.keys(rest).length === 0;
  if (!isRead) throw new UsageError(refused);
  return { question, right };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((part) => typeof part === "string");

function fail(line: number, problem: string): never {
  throw new UsageError(`Line ${line} of the questions: ${problem}`);
}

export const isGlob = (picture: string): boolean => /[*?]/.test(picture);

/** `*` and `?` are within one folder, `**` over several. */
export function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : `\\${part}`;
  });
  return new RegExp(`^${source}$`, "u");
}
