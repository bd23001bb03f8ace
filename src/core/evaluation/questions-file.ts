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
 * `{"question": …, "right": […]}`, or a JSON array of these. Pictures are paths, image ids, or globs (`*`, `?`, `**`). A
 * question without any says that nothing is right. Empty lines and lines that start with # are skipped.
 * @throws UsageError that names the line
 */
export function parseQuestions(text: string): WrittenQuestion[] {
  const questions: WrittenQuestion[] = [];
  for (const [at, line] of linesOf(text.replace(/^\uFEFF/, "")).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const { question, right } = line.startsWith("{") ? parseJson(line, at + 1) : parseTabs(line, at + 1);
    if (question.trim() === "") fail(at + 1, "the question is empty.");
    questions.push({ line: at + 1, text: question.trim(), right });
  }
  if (questions.length === 0)
    throw new UsageError(
      "The file asks no question. Write a question, a tab, and the pictures that are right.",
    );
  return questions;
}

/** Of a JSON array of objects, its elements. */
function linesOf(text: string): string[] {
  if (!/^\s*\[\s*\{/.test(text)) return text.split(/\r\n|\r|\n/);
  let elements: unknown[];
  try {
    elements = JSON.parse(text);
  } catch (cause) {
    throw new UsageError("The questions begin like a JSON array and are none.", { cause });
  }
  return elements.map((element, at) => {
    const line = JSON.stringify(element);
    return line.startsWith("{")
      ? line
      : fail(at + 1, `${line.slice(0, 40)} is no question with its pictures.`);
  });
}

/** The name of a picture file at the end of a line that has no tab: as tables of programs have it. */
const AFTER_COMMA = /[,;]\s*"?[^,;"]*\.(?:jpe?g|jpe|png|webp|gif|tiff?|bmp|avif|heic)"?\s*$/iu;

function parseTabs(line: string, number: number) {
  const [question = "", ...right] = line.split("\t").map((part) => part.trim());
  if (right.length === 0 && AFTER_COMMA.test(line))
    fail(number, "the picture comes after a comma. Separate question and pictures by tabs.");
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
