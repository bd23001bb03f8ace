import type { ImageKey, QueryWord, TextMatch, TextSearch, TextSearchRequest } from "../ports.ts";
import type { FoundWord, Scope, TextSource } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Backlog } from "./backlog.ts";
import type { Connection } from "./connection.ts";
import { eraseInPlace } from "./erase.ts";
import { foldWords } from "./fold-words.ts";
import { findKey } from "./image-keys.ts";
import type { KeyBits } from "./key-set.ts";
import { scopeQuery, seesAllPlacements } from "./scope-query.ts";
import type { VisibleKeys } from "./visible-keys.ts";
import { type WordCandidates, wordCandidates } from "./word-candidates.ts";
import { bestPlace } from "./word-strength.ts";

/** Up to this many images, their texts are read one after another; beyond that, the index is asked. */
const FEW = 2000;
const IMAGES_AT_ONCE = 100;

/** Words that more images in scope have tell none apart: 2 % of a million. */
const COMMON = 20_000;

/** Ids of texts looked through in one read, adapted to what reads take. */
const WINDOW = { first: 1024, least: 512, most: 262_144, quickMs: 2, slowMs: 5 };

/** Of a line that is shown; a line of words read in a picture is never longer. */
const LONGEST_LINE = 500;

/** Texts that one read finds in the index, and those that one read fetches. */
const TEXTS_AT_ONCE = 2048;
const ROWS_AT_ONCE = 256;

interface TextRow {
  readonly image: ImageKey;
  readonly source: TextSource;
  readonly words: string;
}

export function textSearch(db: Connection, visible: VisibleKeys, backlog: Backlog): TextSearch {
  return {
    search: (request) => search(db, visible, backlog, request),
    put: (id, source, lines) =>
      eraseInPlace(db, () => {
        const key = findKey(db, id);
        return key === undefined ? 0 : replaceImageText(db, key, source, lines);
      }),
    ready: (signal) => backlog.done(signal),
  };
}

/**
 * Inside a write: replaces the words of one source that belong to an image wherever it is placed.
 * @returns how many texts were overwritten, for `eraseInPlace`
 */
export function replaceImageText(
  db: Connection,
  image: ImageKey,
  source: Extract<TextSource, "read" | "keyword" | "title">,
  lines: readonly string[],
): number {
  const { changes } = db.statement("DELETE FROM texts WHERE image = ? AND source = ?").run(image, source);
  if (lines.length > 0) {
    const words = lines.map((line) => line.replace(/[\r\n]+/g, " ")).join("\n");
    db.statement("INSERT INTO texts (image, source, words) VALUES (?, ?, ?)").run(image, source, words);
  }
  return changes;
}

async function search(
  db: Connection,
  visible: VisibleKeys,
  backlog: Backlog,
  { words, scope, signal }: TextSearchRequest,
): Promise<Awaited<ReturnType<TextSearch["search"]>>> {
  const yielder = new YieldController(signal);
  const complete = (await backlog.left()) === undefined;
  const within = await visible.unlessAll(scope);
  const found = new FoundWords(words);
  if (within && within.size <= FEW) await readAll(db, within, scope, found, yielder);
  else for (const at of words.keys()) await searchIndex(db, { scope, within }, found, at, yielder);
  return { ...found.result(), complete };
}

/** The texts of every image in scope. */
async function readAll(
  db: Connection,
  within: KeyBits,
  scope: Scope,
  found: FoundWords,
  yielder: YieldController,
): Promise<void> {
  const keys = [...within];
  const { isVisible, parameters } = visibleTexts(scope);
  for (let start = 0; start < keys.length; start += IMAGES_AT_ONCE) {
    const some = JSON.stringify(keys.slice(start, start + IMAGES_AT_ONCE));
    const rows = await db.read(() =>
      db
        .statement<TextRow>(
          `SELECT t.image, t.source, t.words FROM json_each(@keys) k JOIN texts t ON t.image = k.value
          WHERE ${isVisible}`,
        )
        .all({ ...parameters, keys: some }),
    );
    for (const row of rows) {
      for (const at of found.words.keys()) found.compare(at, row);
      await yielder.yieldIfDue();
    }
    await yielder.yieldIfDue();
  }
}

/** Texts that the index holds for one word, window by window, so that no other work is blocked for long. */
async function searchIndex(
  db: Connection,
  { scope, within }: { readonly scope: Scope; readonly within: KeyBits | undefined },
  found: FoundWords,
  at: number,
  yielder: YieldController,
): Promise<void> {
  const candidates = wordCandidates(found.words[at]?.text ?? "");
  if (candidates === undefined) return;
  const visible = visibleTexts(scope);
  const last = await db.read(
    () => db.statement<number | null>("SELECT max(id) FROM texts").pluck().get() ?? 0,
  );
  let size = WINDOW.first;
  for (let after = 0; after < last && !found.isCommon(at); ) {
    const upTo = after + size;
    const start = performance.now();
    const texts = await db.read(() => textsIn(db, candidates, { after, upTo }));
    const took = performance.now() - start;
    if (took < WINDOW.quickMs) size = Math.min(WINDOW.most, size * 2);
    else if (took > WINDOW.slowMs) size = Math.max(WINDOW.least, size >> 1);
    after = texts.length < TEXTS_AT_ONCE ? upTo : (texts.at(-1)?.[0] ?? upTo);
    const inside = texts.filter(([, image]) => !within || within.has(image)).map(([id]) => id);
    for (let first = 0; first < inside.length && !found.isCommon(at); first += ROWS_AT_ONCE) {
      const some = inside.slice(first, first + ROWS_AT_ONCE);
      for (const row of await db.read(() => rowsOf(db, some, visible))) {
        found.compare(at, row);
        await yielder.yieldIfDue();
      }
    }
    await yielder.yieldIfDue();
  }
}

interface VisibleTexts {
  /** Condition on a row `t` of texts: the asker may see its placement. */
  readonly isVisible: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What belongs to the image and not to one placement is visible where the image is. */
function visibleTexts(scope: Scope): VisibleTexts {
  const { file, post, parameters } = scopeQuery(scope);
  if (seesAllPlacements(scope)) return { isVisible: "TRUE", parameters };
  const isVisible = `CASE
      WHEN t.file IS NOT NULL THEN EXISTS (SELECT 1 FROM files f WHERE f.path = t.file AND ${file})
      WHEN t.post IS NOT NULL THEN EXISTS (SELECT 1 FROM posts p WHERE p.id = t.post AND ${post})
      ELSE TRUE END`;
  return { isVisible, parameters };
}

/** Ids and images of texts that may have the word, by id. */
function textsIn(
  db: Connection,
  { from, where, parameters }: WordCandidates,
  window: { readonly after: number; readonly upTo: number },
): [id: number, image: ImageKey][] {
  return db
    .statement<[number, ImageKey]>(
      `SELECT x.rowid, t.image FROM ${from} CROSS JOIN texts t ON t.id = x.rowid
      WHERE (${where}) AND x.rowid > @after AND x.rowid <= @upTo ORDER BY x.rowid LIMIT ${TEXTS_AT_ONCE}`,
    )
    .raw()
    .all({
      ...parameters,
      // The index seeks by whole numbers only; JavaScript's numbers are bound as fractions.
      after: BigInt(window.after),
      upTo: BigInt(window.upTo),
    });
}

function rowsOf(db: Connection, ids: readonly number[], { isVisible, parameters }: VisibleTexts): TextRow[] {
  return db
    .statement<TextRow>(
      `SELECT t.image, t.source, t.words FROM json_each(@ids) i JOIN texts t ON t.id = i.value WHERE ${isVisible}`,
    )
    .all({ ...parameters, ids: JSON.stringify(ids) });
}

/** What was found so far, of each image and word the best place. */
class FoundWords {
  readonly words: readonly QueryWord[];
  readonly #folded: readonly string[];
  readonly #images = new Map<ImageKey, (FoundWord | undefined)[]>();
  readonly #imagesWith: number[];

  constructor(words: readonly QueryWord[]) {
    this.words = words;
    this.#folded = words.map(({ text }) => foldWords(text));
    this.#imagesWith = words.map(() => 0);
  }

  isCommon(at: number): boolean {
    return (this.#imagesWith[at] ?? 0) > COMMON;
  }

  compare(at: number, { image, source, words }: TextRow): void {
    const word = this.#folded[at];
    const sources = this.words[at]?.sources;
    if (!word || (sources && !sources.includes(source)) || this.isCommon(at)) return;
    const place = placeOf(word, source, words);
    if (place === undefined) return;
    const found = this.#images.get(image) ?? this.words.map(() => undefined);
    const before = found[at];
    if (before === undefined) this.#imagesWith[at] = (this.#imagesWith[at] ?? 0) + 1;
    if (before === undefined || before.strength < place.strength) found[at] = place;
    this.#images.set(image, found);
  }

  result(): { matches: TextMatch[]; common: QueryWord[] } {
    const isCommon = this.words.map((_, at) => this.isCommon(at));
    const matches: TextMatch[] = [];
    for (const [key, found] of this.#images) {
      const telling = found.some((word, at) => word && !isCommon[at]);
      if (telling) matches.push({ key, found: found.map((word, at) => (isCommon[at] ? undefined : word)) });
    }
    matches.sort((a, b) => a.key - b.key);
    return { matches, common: this.words.filter((_, at) => isCommon[at]) };
  }
}

/** A phrase may run on in the next line; its place is where it begins. */
function placeOf(word: string, source: TextSource, words: string): FoundWord | undefined {
  const lines = words.split("\n");
  const folded = lines.map(foldWords);
  const place = bestPlace(folded.join(" "), word);
  if (place === undefined) return undefined;
  let lineNumber = 0;
  for (let end = folded[0]?.length ?? 0; end < place.at; end += 1 + (folded[lineNumber]?.length ?? 0))
    lineNumber++;
  const line = (lines[lineNumber] ?? "").slice(0, LONGEST_LINE);
  return { source, line, lineNumber, strength: place.strength };
}
