import * as z from "zod";
import { ModelError, messageOf } from "../errors.ts";
import { filesOf, variantNames } from "./variant-files.ts";

// Each schema is used once or twice: compiling it to code, as zod does, takes longer than that saves.
z.config({ jitless: true });

const relativePath = z
  .string()
  .regex(/^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]*$/, "must be a plain path inside the model's folder");
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hex digits");
const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, "must be lower-case letters, digits, dots and dashes");
const triple = z.tuple([z.number(), z.number(), z.number()]);
const cosine = z.number().min(-1).max(1);
const level = z.int().min(0).max(255);
/** Of both towers, as published. */
const megabytes = z.int().positive();
const hub = { repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/), revision: z.string().regex(/^[\w.-]+$/) };

/** What every tower says. */
const graph = {
  /** Weights that the graph keeps outside itself are in the files listed as `<file>_data…` or `<file>.data…`. */
  file: relativePath,
  /** Of the pixels, or of the token ids; left out: the graph's only input. */
  input: z.string().optional(),
  /** Left out: the graph's only output. */
  output: z.string().optional(),
  /**
   * Inputs beside these, by name, each of the shape of the token ids: 1 for a token and 0 for padding, the position of
   * each token from 0 on, or nothing but zeros. A graph that has none of that name is not given it.
   */
  otherInputs: z.record(z.string(), z.enum(["mask", "positions", "zeros"])).optional(),
  /** Of an output `[n, parts, dimensions]`, what stands for the whole: its first part, or the mean of all (of texts: of all tokens). */
  pool: z.enum(["first", "mean"]).optional(),
  /** Whether the graph itself makes its output unit length. The embedder does so in any case. */
  normalised: z.boolean(),
};

const imageTower = z.strictObject({
  ...graph,
  size: z.int().min(16).max(1024),
  resize: z.enum(["squash", "crop", "pad"]),
  /** The colour around a padded picture; default black. */
  fill: z.tuple([level, level, level]).optional(),
  interpolation: z.enum(["bicubic", "bilinear", "lanczos"]),
  /** What becomes of transparent pictures: see `ImageRecipe`. */
  alpha: z.enum(["composite", "drop"]).default("composite"),
  mean: triple,
  std: triple,
  /** Words that are put to the graph with every picture, and its input for their token ids. */
  prompt: z.strictObject({ text: z.string(), input: z.string() }).optional(),
});

/** What is done to a text before its tokenizer, where the published tokenizer file alone is not the reference. */
const textPreparation = z.strictObject({
  lowercase: z.boolean().default(false),
  /** Deletes ASCII punctuation, collapses white space and trims, as the SigLIP reference does. */
  stripPunctuation: z.boolean().default(false),
  /** Replaces each unknown token by its UTF-8 bytes: byte b becomes token `firstByte + b`. */
  byteFallback: z.strictObject({ unknown: z.int(), firstByte: z.int() }).nullable().default(null),
});

const textTower = z.strictObject({
  ...graph,
  /** Put before every question, as the model was trained. */
  prefix: z.string().optional(),
  tokenizer: relativePath,
  /** Longer texts keep their first `maxTokens - 1` tokens and the end token. */
  maxTokens: z.int().min(2).max(4096),
  pad: z.int().min(0),
  /** Every text is padded to this length; null: padded only to the longest of its batch. */
  padTo: z.int().min(2).max(4096).nullable(),
  /** What texts may be written in: models of English alone give all other words one meaningless vector. */
  languages: z.enum(["english", "many"]).optional(),
  /** Words, each with the number of training pictures that it was said of: see `TrainingCounts`. No vector depends on it. */
  shownWords: relativePath.optional(),
  prepare: textPreparation.prefault({}),
});

const score = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("softmax"), scale: z.number().positive() }),
  z.strictObject({ kind: z.literal("sigmoid"), scale: z.number().positive(), bias: z.number() }),
]);

/** The same model in other files: smaller, and less exact by what `fidelity` states. */
const variant = z.strictObject({
  image: relativePath,
  text: relativePath,
  /** False where a picture's vector depends on what it is batched with: such towers run one input at a time. */
  batchable: z.boolean().default(true),
  /** What it costs against the reference weights, in a sentence. */
  fidelity: z.string(),
  memory: megabytes.optional(),
  /** Why it is offered no more, and what to take instead. Where it is installed it stays usable. */
  withdrawn: z.string().optional(),
});

/** A published result, in percent. */
const figure = z.strictObject({ measure: z.string(), value: z.number().min(0).max(100), source: z.string() });

/** The shape of a tower, of which its speed can be told before it is here. */
const transformer = z.strictObject({
  layers: z.int().positive(),
  /** Numbers in each token. */
  width: z.int().positive(),
  /** Between the two products of each perceptron. */
  hidden: z.int().positive(),
  heads: z.int().positive(),
  tokens: z.int().positive(),
});

const published = {
  name: z.string(),
  /** Absent: holds for every variant. */
  variants: z.array(z.string()).optional(),
  /** Where the expected answer was published. */
  source: z.string(),
};

/** Components of an embedding: `values` from index 0 on, `at` by index. Raw: before it is made unit length. */
const components = {
  /** Largest absolute difference allowed. */
  tolerance: z.number().positive(),
  raw: z.boolean().default(false),
  values: z.array(z.number()),
  at: z.record(z.string().regex(/^\d+$/), z.number()).default({}),
};

/** Token ids, special tokens included, unpadded. */
const ids = z.array(z.int());

/** A published answer of the model, for `doctor --model`: to a picture of one grey, or to a text. */
const check = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("grey"), grey: z.int().min(0).max(255), ...published, ...components }),
  z.strictObject({
    kind: z.literal("text"),
    text: z.string(),
    ids: ids.optional(),
    ...published,
    ...components,
  }),
  z.strictObject({ kind: z.literal("tokens"), text: z.string(), ids, ...published }),
]);

/** What every descriptor says. */
const common = {
  id,
  version: z.string(),
  name: z.string().optional(),
  description: z.string().default(""),
  licence: z.string(),
  hub: z.strictObject(hub).optional(),
  /** A module of a package that is installed with the program; the files are in its folder. */
  package: z
    .string()
    .regex(/^@?[a-z0-9][a-z0-9./-]*$/)
    .optional(),
  /** What the files that the descriptor names first are called among the variants. */
  variant: z.string().default("fp32"),
  /** Files by path. The user's own descriptor may leave out size and digest; they are recorded at the first download. */
  files: z.record(
    relativePath,
    z.strictObject({
      bytes: z.int().positive().optional(),
      sha256: sha256.optional(),
      /** Of a file that another repository has, or that is called otherwise there. */
      hub: z.strictObject({ ...hub, path: relativePath.optional() }).optional(),
    }),
  ),
};

/** Finds lines of text: pixels of any size in, how likely each of them belongs to text out. */
const detector = z.strictObject({
  file: relativePath,
  /** Of the colours, blue first. */
  mean: triple,
  std: triple,
});

/** Reads one line: pixels of this height in, how likely each character is at each step along the line out. */
const recogniser = z.strictObject({
  file: relativePath,
  height: z.int().min(8).max(256),
  /** A character on each line, in the order of the classes; before them comes the blank, after them the space. */
  dictionary: relativePath,
});

const readerSchema = z.strictObject({
  task: z.literal("read-text"),
  ...common,
  /** In words. */
  languages: z.string(),
  /** Null for a reader of further languages: the built-in one finds the lines. */
  detector: detector.nullable(),
  recogniser,
});

const modelSchema = z.strictObject({
  ...common,
  dimensions: z.int().min(1).max(8192),
  /**
   * What the towers give, where `dimensions` is less: of a model whose first numbers alone are an embedding (Matryoshka),
   * which is made unit length again.
   */
  cutFrom: z.int().min(1).max(8192).optional(),
  /** The model to take instead; this one stays for libraries that have it. */
  replacedBy: id.optional(),
  quality: z.array(figure).optional(),
  architecture: z.strictObject({ image: transformer, text: transformer }).optional(),
  image: imageTower,
  text: textTower,
  score,
  templates: z.array(z.string().includes("{}")).min(1).default(["a photo of a {}."]),
  thresholds: z
    .strictObject({
      none: cosine,
      tag: cosine,
      alike: cosine,
      similar: cosine,
      nothing: z.strictObject({ cosine, measured: z.boolean() }).optional(),
    })
    .default({ none: 0.2, tag: 0.25, alike: 0.97, similar: 0.9 }),
  /** What the default variant costs against the reference weights; absent where it is the reference. */
  fidelity: z.string().optional(),
  memory: megabytes.optional(),
  variants: z.record(z.string().regex(/^[a-z0-9]+$/), variant).default({}),
  checks: z.array(check).default([]),
});

/** A model that embeds, as data: its files, how they are fed, and what their answers mean. */
export type ModelDescriptor = z.output<typeof modelSchema>;
/** What reads text in pictures, as data. */
export type ReaderDescriptor = z.output<typeof readerSchema>;
export type DetectorRecipe = z.output<typeof detector>;
export type RecogniserRecipe = z.output<typeof recogniser>;
export type Descriptor = ModelDescriptor | ReaderDescriptor;

export type ModelCheck = ModelDescriptor["checks"][number];

/** Parses a `model.json`. @throws ModelError naming the file and every invalid field */
export function parseDescriptor(json: string, file: string): Descriptor {
  const value = fromJson(json, file);
  const isForReader = typeof value === "object" && value !== null && "task" in value;
  const parsed = (isForReader ? readerSchema : modelSchema).safeParse(value);
  if (parsed.success) return withFilesNamed(parsed.data, file);
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.map(String).join(".") || "the file"}: ${issue.message}`,
  );
  throw new ModelError(`${file} is no model descriptor. ${problems.join("; ")}.`);
}

const pins = z.record(z.string(), z.strictObject({ bytes: z.int(), sha256: z.string() }));

/** Reads the sizes and digests that were recorded at a first download. @throws ModelError */
export function parsePins(json: string, file: string): z.output<typeof pins> {
  const parsed = pins.safeParse(fromJson(json, file));
  if (!parsed.success) throw new ModelError(`${file} is damaged. Remove the model and add it again.`);
  return parsed.data;
}

function fromJson(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new ModelError(`${file} is not valid JSON: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

function withFilesNamed(descriptor: Descriptor, file: string): Descriptor {
  for (const name of variantNames(descriptor)) {
    for (const path of filesOf(descriptor, name)) {
      if (!(path in descriptor.files)) {
        throw new ModelError(`${file} uses ${path}, which its "files" do not list. Add it there.`);
      }
    }
  }
  return descriptor;
}
