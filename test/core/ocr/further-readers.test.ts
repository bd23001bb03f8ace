import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { OnnxEmbedder } from "../../../src/core/embedder/onnx-embedder.ts";
import { OnnxTextReader } from "../../../src/core/embedder/onnx-text-reader.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { onnxFile } from "../../../src/core/onnx-writer.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A recogniser shaped like the real ones, with random weights: what it reads is meaningless. */
function randomRecogniser(characters: number): Uint8Array {
  const classes = characters + 2;
  const random = seededRandom(5);
  const kernel = Float32Array.from({ length: classes * 3 * 48 * 8 }, () => random() - 0.5);
  return Buffer.concat(
    onnxFile({
      nodes: [
        { op: "Conv", inputs: ["x", "kernel"], outputs: ["columns"], attributes: { strides: [48, 8] } },
        { op: "Squeeze", inputs: ["columns", "axis"], outputs: ["line"] },
        { op: "Transpose", inputs: ["line"], outputs: ["steps"], attributes: { perm: [0, 2, 1] } },
        { op: "Softmax", inputs: ["steps"], outputs: ["y"], attributes: { axis: 2 } },
      ],
      weights: [
        { name: "kernel", shape: [classes, 3, 48, 8], data: kernel },
        { name: "axis", shape: [1], data: BigInt64Array.of(2n) },
      ],
      inputs: [{ name: "x", shape: ["n", 3, 48, "width"] }],
      outputs: [{ name: "y", shape: ["n", "steps", classes] }],
    }),
  );
}

const ALPHABET = ["é", "ß", "ñ", "я", "한"];

const descriptor = (id: string, facts: object = {}) => ({
  task: "read-text",
  id,
  version: "1",
  licence: "none",
  languages: "nothing in particular",
  detector: null,
  recogniser: { file: "languages/small/rec.onnx", height: 48, dictionary: "languages/small/dict.txt" },
  hub: { repo: "someone/readers", revision: "abc123" },
  files: { "languages/small/rec.onnx": {}, "languages/small/dict.txt": {} },
  ...facts,
});

async function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** A store, and a folder that serves as its hub. */
async function storeWithHub(dictionary: string) {
  const hub = await write(temporaryFolder(), {
    "someone/readers/languages/small/rec.onnx": randomRecogniser(ALPHABET.length),
    "someone/readers/languages/small/dict.txt": dictionary,
  });
  const store = new ModelStore({ directory: temporaryFolder(), hub });
  await store.add(
    await write(temporaryFolder(), { "model.json": JSON.stringify(descriptor("small-script")) }),
  );
  return store;
}

const dots = () =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="120"><rect width="100%" height="100%" fill="#fff"/>${Array.from(
        { length: 24 },
        (_, at) =>
          `<path d="M${30 + at * 14} 50 v20 m-4 -20 h8 m-8 10 h8" stroke="#000" stroke-width="2.5"/>`,
      ).join("")}</svg>`,
    ),
  )
    .png()
    .toBuffer();

test("a reader is installed by a pull, then reads beside the built-in one and has everything read again", async () => {
  const store = await storeWithHub(`${ALPHABET.join("\n")}\n`);
  expect((await store.readers()).map(({ descriptor }) => descriptor.id)).toEqual(["ppocr-v4"]);
  const embedder = new OnnxEmbedder({ model: await store.locate("pocket") });
  const reader = new OnnxTextReader(embedder, () => store.readers());
  const before = await reader.engine();

  expect(await store.pull("small-script")).toMatchObject({ task: "read-text", id: "small-script" });
  expect((await store.readers()).map(({ descriptor }) => descriptor.id)).toEqual([
    "ppocr-v4",
    "small-script",
  ]);
  expect((await store.verify("small-script")).map(({ state }) => state)).toEqual(["sound", "sound"]);
  expect(await reader.engine()).not.toBe(before);
  expect(await reader.engine()).toContain("small-script@");
  expect(Array.isArray((await reader.read({ bytes: await dots() })).lines)).toBe(true);
  await embedder.close();

  expect((await store.list()).find(({ id }) => id === "small-script")).toMatchObject({
    dimensions: null,
    installed: true,
  });
  await expect(store.locate("small-script")).rejects.toThrow(/reads text.*cannot embed/);
  await store.remove("small-script");
  expect((await store.readers()).map(({ descriptor }) => descriptor.id)).toEqual(["ppocr-v4"]);
});

test("a dictionary of another recogniser is told, by both files' names", async () => {
  const store = await storeWithHub("a\nb\n");
  await store.pull("small-script");
  const embedder = new OnnxEmbedder({ model: await store.locate("pocket") });
  const reader = new OnnxTextReader(embedder, () => store.readers());
  await reader.engine();
  await expect(reader.read({ bytes: await dots() })).rejects.toThrow(
    /rec\.onnx tells 7 characters apart.*dict\.txt names 2/,
  );
  await embedder.close();
});

test("a reader's descriptor is checked like any model's", async () => {
  const store = new ModelStore({ directory: temporaryFolder() });
  const add = async (facts: object) =>
    store.add(await write(temporaryFolder(), { "model.json": JSON.stringify(descriptor("mine", facts)) }));
  await expect(add({ dimensions: 4 })).rejects.toThrow(/dimensions/);
  await expect(add({ task: "write-text" })).rejects.toThrow(/task/);
  await expect(add({ files: {} })).rejects.toThrow(/uses languages\/small\/rec\.onnx/);
  await expect(
    add({ recogniser: { file: "../rec.onnx", height: 48, dictionary: "dict.txt" } }),
  ).rejects.toThrow(/recogniser\.file/);
});
