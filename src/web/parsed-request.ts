import type { Context } from "hono";
import * as z from "zod";
import { UsageError, visibleText } from "../core/index.ts";
import type { Env } from "./gate.ts";

/** What a person typed: it must say something. Spaces around it stay, since a folder's name may have some. */
export const typed = (mostCharacters: number) => z.string().max(mostCharacters).regex(/\S/);

/** The query string, read by a schema. @throws UsageError that names what is wrong */
export function queryOf<Schema extends z.ZodType>(context: Context<Env>, schema: Schema): z.output<Schema> {
  return read(schema, context.req.query());
}

/** A body of JSON, read by a schema. @throws UsageError that names what is wrong */
export async function bodyOf<Schema extends z.ZodType>(
  context: Context<Env>,
  schema: Schema,
): Promise<z.output<Schema>> {
  return read(schema, await context.req.json().catch(() => undefined));
}

/** @throws UsageError that names what is wrong */
export function read<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(given);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw new UsageError(issue ? problemOf(issue) : NOT_READABLE);
}

const NOT_READABLE = "The request cannot be read.";

/** In the page's own sentences: what the library says is for who wrote the schema. */
function problemOf(issue: z.core.$ZodIssue): string {
  const name = visibleText(issue.path.join("."));
  if (name === "") return NOT_READABLE;
  if (issue.code === "invalid_format" || (issue.code === "too_small" && issue.origin !== "number"))
    return `“${name}” must not be empty.`;
  if (issue.code === "too_small") return `“${name}” must be ${issue.minimum} or more.`;
  if (issue.code === "too_big" && issue.origin === "number")
    return `“${name}” must be ${issue.maximum} or less.`;
  if (issue.code === "too_big")
    return issue.origin === "string"
      ? `“${name}” may have ${issue.maximum} characters at most.`
      : `“${name}” may have ${issue.maximum} values at most.`;
  if (issue.code === "invalid_value") return `“${name}” must be one of these: ${issue.values.join(", ")}.`;
  return `“${name}” is missing, or cannot be read as what it should be.`;
}
