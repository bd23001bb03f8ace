import Database from "better-sqlite3";
import { migrations } from "./schema.ts";

/** Whether the SQL of tables, indexes and triggers is what the migrations created; a flipped bit can be anywhere in it. */
export function hasExpectedSchema(read: (sql: string) => unknown[]): boolean {
  expected ??= migratedSchema();
  return JSON.stringify(read(SCHEMA)) === expected;
}

/** Computed by the first check of a process. */
let expected: string | undefined;

function migratedSchema(): string {
  const made = new Database(":memory:");
  try {
    for (const step of migrations) made.exec(step);
    return JSON.stringify(made.prepare(SCHEMA).all());
  } finally {
    made.close();
  }
}

/** Without the tables that SQLite keeps full-text indexes in: they are made, and worded, by its own version. */
const SCHEMA = `SELECT type, name, tbl_name, sql FROM main.sqlite_schema
  WHERE tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY type, name`;
