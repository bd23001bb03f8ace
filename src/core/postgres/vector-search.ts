import { decodePart, encodePart, WHOLE } from "../part.ts";
import type { ImageKey, Match, NearestRequest, VectorSearch, VectorSearchStatus } from "../ports.ts";
import type { Embedding, EmbeddingSpace, Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection, Session } from "./connection.ts";
import { NearGraph } from "./near-graph.ts";
import { captionCondition, hasImageFilter, scopeConditions, seesAllPlacements } from "./scope-conditions.ts";
import { placementBranches } from "./shown-images.ts";
import { readTallies } from "./tallies.ts";
import { all, Values } from "./values.ts";
import { bytesOf, findSpace, vectorFromServer, vectorText } from "./vectors.ts";

/** Candidates by half precision, of which the exact scores then choose. */
const candidatesFor = (limit: number) => 2 * limit + 20;
/** Beyond, exact vectors are compared at once: the halves would save little. */
const MOST_CANDIDATES = 20_000;
const MORE_CANDIDATES = 4;
/** Placements read for each candidate at first: some images have several, and sorting these few is quicker than grouping all. */
const PLACEMENTS = 4;

/**
 * By how much a cosine of halves may differ from the exact one: each number is rounded to 11 bits on both sides, and
 * the vectors have unit length.
 */
const HALF_ERROR = 2 * 2 ** -11 + 2 ** -13;

/** Compiling a statement takes longer than most questions do. */
const SETTINGS = "SET LOCAL jit = off";

export interface DatabaseVectorsOptions {
  readonly space: EmbeddingSpace;
  readonly dimensions: number;
  /** Only images without an embedding in this other space. */
  readonly lackedBy?: EmbeddingSpace | undefined;
  /** Vectors from which a graph is built and used. */
  readonly graphFrom?: number | undefined;
}

interface ScoredRow {
  readonly key: ImageKey;
  readonly part: string;
  readonly score: number;
}

interface HalfScoredRow extends ScoredRow {
  /** By half precision, of the whole image. */
  readonly half: number;
  /** Whether there are placements besides those that were read. */
  readonly isCut: boolean;
}

/**
 * Vector search in the database: each question filters and ranks in one statement, so that nothing outside the scope
 * is ever compared, and what was committed is there. Answers are exact; only in a large library as a whole the
 * candidates come from a graph (`near-graph.ts`).
 */
export class DatabaseVectors implements VectorSearch {
  readonly #db: Connection;
  readonly #options: DatabaseVectorsOptions;
  readonly #graph: NearGraph;

  constructor(db: Connection, options: DatabaseVectorsOptions) {
    this.#db = db;
    this.#options = options;
    this.#graph = new NearGraph(db, options);
  }

  async nearest({ vector, scope, limit, signal }: NearestRequest): Promise<Match[]> {
    const { dimensions, lackedBy } = this.#options;
    if (vector.length !== dimensions)
      throw new RangeError(`This index has ${dimensions} dimensions, the query ${vector.length}`);
    signal?.throwIfAborted();
    if (limit <= 0) return [];
    const space = (await findSpace(this.#db, this.#options.space))?.id;
    if (space === undefined) return [];
    const yielder = new YieldController(signal);
    const question = { vector, scope, space };
    const isWhole = seesAllPlacements(scope) && !hasImageFilter(scope) && lackedBy === undefined;
    const graph =
      isWhole && limit <= MOST_CANDIDATES ? await this.#graph.candidates(space, limit) : undefined;
    if (graph !== undefined)
      return best(await this.#rows<ScoredRow>(graph.rank(vector), graph.settings), limit, yielder);
    // Of images that are named, the vectors are looked up one by one.
    const isFiltered = !isWhole && scope.ids === undefined;
    for (
      let wanted = candidatesFor(limit);
      wanted <= MOST_CANDIDATES && isFiltered;
      wanted *= MORE_CANDIDATES
    ) {
      const isFirst = wanted === candidatesFor(limit);
      const statement = this.#amongHalves(question, wanted, isFirst ? PLACEMENTS * wanted : undefined);
      const rows = await this.#rows<HalfScoredRow>(statement);
      const matches = await best(rows, limit, yielder);
      if (isCertain(rows, matches, { limit, wanted })) return matches;
    }
    return this.#exactly(question, limit, yielder);
  }

  async embeddings(keys: readonly ImageKey[]): Promise<Map<ImageKey, Embedding>> {
    const rows = await this.#db.rows<{ key: ImageKey; part: string; vector: Uint8Array }>(
      `SELECT DISTINCT ON (v.image) v.image AS key, ${bytesOf("v.vector")} AS vector FROM vectors v
      WHERE v.space = (SELECT s.id FROM spaces s WHERE s.name = $1) AND v.image = ANY($2::bigint[])
      ORDER BY v.image, v.part <> $3, v.part`,
      [this.#options.space, keys, encodePart(WHOLE)],
    );
    return new Map(rows.map(({ key, vector }) => [key, vectorFromServer(vector)]));
  }

  ready(signal?: AbortSignal): Promise<void> {
    return this.#graph.ready(signal);
  }

  /** Erased rows are not read any more; when their bytes go is told by `docs/scale.md`. */
  async purgeErased(): Promise<void> {}

  async status(): Promise<VectorSearchStatus> {
    const space = (await findSpace(this.#db, this.#options.space))?.id;
    if (space === undefined) return { kind: "exact", size: 0 };
    const embedded = `embedded:${space}`;
    const size = (await readTallies(this.#db, [embedded]))[embedded] ?? 0;
    return { kind: (await this.#graph.isBuilt(space)) ? "hnsw" : "exact", size };
  }

  /** Its connections are the catalog's. */
  async close(): Promise<void> {}

  #rows<Row>({ sql, values }: Statement, settings = SETTINGS): Promise<Row[]> {
    return this.#db.read((session: Session) => session.rows<Row>(sql, values.list), settings);
  }

  /**
   * Ranked by halves along the indexes that hold what the scope asks for, and the best of them exactly. `placements`: how
   * many of the nearest are read at most; default: all.
   */
  #amongHalves({ vector, scope, space }: Question, wanted: number, placements?: number): Statement {
    const values = new Values();
    const query = values.bind(vectorText(vector));
    const half = `${query}::text::halfvec(${vector.length})`;
    const branches = placementBranches(inHalves(scope), values, "f.file").map(({ kind, where }) => {
      const [rows, row] = kind === "file" ? ["near_files", "f"] : ["near_posts", "p"];
      return `SELECT ${row}.image, (${row}.near <#> ${half}) AS distance FROM ${rows} ${row}
        WHERE ${all([`${row}.space = ${space}`, where, kind === "post" && captioned(scope, values)])}`;
    });
    if (branches.length === 0) return nothing();
    const most = placements === undefined ? "ALL" : values.bind(placements);
    // OFFSET 0: what is sorted, grouped and joined are distances and not the vectors, which would not fit in memory.
    const sql = `WITH placed AS MATERIALIZED (
        SELECT s.image, s.distance FROM (${branches.join(" UNION ALL ")} OFFSET 0) s
        WHERE ${this.#filters("s.image", scope, values)} ORDER BY s.distance LIMIT ${most}
      ), near AS MATERIALIZED (
        SELECT p.image, min(p.distance) AS distance FROM placed p GROUP BY p.image
        ORDER BY min(p.distance), p.image LIMIT ${values.bind(wanted)}
      )
      SELECT v.image AS key, v.part, -(v.vector <#> ${query}::text::vector(${vector.length})) AS score, -near.distance AS half,
        ${placements === undefined ? "FALSE" : `(SELECT count(*) FROM placed) = ${most}`} AS "isCut"
      FROM near JOIN vectors v ON v.space = ${space} AND v.image = near.image`;
    return { sql, values };
  }

  /** Every vector in scope. Of an image with several parts one counts, so more rows are read until there are enough. */
  async #exactly(question: Question, limit: number, yielder: YieldController): Promise<Match[]> {
    for (let rows = limit; ; rows *= 2) {
      const found = await this.#rows<ScoredRow>(this.#amongAll(question, rows));
      const matches = await best(found, limit, yielder);
      if (matches.length === limit || found.length < rows) return matches;
    }
  }

  #amongAll({ vector, scope, space }: Question, limit: number): Statement {
    const values = new Values();
    const distance = `v.vector <#> ${values.bind(vectorText(vector))}::text::vector(${vector.length})`;
    const { shows } = scopeConditions(scope, values);
    const which = all([`v.space = ${space}`, shows("v.image"), this.#lacked("v.image", values)]);
    const sql = `SELECT v.image AS key, v.part, -(${distance}) AS score FROM vectors v WHERE ${which}
      ORDER BY ${distance}, v.image, v.part LIMIT ${Number.isFinite(limit) ? values.bind(limit) : "ALL"}`;
    return { sql, values };
  }

  #filters(key: string, scope: Scope, values: Values): string {
    return all([scopeConditions(scope, values).image(key), this.#lacked(key, values)]);
  }

  #lacked(key: string, values: Values): string {
    const { lackedBy } = this.#options;
    if (lackedBy === undefined) return "TRUE";
    return `NOT EXISTS (SELECT 1 FROM vectors o JOIN spaces a ON a.id = o.space
      WHERE a.name = ${values.bind(lackedBy)} AND o.image = ${key})`;
  }
}

interface Question {
  readonly vector: Embedding;
  readonly scope: Scope;
  /** The number of the space. */
  readonly space: number;
}

export interface Statement {
  readonly sql: string;
  readonly values: Values;
}

const nothing = (): Statement => ({
  sql: "SELECT WHERE FALSE",
  values: new Values(),
});

/** Captions are not beside the halves. */
const inHalves = (scope: Scope): Scope =>
  typeof scope.discord === "object"
    ? { ...scope, discord: { ...scope.discord, captionContains: undefined } }
    : scope;

function captioned({ discord }: Scope, values: Values): string | false {
  if (typeof discord !== "object" || discord.captionContains === undefined) return false;
  const words = captionCondition(discord.captionContains, values);
  return `p.post IN (SELECT p.id FROM posts p WHERE p.guild = ${values.bind(discord.guildId)} AND p.caption IS NOT NULL AND ${words})`;
}

/** One match per image, by its best part; best first, ties by lower key. */
async function best(rows: readonly ScoredRow[], limit: number, yielder: YieldController): Promise<Match[]> {
  const matches = new Map<ImageKey, Match>();
  for (const { key, part, score } of rows) {
    const known = matches.get(key);
    if (known === undefined || known.score < score) matches.set(key, { key, part: decodePart(part), score });
    await yielder.yieldIfDue();
  }
  return [...matches.values()].sort((a, b) => b.score - a.score || a.key - b.key).slice(0, limit);
}

/** Whether no image that the halves left out can be better than the last match, or as good with a lower key. */
function isCertain(
  rows: readonly HalfScoredRow[],
  matches: readonly Match[],
  { limit, wanted }: { readonly limit: number; readonly wanted: number },
): boolean {
  const images = new Set(rows.map(({ key }) => key));
  if (images.size < wanted && !rows.some(({ isCut }) => isCut)) return true;
  const leastHalf = rows.reduce((least, { half }) => Math.min(least, half), 1);
  const last = matches[limit - 1];
  return last !== undefined && last.score > leastHalf + HALF_ERROR;
}
