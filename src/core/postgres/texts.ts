import { compareLetters, editsAllowed } from "../catalog/words/similar-terms.ts";
import type { ImageKey, QueryWord, TextSearch, TextSearchRequest } from "../ports.ts";
import type { Scope, TextSource } from "../types.ts";
import { mayBeMisread, twinPattern } from "../words/digit-twins.ts";
import { foldWords, isUnspaced } from "../words/fold-words.ts";
import { FoundWords, foldText, type TextRow } from "../words/found-words.ts";
import { joinLines } from "../words/searched-lines.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection, Session } from "./connection.ts";
import { keysOf } from "./image-keys.ts";
import { nameBelow } from "./paths.ts";
import { containing, scopeConditions } from "./scope-conditions.ts";
import { all, Values } from "./values.ts";

const ROWS_AT_ONCE = 2048;
/** Letters that an index of trigrams can find. */
const TRIGRAM = 3;

export function textSearch(db: Connection): TextSearch {
  return {
    search: (request) => search(db, request),
    closest: (word, request) => closest(db, word, request),
    put: (id, lines) =>
      db.write(async (session) => {
        const key = (await keysOf(session, [id])).get(id.toLowerCase());
        if (key !== undefined) await replaceReadText(session, key, lines);
      }),
    // They are indexed as they are written.
    ready: async () => undefined,
  };
}

/** Words to be stored; without a placement they are visible wherever the image is. */
interface NewText {
  readonly image: ImageKey;
  readonly source: TextSource;
  readonly words: string;
  readonly file?: number | undefined;
  readonly post?: number | undefined;
}

export async function addTexts(session: Session, texts: readonly NewText[]): Promise<void> {
  if (texts.length === 0) return;
  const folded = texts.map((text) => foldText(text).folded);
  await session.run(
    `INSERT INTO texts (image, source, file, post, guild, words, folded, tokens)
      SELECT image, source, file, post, (SELECT p.guild FROM posts p WHERE p.id = n.post), words, folded,
        string_to_array(tokens, ' ')
      FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[])
        AS n (image, source, file, post, words, folded, tokens)`,
    [
      texts.map(({ image }) => image),
      texts.map(({ source }) => source),
      texts.map(({ file }) => file ?? null),
      texts.map(({ post }) => post ?? null),
      texts.map(({ words }) => words),
      folded,
      folded.map((text) => [...tokensOf(text)].join(" ")),
    ],
  );
}

/** What a text is found by when a word is too short for the index of trigrams. */
function tokensOf(folded: string): Set<string> {
  const tokens = new Set<string>();
  for (const word of folded.split(" ")) {
    // A digit ends a word of letters, and the other way round.
    for (const run of [word, ...(word.match(/\p{N}+|[^\p{N}]+/gu) ?? [])]) tokens.add(run);
    if (!isUnspaced(word)) continue;
    const characters = [...word];
    for (const [at, character] of characters.entries())
      tokens.add(character).add(character + (characters[at + 1] ?? ""));
  }
  tokens.delete("");
  return tokens;
}

/** Names of these files, in place of what they were named before. */
export async function nameFiles(session: Session, files: readonly number[]): Promise<void> {
  await session.run("DELETE FROM texts WHERE file = ANY($1::bigint[]) AND source = 'name'", [files]);
  const rows = await session.rows<{ file: number; image: ImageKey; path: string; root: string }>(
    `SELECT f.id AS file, f.image, f.path, r.path AS root FROM files f JOIN roots r ON r.id = f.root
    WHERE f.id = ANY($1::bigint[])`,
    [files],
  );
  await addTexts(
    session,
    rows.map(({ file, image, path, root }) => ({
      file,
      image,
      source: "name",
      words: nameBelow(root, path),
    })),
  );
}

/** Names of these attachments and captions of their messages, in place of what they were before. */
export async function namePosts(session: Session, posts: readonly number[]): Promise<void> {
  await session.run("DELETE FROM texts WHERE post = ANY($1::bigint[])", [posts]);
  const rows = await session.rows<{
    post: number;
    image: ImageKey;
    filename: string;
    caption: string | null;
  }>("SELECT id AS post, image, filename, caption FROM posts WHERE id = ANY($1::bigint[])", [posts]);
  await addTexts(
    session,
    rows.flatMap(({ post, image, filename, caption }) => [
      { post, image, source: "name" as const, words: filename },
      ...(caption === null ? [] : [{ post, image, source: "caption" as const, words: caption }]),
    ]),
  );
}

/** A user's tags of an image, and those that its files carry, in place of those that it was found by before. */
export async function nameTags(session: Session, image: ImageKey): Promise<void> {
  await session.run("DELETE FROM texts WHERE image = $1 AND source IN ('tag', 'keyword')", [image]);
  const tags = await session.rows<{ tag: string; file: number | null }>(
    `SELECT tag, NULL::bigint AS file FROM tags WHERE image = $1 AND source = 'user'
    UNION ALL SELECT c.tag, c.file FROM carried_tags c JOIN tags t ON t.image = c.image AND t.tag = c.tag
      WHERE c.image = $1 AND t.source = 'file'`,
    [image],
  );
  await addTexts(
    session,
    tags.map(({ tag, file }) =>
      file === null ? { image, source: "tag", words: tag } : { image, source: "keyword", file, words: tag },
    ),
  );
}

/** Replaces the words that were read in an image. */
export async function replaceReadText(
  session: Session,
  image: ImageKey,
  lines: readonly string[],
): Promise<void> {
  await session.run("DELETE FROM texts WHERE image = $1 AND source = 'read'", [image]);
  if (lines.length > 0) await addTexts(session, [{ image, source: "read", words: joinLines(lines) }]);
}

async function search(
  db: Connection,
  { words, scope, signal }: TextSearchRequest,
): Promise<Awaited<ReturnType<TextSearch["search"]>>> {
  const yielder = new YieldController(signal);
  return db.read(async (session) => {
    const found = new FoundWords(words);
    for (const [at, { sources }] of words.entries()) {
      const values = new Values();
      const candidates = mayHave(foldWords(found.words[at]?.text ?? ""), values);
      if (candidates === undefined) continue;
      const where = all([candidates, sources && `t.source = ANY(${values.bind(sources)}::text[])`]);
      await session.run(
        `DECLARE found NO SCROLL CURSOR FOR ${visibleTexts(scope, where, values)}`,
        values.list,
      );
      for (let rows: TextRow[] = []; !found.isCommon(at); ) {
        rows = await session.rows<TextRow>(`FETCH ${ROWS_AT_ONCE} FROM found`);
        if (rows.length === 0) break;
        for (const row of rows) {
          found.compare(at, foldText(row));
          await yielder.yieldIfDue();
        }
      }
      await session.run("CLOSE found");
    }
    return { ...(await found.result(yielder)), complete: true };
  });
}

/** Words of a phrase whose spaces are looked for with and without; the others are compared afterwards. */
const SPACED = 4;

/** A condition on texts `t` that may have this word or phrase; undefined for one without letters and digits. */
function mayHave(folded: string, values: Values): string | undefined {
  const words = folded.split(" ").filter(Boolean);
  if (words.length === 0) return undefined;
  if ([...words.join("")].length < TRIGRAM) return `t.tokens @> ${values.bind(words)}::text[]`;
  const begun = words.slice(0, SPACED);
  const ways = spacings(begun).map((phrase) => `t.folded LIKE ${values.bind(containing(phrase))}`);
  if (mayBeMisread(folded))
    ways.push(`(t.source = 'read' AND t.folded ~ ${values.bind(begun.map(twinPattern).join(" ?"))})`);
  return ways.join(" OR ");
}

/** Each way in which spaces stand between these words or do not. */
function spacings([first = "", ...others]: readonly string[]): string[] {
  if (others.length === 0) return [first];
  return spacings(others).flatMap((rest) => [`${first} ${rest}`, first + rest]);
}

/** Of how many trigrams a word and a misspelling of it may share no more: a sixth, with two letters wrong in eight. */
const LEAST_SIMILARITY = 0.15;

async function closest(
  db: Connection,
  { text, sources }: QueryWord,
  { scope, signal }: Omit<TextSearchRequest, "words">,
): Promise<string | undefined> {
  const word = foldWords(text);
  const most = editsAllowed(word);
  if (most === 0) return undefined;
  const yielder = new YieldController(signal);
  const letters = [...word];
  const values = new Values();
  const where = all([
    `${values.bind(word)} <<% t.folded`,
    sources && `t.source = ANY(${values.bind(sources)}::text[])`,
  ]);
  const similar = visibleTexts(scope, where, values, "t.image, t.tokens");
  const lengths = [letters.length - most, letters.length + most].map((length) => values.bind(length));
  const rows = await db.read(
    (session) =>
      session.rows<{ token: string }>(
        `SELECT token FROM (${similar}) s, unnest(s.tokens) AS token WHERE length(token) BETWEEN ${lengths.join(" AND ")}
        GROUP BY token ORDER BY count(DISTINCT s.image) DESC, token COLLATE "C"`,
        values.list,
      ),
    `SET LOCAL pg_trgm.strict_word_similarity_threshold = ${LEAST_SIMILARITY}`,
  );
  const byEdits: (string | undefined)[] = [];
  for (const { token } of rows) {
    const { edits } = compareLetters(letters, [...token], most);
    if (edits > 0) byEdits[edits] ??= token;
    await yielder.yieldIfDue();
  }
  return byEdits.find((token) => token !== undefined);
}

/** Along their index, a guild's texts are as few in a library of many guilds as in one of its own. */
function ofGuild(discord: Scope["discord"], values: Values): string | false {
  return typeof discord === "object" && `t.guild = ${values.bind(discord.guildId)}`;
}

/** Texts `t` for which the condition holds, of placements that the scope shows, and of its images themselves. */
function visibleTexts(
  scope: Scope,
  where: string,
  values: Values,
  columns = "t.image, t.source, t.words",
): string {
  const { file, post, image, shows } = scopeConditions(scope, values);
  const texts = `SELECT ${columns} FROM texts t`;
  return [
    scope.files !== "none" &&
      `${texts} JOIN files f ON f.id = t.file WHERE ${all([where, file(), image("t.image")])}`,
    scope.discord !== "none" &&
      `${texts} JOIN posts p ON p.id = t.post WHERE ${all([where, ofGuild(scope.discord, values), post(), image("t.image")])}`,
    `${texts} WHERE t.file IS NULL AND t.post IS NULL AND ${all([where, shows("t.image")])}`,
  ]
    .filter(Boolean)
    .join(" UNION ALL ");
}
