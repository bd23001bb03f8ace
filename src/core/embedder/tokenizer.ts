import { readFile } from "node:fs/promises";
import { Tokenizer } from "@huggingface/tokenizers";
import { ModelError, messageOf } from "../errors.ts";
import type { ModelDescriptor } from "../models/descriptor.ts";

type TextRecipe = ModelDescriptor["text"];

export interface Tokens {
  readonly ids: readonly number[];
  readonly truncated: boolean;
}

export type Tokenize = (text: string) => Tokens;

/**
 * Token ids as the model's Python reference makes them, its special tokens included, unpadded. What
 * @huggingface/tokenizers cannot reproduce is only a last sigma (JavaScript lower-cases it to ς, Rust to σ), texts that
 * spell out a special token, and a text of U+FFFD alone.
 * @throws ModelError when the file is no tokenizer
 */
export async function openTokenizer(file: string, recipe: TextRecipe): Promise<Tokenize> {
  const tokenizer = await readTokenizer(file);
  return (text) => {
    const { ids, tokens } = tokenizer.encode(prepare(text, recipe.prepare));
    return truncate(withByteFallback(ids, tokens, recipe.prepare.byteFallback), recipe.maxTokens);
  };
}

async function readTokenizer(file: string): Promise<Tokenizer> {
  try {
    return new Tokenizer(JSON.parse(await readFile(file, "utf8")), {});
  } catch (cause) {
    const reason = messageOf(cause);
    throw new ModelError(`${file} cannot be used as a tokenizer: ${reason}.`, { cause });
  }
}

/** What Python's `\s` matches, which is not quite what JavaScript's does. */
const PYTHON_SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

function prepare(text: string, { lowercase, stripPunctuation }: TextRecipe["prepare"]): string {
  const cased = lowercase ? text.toLowerCase() : text;
  if (!stripPunctuation) return cased;
  return cased
    .replace(/[!-/:-@[-`{-~]/g, "")
    .replace(PYTHON_SPACE, " ")
    .trim();
}

/** SentencePiece encodes unknown text as UTF-8 bytes; the JavaScript tokenizer leaves one unknown token. */
function withByteFallback(
  ids: readonly number[],
  tokens: readonly string[],
  fallback: TextRecipe["prepare"]["byteFallback"],
): readonly number[] {
  if (!fallback || !ids.includes(fallback.unknown)) return ids;
  return ids.flatMap((id, at) =>
    id === fallback.unknown
      ? [...new TextEncoder().encode(tokens[at])].map((byte) => fallback.firstByte + byte)
      : [id],
  );
}

/** Keeps the end token: text towers are pooled there. */
function truncate(ids: readonly number[], max: number): Tokens {
  if (ids.length <= max) return { ids, truncated: false };
  return { ids: [...ids.slice(0, max - 1), ...ids.slice(-1)], truncated: true };
}
