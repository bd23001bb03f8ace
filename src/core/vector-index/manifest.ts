import * as z from "zod";

const FORMAT = 2;

/** A change token; version 0.1.0 wrote it as a number. */
const tokenSchema = z.union([z.string(), z.int().nonnegative().transform(String)]);

const fileSchema = z.object({
  name: z.string().regex(/^[\w-]+\.(hnsw|axes)$/),
  bytes: z.int().positive(),
  /** Digests of its chunks: see chunk-digests.ts. */
  sums: z.array(z.string()),
});

export const manifestSchema = z.object({
  format: z.literal(FORMAT),
  space: z.string(),
  dimensions: z.int().positive(),
  /** The state of the catalog's embeddings that the graph was built from. */
  seq: tokenSchema,
  /** What was removed up to this state is erased from it. */
  erasedSeq: tokenSchema,
  count: z.int().nonnegative(),
  graph: fileSchema,
  axes: fileSchema,
});

export type Manifest = z.infer<typeof manifestSchema>;
export type IndexedFile = z.infer<typeof fileSchema>;
