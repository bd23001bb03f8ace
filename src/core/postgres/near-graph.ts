import { holdLease } from "../hold-lease.ts";
import type { Embedding, EmbeddingSpace } from "../types.ts";
import type { Connection } from "./connection.ts";
import { leaseStore } from "./leases.ts";
import { readTallies } from "./tallies.ts";
import { Values } from "./values.ts";
import { findSpace, vectorText } from "./vectors.ts";

/** Vectors from which a graph is built and used; below, comparing all of them takes less than 100 ms. */
const GRAPH_FROM = 50_000;
/** The widest view that pgvector allows. */
const WIDEST = 1000;
const LEASE_MS = 60_000;

/**
 * pgvector's graph over the halves of a whole space (HNSW). Words lie far from all pictures, so its view is as wide as
 * it can be and goes on until 9·√n candidates are found, which are then scored exactly: measured, recall@10 of 0.99.
 */
export class NearGraph {
  readonly #db: Connection;
  readonly #space: EmbeddingSpace;
  readonly #dimensions: number;
  readonly #from: number;
  #built: boolean | undefined;

  constructor(
    db: Connection,
    {
      space,
      dimensions,
      graphFrom = GRAPH_FROM,
    }: { space: EmbeddingSpace; dimensions: number; graphFrom?: number | undefined },
  ) {
    this.#db = db;
    this.#space = space;
    this.#dimensions = dimensions;
    this.#from = graphFrom;
  }

  /** Undefined where there is no graph. */
  async candidates(space: number, limit: number) {
    if (!(await this.isBuilt(space))) return undefined;
    const size = await this.#size(space);
    const wanted = Math.max(4 * limit, Math.ceil(9 * Math.sqrt(size)));
    return {
      settings: `SET LOCAL jit = off; SET LOCAL hnsw.ef_search = ${WIDEST}; SET LOCAL hnsw.iterative_scan = relaxed_order;
        SET LOCAL hnsw.max_scan_tuples = ${Math.max(20_000, 4 * wanted)}`,
      rank: (vector: Embedding) => {
        const values = new Values();
        const query = values.bind(vectorText(vector));
        const sql = `WITH near AS MATERIALIZED (
            SELECT v.image, v.part, v.vector <#> ${query}::text::vector(${vector.length}) AS distance FROM vectors v
            WHERE v.space = ${space} ORDER BY ${this.#half("v.vector")} <#> ${query}::text::halfvec(${vector.length}) LIMIT ${wanted}
          ), best AS (SELECT DISTINCT ON (n.image) n.image, n.part, n.distance FROM near n ORDER BY n.image, n.distance, n.part)
          SELECT b.image AS key, b.part, -b.distance AS score FROM best b ORDER BY b.distance, b.image LIMIT ${limit}`;
        return { sql, values };
      },
    };
  }

  /** Found once, it is there until the space is dropped. */
  async isBuilt(space: number): Promise<boolean> {
    if (this.#built) return true;
    const rows = await this.#db.rows(
      "SELECT 1 FROM pg_index x WHERE x.indexrelid = to_regclass($1) AND x.indisvalid",
      [this.#name(space)],
    );
    this.#built = rows.length > 0;
    return this.#built;
  }

  /** Builds the graph of a large library that has none; while another process does, nothing is waited for. */
  async ready(signal?: AbortSignal): Promise<void> {
    const space = (await findSpace(this.#db, this.#space))?.id;
    if (space === undefined || signal?.aborted || (await this.isBuilt(space))) return;
    if ((await this.#size(space)) < this.#from) return;
    const lease = await leaseStore(this.#db).acquire(`graph:${space}`, LEASE_MS);
    if (!lease) return;
    await holdLease(lease, LEASE_MS, async () => {
      // One that was interrupted is there, but not valid.
      await this.#db.alone(`DROP INDEX CONCURRENTLY IF EXISTS ${this.#name(space)}`);
      await this.#db.alone(
        `CREATE INDEX CONCURRENTLY ${this.#name(space)} ON vectors USING hnsw ((${this.#half("vector")}) halfvec_ip_ops)
        WITH (m = 16, ef_construction = 64) WHERE space = ${space}`,
      );
    });
  }

  #name(space: number): string {
    return `vectors_graph_${space}`;
  }

  #half(column: string): string {
    return `${column}::halfvec(${this.#dimensions})`;
  }

  async #size(space: number): Promise<number> {
    const embedded = `embedded:${space}`;
    return (await readTallies(this.#db, [embedded]))[embedded] ?? 0;
  }
}
