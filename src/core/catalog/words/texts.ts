import type { ImageKey, QueryWord, TextSearch, TextSearchRequest } from "../../ports.ts";
import type { Scope, TextSource } from "../../types.ts";
import { foldWords } from "../../words/fold-words.ts";
import { FoundWords, foldText, type TextRow } from "../../words/found-words.ts";
import { joinLines } from "../../words/searched-lines.ts";
import { YieldController } from "../../yield-controller.ts";
import type { Backlog } from "../backlog.ts";
import type { Connection } from "../connection/connection.ts";
import { eraseInPlace } from "../erase.ts";
import { findKey } from "../image-keys.ts";
import { crowdedAmong } from "../scope/crowded-images.ts";
import type { KeyBits } from "../scope/key-set.ts";
import { type RowRange, slices } from "../scope/row-ranges.ts";
import { scopeQuery, seesAllPlacements } from "../scope/scope-query.ts";
import type { VisibleKeys } from "../scope/visible-keys.ts";
import { editsAllowed, similarTerms } from "./similar-terms.ts";
import { type WordCandidates, wordCandidates } from "./word-candidates.ts";

/** Up to this many images, their texts are read one after another; beyond that, the index is asked. */
const FEW = 2000;
const IMAGES_AT_ONCE = 32;

/** Ids of texts looked through in one read, adapted to what reads take: words may be dense where the ones before were not. */
const WINDOW = { first: 1024, least: 512, most: 32_768, quickMs: 2, slowMs: 5 };

/** Texts that one read finds in the index, and those that one read fetches. */
const TEXTS_AT_ONCE = 2048;
const ROWS_AT_ONCE = 256;

export function textSearch(db: Connection, visible: VisibleKeys, backlog: Backlog): TextSearch {
  return {
    search: (request) => search(db, visible, backlog, request),
    closest: (word, request) => closest(db, visible, word, request),
    put: (id, lines) =>
      eraseInPlace(db, () => {
        const key = findKey(db, id);
        return key === undefined ? 0 : replaceReadText(db, key, lines);
      }),
    ready: (signal) => backlog.done(signal),
  };
}

/**
 * Inside a write: replaces the words that were read in an image.
 * @returns how many texts were overwritten, for `eraseInPlace`
 */
export function replaceReadText(db: Connection, image: ImageKey, lines: readonly string[]): number {
  const { changes } = db.statement("DELETE FROM texts WHERE image = ? AND source = 'read'").run(image);
  if (lines.length > 0)
    db.statement("INSERT INTO texts (image, source, words) VALUES (?, 'read', ?)").run(
      image,
      joinLines(lines),
    );
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
  return { ...(await foundWithin(db, { words, scope, within }, yielder)), complete };
}

interface WordsWithin {
  readonly words: readonly QueryWord[];
  readonly scope: Scope;
  /** Undefined for every image. */
  readonly within: KeyBits | undefined;
}

async function foundWithin(db: Connection, { words, scope, within }: WordsWithin, yielder: YieldController) {
  const found = new FoundWords(words);
  if (within && within.size <= FEW) await readAll(db, within, scope, found, yielder);
  else for (const at of words.keys()) await searchIndex(db, { scope, within }, found, at, yielder);
  return found.result(yielder);
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
  const visible = visibleTexts(scope);
  const compare = async (rows: readonly TextRow[]) => {
    for (const row of rows) {
      const text = foldText(row);
      for (const at of found.words.keys()) found.compare(at, text);
      await yielder.yieldIfDue();
    }
  };
  for (let start = 0; start < keys.length; start += IMAGES_AT_ONCE) {
    const some = keys.slice(start, start + IMAGES_AT_ONCE);
    const { crowded, rows } = await db.read(() => {
      const crowded = crowdedAmong(db, some);
      const others = some.filter((key) => !crowded.has(key));
      return { crowded, rows: textsOf(db, others, visible) };
    });
    await compare(rows);
    for (const image of crowded)
      for await (const slice of slices<TextValues>(db, textsOfImage(image, visible), {
        columns: TEXT_COLUMNS,
        yielder,
      }))
        await compare(slice.map(([source, words]) => ({ image, source, words })));
    await yielder.yieldIfDue();
  }
}

function textsOf(
  db: Connection,
  images: readonly ImageKey[],
  { isVisible, parameters }: VisibleTexts,
): TextRow[] {
  return db
    .statement<TextRow>(
      `SELECT t.image, t.source, t.words FROM json_each(@keys) k JOIN texts t ON t.image = k.value
      WHERE ${isVisible}`,
    )
    .all({ ...parameters, keys: JSON.stringify(images) });
}

type TextValues = [source: TextSource, words: string];
const TEXT_COLUMNS = ["t.source", "t.words"];

const textsOfImage = (image: ImageKey, { isVisible, parameters }: VisibleTexts): RowRange => ({
  from: "texts t",
  prefix: "t.image = @image",
  order: ["t.source", "t.id"],
  where: isVisible,
  parameters: { ...parameters, image },
  rows: ROWS_AT_ONCE,
});

async function searchIndex(
  db: Connection,
  within: { readonly scope: Scope; readonly within: KeyBits | undefined },
  found: FoundWords,
  at: number,
  yielder: YieldController,
): Promise<void> {
  for (const candidates of wordCandidates(found.words[at]?.text ?? ""))
    await searchCandidates(db, { ...within, candidates }, found, at, yielder);
}

interface WithinCandidates {
  readonly scope: Scope;
  readonly within: KeyBits | undefined;
  readonly candidates: WordCandidates;
}

/** Texts that an index holds for one word, window by window, so that no other work is blocked for long. */
async function searchCandidates(
  db: Connection,
  { scope, within, candidates }: WithinCandidates,
  found: FoundWords,
  at: number,
  yielder: YieldController,
): Promise<void> {
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
        found.compare(at, foldText(row));
        await yielder.yieldIfDue();
      }
    }
    await yielder.yieldIfDue();
  }
}

async function closest(
  db: Connection,
  visible: VisibleKeys,
  { text, sources }: QueryWord,
  { scope, signal }: Omit<TextSearchRequest, "words">,
): Promise<string | undefined> {
  const folded = foldWords(text);
  const most = editsAllowed(folded);
  if (most === 0) return undefined;
  const yielder = new YieldController(signal);
  const within = await visible.unlessAll(scope);
  for (const terms of await similarTerms(db, folded, most, yielder)) {
    // Which of them the viewer may see, and how often, decides.
    const words = [...new Set(terms.map(foldWords))].map((term) => ({ text: term, sources }));
    const { matches } = await foundWithin(db, { words, scope, within }, yielder);
    const images = words.map(
      (_, at) => matches.filter(({ found }) => found[at]?.some(({ strength }) => strength === 1)).length,
    );
    const best = Math.max(0, ...images);
    if (best > 0) return words[images.indexOf(best)]?.text;
  }
  return undefined;
}

interface VisibleTexts {
  /** Condition on a row `t` of texts: the viewer may see its placement. */
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
