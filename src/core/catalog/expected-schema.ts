import Database from "better-sqlite3";
import { migrations } from "./schema.ts";

/** Whether tables, indexes and triggers are worded as the migrations made them; a flipped bit may lie in any word. */
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
