import { GlimpseError, ModelError, PictureError } from "../errors.ts";
import type { SerializedError } from "./protocol.ts";

export function serializeError(error: unknown): SerializedError {
  if (error instanceof PictureError) return { kind: "picture", code: error.code, message: error.message };
  if (error instanceof ModelError) return { kind: "model", message: error.message };
  if (error instanceof GlimpseError) return { kind: "expected", message: error.message };
  if (error instanceof Error) return { kind: "defect", message: error.message, stack: error.stack };
  return { kind: "defect", message: String(error) };
}

export function deserializeError(error: SerializedError): Error {
  switch (error.kind) {
    case "picture":
      return new PictureError(error.code, error.message);
    case "model":
      return new ModelError(error.message);
    case "expected":
      return new GlimpseError(error.message);
    case "defect":
      return new Error(`The embedding process failed: ${error.message}`, { cause: error.stack });
  }
}
