import { GlimpseError, UsageError } from "../core/errors.ts";
import { logLine, printable } from "./output.ts";

const FAILED = 1;
const WRONG_USAGE = 2;
const INTERRUPTED = 130;

/** Prints an error for the person who typed the command, and gives the exit code that goes with it. */
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
    logLine("Stopped. What was done is kept; run the same command again to go on.");
    return INTERRUPTED;
  }
  logLine("glimpse: something went wrong that should not have. Please report it with these lines:");
  logLine(lines(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return FAILED;
}

const lines = (message: string) => message.split("\n").map(printable).join("\n");
