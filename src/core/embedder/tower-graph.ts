import { ModelError } from "../errors.ts";
import type { ModelDescriptor } from "../models/descriptor.ts";
import type { InferenceSession } from "../onnx-runtime.ts";

type TowerRecipe = Pick<ModelDescriptor["text"], "input" | "output" | "otherInputs">;
type OtherKind = NonNullable<TowerRecipe["otherInputs"]>[string];

/** An input of a graph. */
export interface GraphInput {
  readonly name: string;
  /** Of its elements: `float32`, `int64`, … */
  readonly type: string;
  /** Undefined where any length will do. */
  readonly shape: readonly (number | undefined)[];
}

/** What a tower's graph takes and gives, checked against its descriptor. */
export interface TowerGraph {
  readonly input: GraphInput;
  readonly others: readonly (GraphInput & { readonly kind: OtherKind })[];
  /** Of the words that are put beside every picture. */
  readonly prompt: GraphInput | undefined;
  readonly output: string;
  /** The only number of inputs that the graph takes at once; undefined where it takes any. */
  readonly batch: number | undefined;
}

/**
 * @param width numbers in each vector that the graph gives
 * @throws ModelError naming what the descriptor has otherwise
 */
export function readTowerGraph(
  session: InferenceSession,
  file: string,
  tower: TowerRecipe & { readonly promptInput?: string | undefined },
  width: number,
): TowerGraph {
  const inputs = graphInputs(session);
  const others = inputs.flatMap((input) => {
    const kind = tower.otherInputs?.[input.name];
    return kind === undefined ? [] : [{ ...input, kind }];
  });
  const prompt = inputs.find(({ name }) => name === tower.promptInput);
  if (tower.promptInput !== undefined && !prompt) throw wrongInputs(session, file, tower.promptInput);
  const rest = inputs.filter((input) => input !== prompt && !others.some(({ name }) => name === input.name));
  const [input, ...unfed] = rest;
  if (!input || unfed.length > 0 || (tower.input ?? input.name) !== input.name)
    throw wrongInputs(session, file, tower.input);
  const output = readOutput(session, file, tower, width);
  return { input, others, prompt, output, batch: input.shape[0] };
}

function graphInputs(session: InferenceSession): GraphInput[] {
  return session.inputMetadata.map((input) => ({
    name: input.name,
    type: input.isTensor ? input.type : "",
    shape: input.isTensor ? input.shape.map(fixedLength) : [],
  }));
}

/** A dimension without a length has a name, or is not positive. */
const fixedLength = (length: number | string) =>
  typeof length === "number" && length > 0 ? length : undefined;

function readOutput(session: InferenceSession, file: string, tower: TowerRecipe, width: number): string {
  const [only, ...others] = session.outputNames;
  const wanted = tower.output ?? (others.length === 0 ? only : undefined);
  const output = session.outputMetadata.find(({ name }) => name === wanted);
  if (!output) {
    throw new ModelError(
      `${file} gives ${quoted(session.outputNames)}, but its descriptor ${tower.output === undefined ? "does not say which to read" : `reads "${tower.output}"`}. ` +
        `Correct "output" in model.json.`,
    );
  }
  const found = output.isTensor ? output.shape.at(-1) : undefined;
  if (typeof found === "number" && found > 0 && found !== width) {
    throw new ModelError(
      `${file} gives vectors of ${found} numbers, but its descriptor says ${width}. ` +
        `Correct "dimensions" in model.json (with "cutFrom" where only the first numbers are used), or name another output.`,
    );
  }
  return output.name;
}

function wrongInputs(session: InferenceSession, file: string, wanted: string | undefined): ModelError {
  const feeds = wanted === undefined ? "does not say what to feed" : `feeds only "${wanted}"`;
  return new ModelError(
    `${file} takes ${quoted(session.inputNames)}, but its descriptor ${feeds}. Correct "input" in model.json, name the ` +
      `others in "otherInputs", or export the tower with that one input.`,
  );
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
