/**
 * The one door to onnxruntime. Its prebuilt library reports its use to Microsoft unless it is forbidden to, and reads
 * that from the environment of the process at the moment it is loaded.
 */
import type * as onnxruntime from "onnxruntime-node";
import { ModelError, messageOf } from "./errors.ts";
import type { Device } from "./types.ts";

process.env.ORT_DISABLE_TELEMETRY = "1";
// The name that earlier builds knew.
process.env.ORT_TELEMETRY_DISABLED = "1";

// Not a plain import: those come before the first statement of a file.
const runtime = await import("onnxruntime-node");

export const { Tensor } = runtime;
export type Tensor = onnxruntime.Tensor;

export type InferenceSession = onnxruntime.InferenceSession;
export type Outputs = onnxruntime.InferenceSession.ReturnType;
export type TensorData = onnxruntime.Tensor["data"];

/** Runs one inference at a time, since each takes every core. */
export type RunExclusive = <Result>(run: () => Promise<Result>) => Promise<Result>;

export interface SessionOptions {
  /** Of one inference, on the CPU; 0: as many as onnxruntime finds cores. */
  readonly threads: number;
  /** Default: the CPU. What a device cannot do of a graph, the CPU does. */
  readonly device?: Device | undefined;
  /**
   * Whether memory is kept for the next run: faster where inputs have one size. Where every input has another, the
   * arena grows by each of them.
   */
  readonly growsArena?: boolean;
}

/**
 * @param model a file or its bytes
 * @throws ModelError when it is no ONNX model, or the device cannot be used
 */
export async function openSession(
  model: string | Uint8Array,
  { threads, device = "cpu", growsArena = true }: SessionOptions,
): Promise<InferenceSession> {
  try {
    const options: onnxruntime.InferenceSession.SessionOptions = {
      executionProviders: [providerOf(device)],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      enableCpuMemArena: growsArena,
      // DirectML refuses memory patterns.
      enableMemPattern: growsArena && !device.startsWith("dml"),
      // A waiting inference thread sleeps instead of spinning: decoding needs the same cores.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    };
    const { InferenceSession } = runtime;
    return await (typeof model === "string"
      ? InferenceSession.create(model, options)
      : InferenceSession.create(model, options));
  } catch (cause) {
    const reason = messageOf(cause);
    if (device !== "cpu") throw new ModelError(reason, { cause });
    const name = typeof model === "string" ? model : "The graph";
    throw new ModelError(`${name} cannot be loaded as an ONNX model: ${reason}`, { cause });
  }
}

/** Transformers become one program on Apple's devices only in its newer form: COREML_FLAG_CREATE_MLPROGRAM. */
const ML_PROGRAM = 0x10;

function providerOf(device: Device): onnxruntime.InferenceSession.ExecutionProviderConfig {
  const [name = "cpu", number] = device.split(":");
  if (name === "coreml") return { name, coreMlFlags: ML_PROGRAM };
  if (name === "cuda" || name === "dml") return { name, deviceId: Number(number ?? 0) };
  return name;
}

/** The names of a graph's one input and one output. @throws ModelError when it has others */
export function onlyNames(session: InferenceSession, file: string): { input: string; output: string } {
  const [input, ...otherInputs] = session.inputNames;
  const [output, ...otherOutputs] = session.outputNames;
  if (input !== undefined && output !== undefined && otherInputs.length + otherOutputs.length === 0)
    return { input, output };
  throw new ModelError(`${file} must have one input and one output; export it again with just these.`);
}
