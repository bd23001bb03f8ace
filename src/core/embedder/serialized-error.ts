import { GlimpseError, ModelError, PictureError } from "../errors.ts";
import type { SerializedError } from "./protocol.ts";

export function serializeError(error: unknown): SerializedError {
  if (error instanceof PictureError) return { kind: "picture", code: error.code, message: error.message };
  if (error instanceof ModelError) return { kind: "model", message: error.message };
  if (error instanceof GlimpseError) return { kind: "expected", message: error.message };
  if (error instanceof Error) return { kind: "defect", message: error.message, stack: error.stack };
  return { kind: "defect", message: String(error) };
}

export function deserializeError(refusal: SerializedError): Error {
  switch (refusal.kind) {
    case "picture":
      return new PictureError(refusal.code, refusal.message);
    case "model":
      return new ModelError(refusal.message);
    case "expected":
      return new GlimpseError(refusal.message);
    case "defect":
      return new Error(`The embedding process failed: ${refusal.message}`, { cause: refusal.stack });
  }
}
