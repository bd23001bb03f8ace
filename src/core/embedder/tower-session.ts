import { ModelError } from "../errors.ts";
import type { LocatedModel } from "../models/located-model.ts";
import { openSession, Tensor } from "../onnx-runtime.ts";
import type { EmbeddedText } from "../ports.ts";
import type { Device } from "../types.ts";
import { toUnit } from "../vector.ts";
import { toHalf } from "./half-float.ts";
import { paddedRows, tokenFeeds } from "./token-inputs.ts";
import { openTokenizer } from "./tokenizer.ts";
import { readTowerGraph, type TowerGraph } from "./tower-graph.ts";
import { type OutputRecipe, readVectors } from "./tower-output.ts";

/** The image half of a model. Vectors are as the graph outputs them, not yet unit length. */
export interface ImageTower {
  /** Pixels of each picture: float32 RGB planes, 3 x size x size. */
  embed(pictures: readonly Float32Array[]): Promise<Float32Array[]>;
}

/** A tower whose memory, on whatever device it lies, is given back by closing it. */
export interface OpenImageTower extends ImageTower {
  close(): Promise<void>;
}

export interface TextTower {
  embed(texts: readonly string[]): Promise<{ vector: Float32Array; truncated: boolean; ids: number[] }[]>;
}

export interface TowerOptions {
  /** Of one inference on the CPU; 0: as many as onnxruntime finds cores. */
  readonly threads: number;
  /** Default: the CPU. */
  readonly device?: Device | undefined;
}

/** @throws ModelError when the file is damaged or its input, output or dimensions are not the descriptor's */
export async function openImageTower(model: LocatedModel, options: TowerOptions): Promise<OpenImageTower> {
  const { image } = model.descriptor;
  const session = await openSession(model.paths.image, options);
  const { prompt: words, otherInputs, ...recipe } = image;
  const fed = words ? { ...recipe, otherInputs, promptInput: words.input } : recipe;
  const graph = readTowerGraph(session, model.paths.image, fed, vectorWidth(model));
  checkSize(graph, model);
  const prompt = await promptFeeds(graph, model);
  const output = outputOf(graph, model, image.pool);
  const { name, type } = graph.input;
  const run = async (pictures: readonly Float32Array[]) => {
    const pixels = concatenated(pictures);
    const shape = [pictures.length, 3, image.size, image.size];
    const input =
      type === "float16" ? new Tensor(type, toHalf(pixels), shape) : new Tensor("float32", pixels, shape);
    const results = await session.run({ [name]: input, ...prompt(pictures.length) }, [output.name]);
    return readVectors(results, output);
  };
  const { batch = model.batchable ? undefined : 1 } = graph;
  return {
    embed: (pictures) => (batch === undefined ? run(pictures) : inGroups(pictures, batch, graph.batch, run)),
    close: () => session.release(),
  };
}

/** @throws ModelError as `openImageTower` does */
export async function openTextTower(model: LocatedModel, options: TowerOptions): Promise<TextTower> {
  const { text } = model.descriptor;
  const tokenize = await openTokenizer(model.paths.tokenizer, text);
  const session = await openSession(model.paths.text, options);
  const graph = readTowerGraph(session, model.paths.text, text, vectorWidth(model));
  const length = textLength(graph, model);
  const output = outputOf(graph, model, text.pool);
  const run = async (batch: readonly (readonly number[])[]) => {
    const rows = paddedRows(batch, text.pad, length);
    const results = await session.run(tokenFeeds(graph.input, graph.others, rows), [output.name]);
    return readVectors(results, output, rows.lengths);
  };
  const size = graph.batch ?? (model.batchable ? TEXTS_PER_RUN : 1);
  return {
    async embed(texts) {
      const tokens = texts.map((one) => tokenize(`${text.prefix ?? ""}${one}`));
      const vectors = await inGroups(
        tokens.map(({ ids }) => ids),
        size,
        graph.batch,
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

const vectorWidth = ({ descriptor: { dimensions, cutFrom } }: LocatedModel) => cutFrom ?? dimensions;

const outputOf = (graph: TowerGraph, model: LocatedModel, pool: OutputRecipe["pool"]): OutputRecipe => ({
  name: graph.output,
  pool,
  width: vectorWidth(model),
  dimensions: model.descriptor.dimensions,
});

function checkSize({ input }: TowerGraph, { descriptor, paths }: LocatedModel): void {
  const [, , height, width] = input.shape;
  const { size } = descriptor.image;
  if ((height ?? size) === size && (width ?? size) === size) return;
  throw new ModelError(
    `${paths.image} takes squares of ${width} x ${height} pixels, but its descriptor says ${size}. Correct "size" in model.json.`,
  );
}

/** To which every text is padded; undefined: only to the longest of its batch. */
function textLength({ input }: TowerGraph, { descriptor, paths }: LocatedModel): number | undefined {
  const { padTo, maxTokens } = descriptor.text;
  const fixed = input.shape[1];
  if (fixed === undefined) return padTo ?? undefined;
  if (maxTokens <= fixed && (padTo ?? fixed) === fixed) return fixed;
  throw new ModelError(
    `${paths.text} takes exactly ${fixed} tokens at once. Correct "maxTokens" and "padTo" in model.json.`,
  );
}

/** What goes with so many pictures beside their pixels. */
async function promptFeeds(
  { prompt, others }: TowerGraph,
  { descriptor: { image, text }, paths }: LocatedModel,
): Promise<(pictures: number) => Record<string, Tensor>> {
  if (!image.prompt || !prompt) return () => ({});
  const tokenize = await openTokenizer(paths.tokenizer, text);
  const { ids } = tokenize(image.prompt.text);
  return (pictures) => {
    const texts = new Array<readonly number[]>(pictures).fill(ids);
    return tokenFeeds(prompt, others, paddedRows(texts, text.pad, prompt.shape[1]));
  };
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

/** @param exactly how many the graph takes, if it takes no fewer: the last group is filled up with its last item */
async function inGroups<Item, Result>(
  items: readonly Item[],
  size: number,
  exactly: number | undefined,
  run: (group: readonly Item[]) => Promise<Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += size) {
    const group = items.slice(at, at + size);
    const wanted = group.length;
    const last = group.at(-1);
    while (last !== undefined && group.length < (exactly ?? 0)) group.push(last);
    results.push(...(await run(group)).slice(0, wanted));
  }
  return results;
}

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
