import { createHash } from "node:crypto";
import type { ImageId } from "./types.ts";

/** The id of the picture that these bytes are. */
export const imageId = (bytes: Uint8Array): ImageId => createHash("sha256").update(bytes).digest("hex");
