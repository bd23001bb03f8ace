import { GlimpseError, UsageError } from "../core/errors.ts";
import { logLine, printable } from "./output.ts";

const FAILED = 1;
const WRONG_USAGE = 2;
const INTERRUPTED = 130;

/** Prints an error for the user. @returns the exit code */
export function reportError(error: unknown): number {
  if (error instanceof UsageError) {
    logLine(`glimpse: ${printable(error.message)}`);
    return WRONG_USAGE;
  }
  if (error instanceof GlimpseError) {
    logLine(`glimpse: ${printable(error.message)}`);
    return FAILED;
  }
  if (error instanceof Error && error.name === "AbortError") {
    logLine("Stopped. What was done is kept; run the same command again to continue.");
    return INTERRUPTED;
  }
  logLine("glimpse: an internal error occurred. Please report it with these lines:");
  logLine(lines(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return FAILED;
}

const lines = (message: string) => message.split("\n").map(printable).join("\n");
