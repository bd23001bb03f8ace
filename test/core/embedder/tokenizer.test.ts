import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openTokenizer } from "../../../src/core/embedder/tokenizer.ts";

const golden = fileURLToPath(new URL("../../../../shared/golden/tokenizer/", import.meta.url));
const none = { lowercase: false, stripPunctuation: false, byteFallback: null };
const tower = { file: "t.onnx", input: "i", output: "o", tokenizer: "t.json", normalised: false };

interface Case {
  readonly text: string;
  readonly ids: readonly number[];
  readonly truncated: boolean;
  readonly uncertain?: boolean;
}

const casesOf = (name: string): Case[] =>
  readFileSync(`${golden}${name}/cases.jsonl`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe.skipIf(!existsSync(golden))("token ids equal the Python reference (needs ../shared/golden)", () => {
  test("CLIP, but for a last sigma and a spelled-out special token", async () => {
    const recipe = { ...tower, maxTokens: 77, pad: 49407, padTo: null, prepare: none };
    const tokenize = await openTokenizer(`${golden}clip-vit-base-patch32/tokenizer.json`, recipe);
    const cases = casesOf("clip-vit-base-patch32");
    const wrong = cases.filter(({ text, ids }) => `${tokenize(text).ids}` !== `${ids}`);
    expect(cases.length).toBe(428);
    expect(wrong.map(({ text }) => text)).toEqual(["ΣΊΣΥΦΟΣ", "<|ENDOFTEXT|>"]);
    for (const { text, truncated } of cases) expect(tokenize(text).truncated, text).toBe(truncated);
  });

  test("SigLIP, but for spelled-out special tokens and a bare replacement character", async () => {
    const prepare = {
      lowercase: true,
      stripPunctuation: true,
      byteFallback: { unknown: 2, firstByte: 3 },
    };
    const recipe = { ...tower, maxTokens: 64, pad: 1, padTo: 64, prepare };
    const tokenize = await openTokenizer(`${golden}siglip-base-patch16-224/tokenizer.json`, recipe);
    const cases = casesOf("siglip-base-patch16-224").filter((one) => !one.uncertain);
    const wrong = cases.filter(({ text, ids }) => `${tokenize(text).ids}` !== `${ids}`);
    expect(cases.length).toBe(427);
    expect(wrong.map(({ text }) => text)).toEqual(["\ufffd", "</s>", "a </s> b", "<unk>", "▁"]);
  });
});
