/**
 * The one door to onnxruntime. Its prebuilt library reports its use to Microsoft unless it is forbidden to, and reads
 * that from the environment of the process at the moment it is loaded.
 */
import type * as onnxruntime from "onnxruntime-node";

process.env.ORT_DISABLE_TELEMETRY = "1";
// The name that earlier builds knew.
process.env.ORT_TELEMETRY_DISABLED = "1";

// Not a plain import: those come before the first statement of a file.
export const { InferenceSession, Tensor } = await import("onnxruntime-node");

export type InferenceSession = onnxruntime.InferenceSession;
export type Outputs = onnxruntime.InferenceSession.ReturnType;
export type TensorData = onnxruntime.Tensor["data"];
