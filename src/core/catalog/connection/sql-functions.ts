import type { Database } from "better-sqlite3";
import { kilometresBetween } from "../../distance.ts";
import { foldCase, foldLabel } from "../../fold-case.ts";
import { isScreenshotName } from "../../screenshot-name.ts";
import { decodeVector } from "../../vector.ts";

/** Half-precision models round: their unit vectors are off by less than this. */
const UNIT_TOLERANCE = 0.01;

/** What statements call that SQLite itself does not have. */
export function addSqlFunctions(database: Database): void {
  database.function("folded", { deterministic: true }, foldLabel);
  database.function("has_words", { deterministic: true }, hasWords);
  database.function("has_unit_length", { deterministic: true }, hasUnitLength);
  database.function("kilometres", { deterministic: true }, kilometres);
  database.function("is_screenshot_name", { deterministic: true }, (path: unknown) =>
    isScreenshotName(String(path)) ? 1 : 0,
  );
}

/** Whether a caption contains every word, ignoring case: 1 or 0. SQLite itself folds ASCII only. */
function hasWords(caption: unknown, words: unknown): 0 | 1 {
  if (typeof caption !== "string" || typeof words !== "string") return 0;
  const text = foldCase(caption);
  return foldCase(words)
    .split(/\s+/)
    .every((word) => text.includes(word))
    ? 1
    : 0;
}

/** Null where the first is unknown. SQLite looks at how many parameters a function has. */
function kilometres(latitude: unknown, longitude: unknown, toLatitude: unknown, toLongitude: unknown) {
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  const to = { latitude: Number(toLatitude), longitude: Number(toLongitude) };
  return kilometresBetween({ latitude, longitude }, to);
}

/** 1 for a stored vector of unit length, else 0. Most flipped bits of a vector show here. */
function hasUnitLength(vector: unknown): 0 | 1 {
  if (!Buffer.isBuffer(vector)) return 0;
  const squares = decodeVector(vector).reduce((sum, value) => sum + value * value, 0);
  return Math.abs(Math.sqrt(squares) - 1) < UNIT_TOLERANCE ? 1 : 0;
}
