import * as z from "zod";

const FORMAT = 2;

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
  /** Step of the change sequence of the catalog that the graph was built from. */
  seq: z.int().nonnegative(),
  /** Embeddings removed up to this step are erased from it. */
  erasedSeq: z.int().nonnegative(),
  count: z.int().nonnegative(),
  graph: fileSchema,
  axes: fileSchema,
});

export type Manifest = z.infer<typeof manifestSchema>;
export type IndexedFile = z.infer<typeof fileSchema>;
