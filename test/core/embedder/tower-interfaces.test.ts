import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTokenizer } from "../../../src/core/embedder/tokenizer.ts";
import { openImageTower, openTextTower } from "../../../src/core/embedder/tower-session.ts";
import { type ModelDescriptor, parseDescriptor } from "../../../src/core/models/descriptor.ts";
import type { LocatedModel } from "../../../src/core/models/located-model.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import {
  imageAnswer,
  type TinyImageTower,
  type TinyTextTower,
  textAnswer,
  tinyImageTower,
  tinyTextTower,
} from "../../support/tiny-towers.ts";
import { describedModel } from "../models/small-model.ts";

const SIZE = 16;
const WIDTH = 4;
const TOKENIZER = "models/pocket/tokenizer.json";
const plainImage = { input: "pixels", output: "embeds", width: WIDTH, size: SIZE };
const plainText = { input: "ids", output: "embeds", width: WIDTH, type: "int64" } as const;

interface Changes {
  readonly image?: object;
  readonly text?: object;
  readonly cutFrom?: number;
  readonly dimensions?: number;
}

/** The two towers as files, with a descriptor that says so. */
function modelOf(
  { image = plainImage, text = plainText }: { image?: TinyImageTower; text?: TinyTextTower },
  changes: Changes = {},
): LocatedModel {
  const folder = temporaryFolder();
  const { image: imageChanges, text: textChanges, ...others } = changes;
  const files = { "onnx/vision.onnx": {}, "onnx/text.onnx": {}, "tokenizer.json": {} };
  const described = describedModel({ ...others, files });
  const merged = {
    ...described,
    image: { ...described.image, ...imageChanges },
    text: { ...described.text, ...textChanges },
  };
  const paths = { image: join(folder, "vision.onnx"), text: join(folder, "text.onnx"), tokenizer: TOKENIZER };
  for (const [path, file, data] of [
    [paths.image, tinyImageTower(image), image.data],
    [paths.text, tinyTextTower(text), text.data],
  ] as const) {
    writeFileSync(path, file.graph);
    if (data !== undefined) writeFileSync(join(folder, data), file.data);
  }
  const descriptor = parseDescriptor(JSON.stringify(merged), "model.json") as ModelDescriptor;
  return { descriptor, variant: "fp32", space: "small@0", batchable: true, weightBytes: 0, paths };
}

/** Planes of one colour. */
const plain = (...colour: [number, number, number]) =>
  Float32Array.from({ length: 3 * SIZE * SIZE }, (_, at) => colour[Math.floor(at / (SIZE * SIZE))] ?? 0);
const RED: [number, number, number] = [1, 0.25, -0.5];
const BLUE: [number, number, number] = [-0.5, 0.5, 2];

const embedImages = async (model: LocatedModel, ...colours: (typeof RED)[]) => {
  const tower = await openImageTower(model, { threads: 1 });
  return (await tower.embed(colours.map((colour) => plain(...colour)))).map((vector) => [...vector]);
};
const embedTexts = async (model: LocatedModel, ...texts: string[]) => {
  const tower = await openTextTower(model, { threads: 1 });
  return (await tower.embed(texts)).map(({ vector }) => [...vector]);
};
const idsOf = async (text: string, maxTokens = 8) => {
  const recipe = parseDescriptor(JSON.stringify(describedModel()), "model.json") as ModelDescriptor;
  return (await openTokenizer(TOKENIZER, { ...recipe.text, maxTokens }))(text).ids;
};
const near = (vector: readonly number[]) => vector.map((value) => expect.closeTo(value, 4));

test("pixels in, token ids in, one vector out", async () => {
  const model = modelOf({});
  expect(await embedImages(model, RED, BLUE)).toEqual([
    near(imageAnswer(RED, plainImage)),
    near(imageAnswer(BLUE, plainImage)),
  ]);
  const ids = await idsOf("two dogs");
  expect(await embedTexts(model, "two dogs")).toEqual([near(textAnswer(ids, WIDTH))]);
});

test("weights outside the graph are found beside it", async () => {
  const model = modelOf({
    image: { ...plainImage, data: "vision.onnx_data" },
    text: { ...plainText, data: "text.onnx.data" },
  });
  expect(await embedImages(model, RED)).toEqual([near(imageAnswer(RED, plainImage))]);
  expect(await embedTexts(model, "two dogs")).toEqual([near(textAnswer(await idsOf("two dogs"), WIDTH))]);
});

test("an attention mask and positions are fed where the graph takes them, and padding counts for nothing", async () => {
  const text = { ...plainText, mask: "attention_mask", positions: "position_ids" };
  const otherInputs = { attention_mask: "mask", position_ids: "positions", token_type_ids: "zeros" };
  const model = modelOf({ text }, { text: { otherInputs, padTo: 8, pad: 5 } });
  const [short, long] = [await idsOf("dog"), await idsOf("two dogs in the snow")];
  expect(short.length).toBeLessThan(long.length);
  expect(await embedTexts(model, "dog", "two dogs in the snow")).toEqual([
    near(textAnswer(short, WIDTH, true)),
    near(textAnswer(long, WIDTH, true)),
  ]);
});

test("a second input that the descriptor does not name is told by its name", async () => {
  const model = modelOf({ text: { ...plainText, mask: "attention_mask" } });
  await expect(openTextTower(model, { threads: 1 })).rejects.toThrow(
    /text\.onnx takes "ids", "attention_mask".*"otherInputs"/,
  );
});

test("questions get the prefix that their model was trained with", async () => {
  const model = modelOf({}, { text: { prefix: "query: ", maxTokens: 16 } });
  const ids = await idsOf("query: two dogs", 16);
  expect(await embedTexts(model, "two dogs")).toEqual([near(textAnswer(ids, WIDTH))]);
});

test("pictures are put to the graph with the words that belong to them", async () => {
  const image = { ...plainImage, prompt: "input_ids" };
  const model = modelOf({ image }, { image: { prompt: { text: "a picture", input: "input_ids" } } });
  const words = textAnswer(await idsOf("a picture"), WIDTH);
  const expected = (colour: typeof RED) =>
    near(imageAnswer(colour, plainImage).map((value, at) => value + (words[at] ?? 0)));
  expect(await embedImages(model, RED, BLUE)).toEqual([expected(RED), expected(BLUE)]);
});

test("of a Matryoshka model the first numbers are kept; without saying so it is refused", async () => {
  const towers = { image: { ...plainImage, width: 6 }, text: { ...plainText, width: 6 } };
  const model = modelOf(towers, { cutFrom: 6, dimensions: 4 });
  expect(await embedImages(model, RED)).toEqual([near(imageAnswer(RED, towers.image).slice(0, 4))]);
  const ids = await idsOf("two dogs");
  expect(await embedTexts(model, "two dogs")).toEqual([near(textAnswer(ids, 6).slice(0, 4))]);
  await expect(openImageTower(modelOf(towers), { threads: 1 })).rejects.toThrow(
    /vectors of 6 numbers.*says 4.*"cutFrom"/,
  );
});

test.each([1, 2, 3])(
  "a graph that takes exactly %i at once gets that many, whatever is asked",
  async (batch) => {
    const model = modelOf({ image: { ...plainImage, batch }, text: { ...plainText, batch, length: 8 } });
    const colours = [RED, BLUE, RED, BLUE, RED];
    expect(await embedImages(model, ...colours)).toEqual(
      colours.map((colour) => near(imageAnswer(colour, plainImage))),
    );
    const texts = ["dog", "two dogs", "snow", "cat"];
    const padded = async (text: string) => {
      const ids = await idsOf(text);
      return textAnswer([...ids, ...new Array<number>(8 - ids.length).fill(0)], WIDTH);
    };
    const expected = await Promise.all(texts.map(padded));
    expect(await embedTexts(model, ...texts)).toEqual(expected.map(near));
  },
);

test("a graph of another size or length than its descriptor says is refused before its first picture", async () => {
  const larger = modelOf({ image: { ...plainImage, size: 32 } });
  await expect(openImageTower(larger, { threads: 1 })).rejects.toThrow(
    /takes squares of 32 x 32 pixels.*says 16/,
  );
  const shorter = modelOf({ text: { ...plainText, length: 4 } });
  await expect(openTextTower(shorter, { threads: 1 })).rejects.toThrow(/exactly 4 tokens.*"maxTokens"/);
});

test("of an output of several parts, the first or the mean stands for the picture", async () => {
  const image = { ...plainImage, parts: 3 };
  const parts = [0, 1, 2].map((part) => imageAnswer(RED, image, part));
  const mean = Array.from(
    { length: WIDTH },
    (_, at) => parts.reduce((sum, one) => sum + (one[at] ?? 0), 0) / 3,
  );
  expect(await embedImages(modelOf({ image }, { image: { pool: "first" } }), RED)).toEqual([
    near(parts[0] ?? []),
  ]);
  expect(await embedImages(modelOf({ image }, { image: { pool: "mean" } }), RED)).toEqual([near(mean)]);
  await expect(embedImages(modelOf({ image }), RED)).rejects.toThrow(/shape 1 x 3 x 4.*"pool"/);
});

test("the mean of a text is of its tokens, not of its padding", async () => {
  const text = { ...plainText, perToken: true };
  const model = modelOf({ text }, { text: { pool: "mean", padTo: 8 } });
  const ids = await idsOf("two dogs");
  const mean = textAnswer(ids, WIDTH).map((sum) => sum / ids.length);
  expect(await embedTexts(model, "two dogs")).toEqual([near(mean)]);
});

test("names that are left out are the graph's only ones; of several, one must be named", async () => {
  const unnamed = { input: undefined, output: undefined };
  const model = modelOf({}, { image: unnamed, text: unnamed });
  expect(await embedImages(model, RED)).toEqual([near(imageAnswer(RED, plainImage))]);
  const two = modelOf({ image: { ...plainImage, alsoGives: "hidden" } }, { image: unnamed });
  await expect(openImageTower(two, { threads: 1 })).rejects.toThrow(
    /gives "hidden", "embeds".*does not say which/,
  );
});

test("pixels as half floats, token ids as 32-bit integers", async () => {
  const model = modelOf({ image: { ...plainImage, type: "float16" }, text: { ...plainText, type: "int32" } });
  const [vector = []] = await embedImages(model, RED);
  expect(vector).toEqual(imageAnswer(RED, plainImage).map((value) => expect.closeTo(value, 2)));
  expect(await embedTexts(model, "two dogs")).toEqual([near(textAnswer(await idsOf("two dogs"), WIDTH))]);
});
