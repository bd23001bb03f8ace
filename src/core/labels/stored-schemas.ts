import * as z from "zod";

/** What labelling keeps in the library. Loaded only to read it: no question waits for zod. */

export const vocabularySchema = z.object({
  tags: z.array(
    z.object({ tag: z.string(), prompts: z.array(z.string()).optional(), threshold: z.number().optional() }),
  ),
});

/** How far the model's tags are brought up to date, and by which vocabulary. */
export const doneSchema = z.object({
  digest: z.string(),
  /** A change token; version 0.1.0 wrote it as a number. */
  seq: z.union([z.string(), z.number().transform(String)]),
});

export const bucketSchema = z.object({
  /** Newest first. */
  digests: z.array(z.string()),
  /** Base64 of the float32 vectors, one after the other. */
  vectors: z.base64(),
});
