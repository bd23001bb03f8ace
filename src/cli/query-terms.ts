import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { ImageRef, QueryTerm } from "../core/types.ts";

export interface TermFlags {
  readonly like?: readonly string[];
  readonly unlike?: readonly string[];
  readonly and?: readonly string[];
  readonly not?: readonly string[];
}

/** The parts of a question as typed: words, then `--and`, `--like`, `--not` and `--unlike`, each `value[:weight]`. */
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
  const { value, weight } = splitWeight(typed);
  if (value.trim() === "") throw new UsageError("--and and --not take words; one of them is empty.");
  return { text: value, weight: sign * weight };
}

function imageTerm(typed: string, sign: number): QueryTerm {
  // A file whose very name ends like a weight is still that file.
  const { value, weight } = existsSync(typed) ? { value: typed, weight: 1 } : splitWeight(typed);
  return { image: imageRef(value), weight: sign * weight };
}

function splitWeight(typed: string): { value: string; weight: number } {
  const match = /^(.+):(\d*\.?\d+)$/s.exec(typed);
  return match?.[1] && match[2] ? { value: match[1], weight: Number(match[2]) } : { value: typed, weight: 1 };
}

/** A file on disk, else an id of the library. */
export function imageRef(typed: string): ImageRef {
  if (existsSync(typed)) {
    if (statSync(typed).isDirectory()) throw new UsageError(`${typed} is a folder, not a picture.`);
    return { path: resolve(typed) };
  }
  if (/^[0-9a-f]{4,64}$/i.test(typed)) return { id: typed };
  throw new UsageError(`There is no file ${typed}, and it is not an image id either.`);
}
