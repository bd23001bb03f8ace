import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Contents of a model's files: for downloading, any bytes will do. */
export const contents: Record<string, Buffer> = {
  "onnx/vision.onnx": Buffer.alloc(300_000, "vision "),
  "onnx/text.onnx": Buffer.alloc(200_000, "text "),
  "tokenizer.json": Buffer.from("{}"),
};

export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const pinned = Object.fromEntries(
  Object.entries(contents).map(([path, bytes]) => [path, { bytes: bytes.length, sha256: sha256(bytes) }]),
);

/** A descriptor as a user would write it, with the changes of a test. */
export const describedModel = (changes: object = {}) => ({
  id: "small",
  version: "1",
  dimensions: 4,
  licence: "none",
  image: {
    file: "onnx/vision.onnx",
    input: "pixels",
    output: "embeds",
    size: 16,
    resize: "squash",
    interpolation: "bicubic",
    mean: [0, 0, 0],
    std: [1, 1, 1],
    normalised: false,
  },
  text: {
    file: "onnx/text.onnx",
    input: "ids",
    output: "embeds",
    tokenizer: "tokenizer.json",
    maxTokens: 8,
    pad: 0,
    padTo: null,
    normalised: false,
  },
  score: { kind: "softmax", scale: 10 },
  hub: { repo: "someone/small", revision: "abc123" },
  files: pinned,
  ...changes,
});

export async function writeModel(folder: string, descriptor: object, files: Record<string, Uint8Array> = {}) {
  for (const [path, bytes] of Object.entries({
    ...files,
    "model.json": Buffer.from(JSON.stringify(descriptor)),
  })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}
