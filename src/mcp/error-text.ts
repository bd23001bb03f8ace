import * as z from "zod";
import {
  AmbiguousIdError,
  enumerate,
  GlimpseError,
  NotFoundError,
  PictureError,
  pluralize,
} from "../core/index.ts";
import { untrusted } from "./untrusted-text.ts";

const MAX_PROBLEMS = 5;

/** The text of a failed call: what failed, why, and what to call instead. Never a stack. */
export function errorText(
  error: unknown,
  tool: { readonly name: string; readonly arguments: string },
): string {
  if (error instanceof z.ZodError) return `${badArguments(error)} ${tool.name} takes ${tool.arguments}.`;
  if (error instanceof AmbiguousIdError) return sentence(error.message);
  if (error instanceof NotFoundError) return `${sentence(error.message)} ${whereIdsComeFrom}`;
  if (error instanceof PictureError) return `${sentence(error.message)} Give another picture.`;
  return expectedOr(error, "Something went wrong inside Glimpse; its log on stderr has the details.");
}

const whereIdsComeFrom = "search_images gives ids; library_status lists folders and jobs.";

/** The message of an expected failure, or `otherwise` for a defect. */
export function expectedOr(error: unknown, otherwise: string): string {
  return error instanceof GlimpseError ? sentence(error.message) : otherwise;
}

/** Messages quote names and arguments, so they are sanitised like any other untrusted text. */
const sentence = (message: string) => untrusted(message, 800);

function badArguments(error: z.ZodError): string {
  const problems = error.issues.slice(0, MAX_PROBLEMS).map((issue) => untrusted(problemOf(issue), 160));
  const more = error.issues.length > MAX_PROBLEMS ? ` (and ${error.issues.length - MAX_PROBLEMS} more)` : "";
  return `Bad arguments: ${problems.join("; ")}${more}.`;
}

/** In words for an assistant; zod's own are for programmers. */
function problemOf(issue: z.core.$ZodIssue): string {
  const name = placeOf(issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return `there is no argument ${issue.keys.map((key) => untrusted(key, 40)).join(", ")}`;
    case "invalid_type":
      if (issue.input === undefined && issue.path.length > 0) return `${name} is missing`;
      return `${name} should be ${KINDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `${name} should be ${enumerate(issue.values.map(String), "or")}`;
    case "too_big":
      return `${name} is too ${isAmount(issue.origin) ? "large" : "long"}: at most ${amount(issue.maximum, issue.origin)}`;
    case "too_small":
      return `${name} is too ${isAmount(issue.origin) ? "small" : "short"}: at least ${amount(issue.minimum, issue.origin)}`;
    default:
      return `${name} is not usable: ${issue.message}`;
  }
}

/** "entry 2 of ids" */
function placeOf(path: readonly PropertyKey[]): string {
  const [name = "the arguments", ...inside] = path.map(String);
  return inside.reduce(
    (whole, part) => (/^\d+$/.test(part) ? `entry ${Number(part) + 1} of ${whole}` : `${part} of ${whole}`),
    name,
  );
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  boolean: "true or false",
  object: "named arguments",
};
const UNITS: Readonly<Record<string, string>> = { string: "character", array: "entry" };

function amount(bound: number | bigint, origin: string): string {
  const unit = UNITS[origin];
  return unit ? pluralize(Number(bound), unit) : String(bound);
}

const isAmount = (origin: string) => origin === "number" || origin === "int";
