import { InvalidArgumentError } from "commander";

/** Parses an option that takes a whole number from 1 on. */
export function wholeNumber(typed: string): number {
  const value = Number(typed);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return value;
}

/** As many hits as one page may have, or all there are. */
export function hitCount(typed: string): number | "all" {
  const value = Number(typed);
  if (typed === "all") return typed;
  if (!Number.isInteger(value) || value < 1 || value > 1000)
    throw new InvalidArgumentError("It must be a whole number from 1 to 1000, or all.");
  return value;
}

/** For what is cut from a list that is there anyway: all of it is as good as any number. */
export const wholeNumberOrAll = (typed: string): number =>
  typed === "all" ? Number.POSITIVE_INFINITY : wholeNumber(typed);

export function portNumber(typed: string): number {
  const value = Number(typed);
  if (typed.trim() === "" || !Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new InvalidArgumentError("It must be a port from 0 to 65535.");
  }
  return value;
}
