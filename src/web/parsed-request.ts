import type { Context } from "hono";
import type * as z from "zod";
import { UsageError } from "../core/index.ts";
import type { Env } from "./gate.ts";

/** The query string, read by a schema. @throws UsageError that names what is wrong */
export function queryOf<Schema extends z.ZodType>(context: Context<Env>, schema: Schema): z.output<Schema> {
  return read(schema, context.req.query(), "The address");
}

/** A body of JSON, read by a schema. @throws UsageError that names what is wrong */
export async function bodyOf<Schema extends z.ZodType>(
  context: Context<Env>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body: unknown = await context.req.json().catch(() => undefined);
  return read(schema, body, "The request");
}

/** @throws UsageError that names what is wrong */
export function read<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  what: string,
): z.output<Schema> {
  const { data, error } = schema.safeParse(given);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  const where = issue?.path.length ? `${issue.path.join(".")}: ` : "";
  throw new UsageError(`${what} is not usable (${where}${issue?.message}).`);
}
