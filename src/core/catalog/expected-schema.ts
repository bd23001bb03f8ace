import Database from "better-sqlite3";
import { migrations } from "./schema.ts";

/** Whether the SQL of tables, indexes and triggers is what the migrations created; a flipped bit can be anywhere in it. */
export function hasExpectedSchema(read: (sql: string) => unknown[]): boolean {
  const made = new Database(":memory:");
  try {
    for (const step of migrations) made.exec(step);
    return JSON.stringify(read(SCHEMA)) === JSON.stringify(made.prepare(SCHEMA).all());
  } finally {
    made.close();
  }
}

const SCHEMA = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY type, name";
