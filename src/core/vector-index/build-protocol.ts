import type { ImageKey } from "../ports.ts";

/** To the build process. It replies to each message with `ready` before the next is sent. */
export type BuildMessage =
  | {
      readonly kind: "begin";
      readonly dimensions: number;
      readonly capacity: number;
      /** Vectors spread over the whole library, concatenated. */
      readonly sample: Float32Array;
    }
  | { readonly kind: "add"; readonly keys: readonly ImageKey[]; readonly vectors: Float32Array }
  | { readonly kind: "finish"; readonly graphPath: string; readonly componentsPath: string };

export type BuildReply = { readonly kind: "ready" } | { readonly kind: "failed"; readonly reason: string };
