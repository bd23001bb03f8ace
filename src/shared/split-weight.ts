import { UsageError } from "../core/errors.ts";

/** What after the last colon is meant as a weight: nothing, or one word that begins as numbers do, of whatever spelling or script. */
const MEANT_AS_WEIGHT = /^\s*(?:[+\-−]?(?:nan|inf(?:inity)?)|[+\-−.,]*[\p{N}∞]\S*)?\s*$/iu;
const WEIGHT = /^(?:\d+\.?\d*|\.\d+)$/;
const MAX_WEIGHT = 100;

/** Of `text:2024`: digits after these are words. */
const OPERATOR = /(?:^|\s)(?:text|look|name)$/i;

/** Splits off `:weight`, a decimal number above 0 and up to 100. @throws UsageError for a weight that is none */
export function splitWeight(typed: string): { value: string; weight: number } {
  const colon = typed.lastIndexOf(":");
  const written = typed.slice(colon + 1);
  if (OPERATOR.test(typed.slice(0, colon))) return { value: typed, weight: 1 };
  if (colon < 0 || !MEANT_AS_WEIGHT.test(written)) return { value: typed, weight: 1 };
  const weight = WEIGHT.test(written) ? Number(written) : Number.NaN;
  if (weight > 0 && weight <= MAX_WEIGHT) return { value: typed.slice(0, colon), weight };
  throw new UsageError(
    `"${typed}" ends in ":${written}", which is not a weight. A weight is a number above 0 and up to ${MAX_WEIGHT}, such as :0.5; without one, leave the colon out.`,
  );
}
