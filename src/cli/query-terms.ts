import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { ImageRef, QueryTerm } from "../core/types.ts";
import { splitWeight } from "../shared/split-weight.ts";

export interface TermFlags {
  readonly like?: readonly string[];
  readonly unlike?: readonly string[];
  readonly and?: readonly string[];
  readonly not?: readonly string[];
}

/** The terms of a query as typed: words, then `--and`, `--like`, `--not` and `--unlike`, each `value[:weight]`. */
export function termsOf(words: readonly string[], flags: TermFlags): QueryTerm[] {
  const text = words.join(" ").trim();
  return [
    ...(text === "" ? [] : [{ text }]),
    ...(flags.and ?? []).map((typed) => textTerm(typed, 1)),
    ...(flags.like ?? []).map((typed) => imageTerm(typed, 1)),
    ...(flags.not ?? []).map((typed) => textTerm(typed, -1)),
    ...(flags.unlike ?? []).map((typed) => imageTerm(typed, -1)),
  ];
}

function textTerm(typed: string, sign: number): QueryTerm {
  const { value, weight } = TIME_OR_RATIO.test(typed) ? { value: typed, weight: 1 } : splitWeight(typed);
  if (value.trim() === "") throw new UsageError("--and and --not take words; one of them is empty.");
  return { text: value, weight: sign * weight };
}

function imageTerm(typed: string, sign: number): QueryTerm {
  // A file whose very name ends like a weight is still that file.
  const isWhole = existsSync(typed) || MOMENT.test(typed);
  const { value, weight } = isWhole ? { value: typed, weight: 1 } : splitWeight(typed);
  return { image: exampleRef(value), weight: sign * weight };
}

/** An id with the time of a frame, "3f2a9c01@1:02": what follows its colon is no weight. */
const MOMENT = /^[0-9a-f]{4,64}@\d{1,3}:[\d:.]+$/i;
/** "12:30", "at 12:30:15", "12:30pm", "16:9": words whose digits belong together. */
const TIME_OR_RATIO = /(?:^|\s)\d{1,2}:\d{1,2}(?::\d{2})?(?:[ap]\.?m\.?)?$/i;

/** A file on disk, else an id of the library. */
export function imageRef(typed: string): ImageRef {
  const found = existing(typed);
  if (found) return found;
  throw new UsageError(`There is no file ${typed}, and it is not an image id.`);
}

/** The same for an example, which may be a file of the library whose disk is away. */
function exampleRef(typed: string): ImageRef {
  return existing(typed) ?? { path: resolve(typed) };
}

function existing(typed: string): ImageRef | undefined {
  if (existsSync(typed)) {
    if (statSync(typed).isDirectory()) throw new UsageError(`${typed} is a folder, not a picture.`);
    return { path: resolve(typed) };
  }
  return /^[0-9a-f]{4,64}(@[\d:.]+)?$/i.test(typed) ? { id: typed } : undefined;
}
