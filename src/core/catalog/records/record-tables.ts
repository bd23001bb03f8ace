/** In records, an image is its id and a root its path; in tables both are numbers. */
export type ColumnType = "text" | "number" | "flag" | "bytes" | "image" | "root";
export type Columns = Readonly<Record<string, ColumnType>>;

export interface RecordTable {
  readonly name: string;
  readonly columns: Columns;
  /** Unique columns by which it is read in pages, which order it alike in every library; read as a whole where there are none. */
  readonly pagedBy?: readonly string[];
  /** SQL: which rows are records. */
  readonly where?: string;
}

/** The name of state under which a library notes how far a copy into it has come. */
export const COPYING = "copying";

/** Tables of the same names and columns in both kinds of library, but pictures and their placements: before those. */
export const TABLES_BEFORE_PICTURES: readonly RecordTable[] = [
  {
    name: "roots",
    columns: {
      path: "text",
      kind: "text",
      state: "text",
      host: "text",
      added_at: "number",
      last_scan_at: "number",
    },
  },
  { name: "mounts", columns: { path: "text", device: "text", away: "flag" } },
  { name: "other_kinds", columns: { root: "root", kind: "text", files: "number" } },
  { name: "left_out", columns: { root: "root", reason: "text", pictures: "number", folders: "number" } },
  { name: "reading_guilds", columns: { guild: "text" } },
  { name: "active_model", columns: { model: "text", space: "text" } },
];

/** And after them. */
export const TABLES_AFTER_PICTURES: readonly RecordTable[] = [
  {
    name: "companions",
    columns: { path: "text", file: "text", kind: "text", stamp: "text" },
    pagedBy: ["path"],
  },
  {
    name: "parts",
    columns: { image: "image", part: "text", webp: "bytes", fingerprint: "bytes" },
    pagedBy: ["id"],
  },
  {
    name: "failures",
    columns: {
      origin: "text",
      root: "root",
      bytes: "number",
      modified_at: "number",
      changed_at: "number",
      code: "text",
      reason: "text",
      at: "number",
      decoder: "number",
    },
    pagedBy: ["origin"],
  },
  {
    name: "verdicts",
    columns: { a: "bytes", b: "bytes", verdict: "text", at: "number", before: "text" },
    pagedBy: ["a", "b"],
  },
  {
    name: "comparisons",
    columns: {
      first: "image",
      second: "image",
      version: "number",
      outcome: "text",
      in_doubt: "flag",
      edits: "text",
      agreement: "number",
    },
    pagedBy: ["id"],
  },
  {
    name: "marks",
    columns: {
      guild: "text",
      member: "text",
      question: "text",
      image: "image",
      is_right: "flag",
      at: "number",
    },
    pagedBy: ["id"],
  },
  { name: "last_question", columns: { question: "text" } },
  { name: "last_answer", columns: { rank: "number", image: "image" } },
  {
    name: "cursors",
    columns: { name: "text", value: "text" },
    pagedBy: ["name"],
    where: `name <> '${COPYING}'`,
  },
  // What expires is made again.
  {
    name: "key_values",
    columns: { key: "text", value: "text" },
    pagedBy: ["key"],
    where: "expires_at IS NULL",
  },
];

const RECORD_TABLES = [...TABLES_BEFORE_PICTURES, ...TABLES_AFTER_PICTURES];

export const columnsOf = (table: string): Columns =>
  RECORD_TABLES.find(({ name }) => name === table)?.columns ?? {};

/** Tables that have rows once anything was put into a library; a model is chosen before. */
export const FILLED_TABLES: readonly string[] = [...RECORD_TABLES.map(({ name }) => name), "images"].filter(
  (table) => table !== "active_model",
);

/** Tables of one row, whose column `one` says so. */
export const SINGLE_ROW: Readonly<Record<string, true>> = { active_model: true, last_question: true };

/** Of images, but their quality (quality-row.ts, postgres/further-quality.ts). */
export const IMAGE_COLUMNS: Columns = {
  id: "bytes",
  format: "text",
  width: "number",
  height: "number",
  bytes: "number",
  taken_at: "number",
  taken_offset: "number",
  taken_source: "text",
  jpeg_quality: "number",
  detail: "number",
  measured_side: "number",
  added_at: "number",
  fingerprint: "bytes",
  decoder: "number",
  cut: "flag",
  pages: "number",
  duration_ms: "number",
  cover_ms: "number",
};

export const QUALITY_COLUMNS: Columns = {
  jpeg_steps: "bytes",
  contrast: "number",
  colour: "number",
  clipped: "number",
  brightest: "number",
  lossless: "flag",
  transparent: "flag",
  coefficients: "bytes",
};

export const FILE_COLUMNS: Columns = {
  path: "text",
  root: "root",
  bytes: "number",
  modified_at: "number",
  changed_at: "number",
  named_at: "number",
  date: "number",
  is_clock: "flag",
};

export const POST_COLUMNS: Columns = {
  guild: "text",
  channel: "text",
  parent: "text",
  message: "text",
  attachment: "text",
  author: "text",
  filename: "text",
  posted_at: "number",
  spoiler: "flag",
  age_restricted: "flag",
  caption: "text",
};

export const TAG_COLUMNS: Columns = { tag: "text", source: "text", score: "number" };
export const TEXT_COLUMNS: Columns = { source: "text", words: "text" };
export const READING_COLUMNS: Columns = { engine: "text", failure: "text" };
/** Of what was read, in order. */
export const LINE_COLUMNS = ["text", "confidence", "x", "y", "width", "height", "angle", "at_ms"] as const;
/** Words that are stored with an image, and not taken from placements or tags. */
export const STORED_TEXTS = "source = 'read'";
/** Of a row of facts: a path where a sidecar says it, none where the bytes do. */
export const FACTS_COLUMNS: Columns = {
  path: "text",
  camera: "text",
  lens: "text",
  software: "text",
  latitude: "number",
  longitude: "number",
  place: "number",
  place_name: "text",
  rating: "number",
  screenshot: "flag",
  taken_at: "number",
  taken_by_clock: "flag",
};
/** Words that a file carries. */
export const CARRIED_COLUMNS: Columns = { path: "text", source: "text", words: "text" };
/** SQL of either kind: tags as they are without what files carry. */
export const TAGS_WITHOUT_FILES = `(SELECT image, tag, CASE source WHEN 'file' THEN 'model' ELSE source END AS source,
    CASE source WHEN 'file' THEN model_score ELSE score END AS score
  FROM tags WHERE source <> 'file' OR model_score IS NOT NULL)`;
