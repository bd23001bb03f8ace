import { ModelError } from "../errors.ts";
import type { LocatedModel } from "../models/located-model.ts";
import {
  type InferenceSession,
  type Outputs,
  openSession,
  Tensor,
  type TensorData,
} from "../onnx-runtime.ts";
import type { EmbeddedText } from "../ports.ts";
import { toUnit } from "../vector.ts";
import { fromHalf, toHalf } from "./half-float.ts";
import { openTokenizer } from "./tokenizer.ts";

/** The image half of a model. Vectors are as the graph outputs them, not yet unit length. */
export interface ImageTower {
  /** Pixels of each picture: float32 RGB planes, 3 x size x size. */
  embed(pictures: readonly Float32Array[]): Promise<Float32Array[]>;
}

export interface TextTower {
  embed(texts: readonly string[]): Promise<{ vector: Float32Array; truncated: boolean; ids: number[] }[]>;
}

/** @throws ModelError when the file is damaged or its input, output or dimensions are not the descriptor's */
export async function openImageTower(model: LocatedModel, threads: number): Promise<ImageTower> {
  const { image, dimensions } = model.descriptor;
  const session = await openSession(model.paths.image, threads);
  const type = checkInterface(session, model.paths.image, image, dimensions);
  const run = async (pictures: readonly Float32Array[]) => {
    const pixels = concatenated(pictures);
    const shape = [pictures.length, 3, image.size, image.size];
    const input =
      type === "float16" ? new Tensor(type, toHalf(pixels), shape) : new Tensor("float32", pixels, shape);
    return rows(await session.run({ [image.input]: input }, [image.output]), image.output, dimensions);
  };
  return { embed: (pictures) => (model.batchable ? run(pictures) : oneByOne(pictures, run)) };
}

/** @throws ModelError as `openImageTower` does */
export async function openTextTower(model: LocatedModel, threads: number): Promise<TextTower> {
  const { text, dimensions } = model.descriptor;
  const tokenize = await openTokenizer(model.paths.tokenizer, text);
  const session = await openSession(model.paths.text, threads);
  const type = checkInterface(session, model.paths.text, text, dimensions);
  const run = async (batch: readonly (readonly number[])[]) => {
    const length = text.padTo ?? Math.max(...batch.map((ids) => ids.length));
    const padded = batch.flatMap((ids) => [...ids, ...new Array<number>(length - ids.length).fill(text.pad)]);
    const shape = [batch.length, length];
    const input =
      type === "int32"
        ? new Tensor(type, Int32Array.from(padded), shape)
        : new Tensor("int64", BigInt64Array.from(padded, BigInt), shape);
    return rows(await session.run({ [text.input]: input }, [text.output]), text.output, dimensions);
  };
  return {
    async embed(texts) {
      const tokens = texts.map(tokenize);
      const vectors = await inGroups(
        tokens.map(({ ids }) => ids),
        model.batchable ? TEXTS_PER_RUN : 1,
        run,
      );
      return vectors.map((vector, at) => ({
        vector,
        truncated: tokens[at]?.truncated ?? false,
        ids: [...(tokens[at]?.ids ?? [])],
      }));
    },
  };
}

const TEXTS_PER_RUN = 32;

/** @returns the element type of the input */
function checkInterface(
  session: InferenceSession,
  file: string,
  tower: { readonly input: string; readonly output: string },
  dimensions: number,
): string {
  const input = session.inputMetadata.find(({ name }) => name === tower.input);
  const others = session.inputNames.filter((name) => name !== tower.input);
  if (!input || others.length > 0) {
    throw new ModelError(
      `${file} takes ${quoted(session.inputNames)}, but its descriptor feeds only "${tower.input}". ` +
        `Correct "input" in model.json, or export the tower with that one input.`,
    );
  }
  const output = session.outputMetadata.find(({ name }) => name === tower.output);
  if (!output) {
    throw new ModelError(
      `${file} gives ${quoted(session.outputNames)}, but its descriptor reads "${tower.output}". ` +
        `Correct "output" in model.json.`,
    );
  }
  const width = output.isTensor ? output.shape.at(-1) : undefined;
  if (typeof width === "number" && width !== dimensions) throw wrongDimensions(file, width, dimensions);
  return input.isTensor ? input.type : "";
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

const wrongDimensions = (file: string, width: number, dimensions: number) =>
  new ModelError(
    `${file} gives vectors of ${width} numbers, but its descriptor says ${dimensions}. ` +
      `Correct "dimensions" in model.json, or name another output.`,
  );

function rows(results: Outputs, output: string, dimensions: number): Float32Array[] {
  const tensor = results[output];
  const [count = 0, width = 0] = tensor?.dims ?? [];
  if (tensor?.dims.length !== 2 || width !== dimensions) {
    throw new ModelError(
      `Output "${output}" has the shape ${tensor?.dims.join(" x ")}; a vector of ${dimensions} numbers for each input is needed. ` +
        `Name the pooled output in model.json.`,
    );
  }
  const values = tensor.data instanceof Float32Array ? tensor.data : asFloats(tensor.data, output);
  return Array.from({ length: count }, (_, row) => values.slice(row * width, (row + 1) * width));
}

function asFloats(data: TensorData, output: string): Float32Array {
  if (data instanceof Uint16Array) return fromHalf(data);
  throw new ModelError(
    `Output "${output}" is neither float32 nor float16. Export the tower with such an output.`,
  );
}

function concatenated(pictures: readonly Float32Array[]): Float32Array {
  const [only] = pictures;
  if (only && pictures.length === 1) return only;
  const all = new Float32Array(pictures.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const pixels of pictures) {
    all.set(pixels, at);
    at += pixels.length;
  }
  return all;
}

async function inGroups<Item, Result>(
  items: readonly Item[],
  size: number,
  run: (group: readonly Item[]) => Promise<Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += size) results.push(...(await run(items.slice(at, at + size))));
  return results;
}

const oneByOne = <Item, Result>(items: readonly Item[], run: (group: readonly Item[]) => Promise<Result[]>) =>
  inGroups(items, 1, run);

/** @throws ModelError when the model gives a text no direction */
export async function embedTexts(tower: TextTower, texts: readonly string[]): Promise<EmbeddedText[]> {
  const answers = await tower.embed(texts);
  return answers.map(({ vector, truncated }, at) => {
    const embedding = toUnit(vector);
    if (embedding) return { embedding, truncated };
    throw new ModelError(
      `The model gives "${texts[at]?.slice(0, 60)}" a vector without direction. Word it otherwise.`,
    );
  });
}
