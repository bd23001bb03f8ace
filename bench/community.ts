/**
 * Members of many Discord servers who ask a library on a PostgreSQL server, while new pictures are posted:
 * `GLIMPSE_TEST_POSTGRES=$(scripts/start-postgres.sh) npm run bench -- community [guilds] [posts] [database] [questions] [askers]`; the
 * database is one that an earlier run filled and was kept from dropping. Ten million posts need 25 GB: start the server with
 * GLIMPSE_TEST_POSTGRES_FOLDER on a disk that has them.
 */
import type { Connection } from "../src/core/postgres/connection.ts";
import type { Scope } from "../src/core/types.ts";
import { FakeEmbedder } from "../test/support/fake-embedder.ts";
import { newImage, post } from "../test/support/new-image.ts";
import { testDatabases } from "../test/support/postgres.ts";
import { seededRandom } from "../test/support/random-embeddings.ts";
import { openServerTestLibrary } from "../test/support/server-test-library.ts";
import { table } from "./report.ts";

const guilds = Number(process.argv[2] ?? 1000);
const posts = Number(process.argv[3] ?? 10_000_000);
const filled = process.argv[4];

const DIMENSIONS = 16;
const CHANNELS = 40;
/** Of a server, as far as one member may look. */
const VISIBLE_CHANNELS = 30;
const ASKERS = Number(process.argv[6] ?? 4);
const QUESTIONS = Number(process.argv[5] ?? 2000);
const POSTED_BESIDE_MS = 100;
const WORDS = ["dog", "beach", "sunset", "cat", "mountain", "meme", "cake", "car", "screenshot", "garden"];

if (!process.env.GLIMPSE_TEST_POSTGRES) {
  console.log("Set GLIMPSE_TEST_POSTGRES: export GLIMPSE_TEST_POSTGRES=$(scripts/start-postgres.sh)");
  process.exit(1);
}

const random = seededRandom(7);
/** A few large servers and many small ones: the share of the nth falls with 1 / (n + 10). */
const shares = Array.from({ length: guilds }, (_, at) => 1 / (at + 10));
const total = shares.reduce((sum, share) => sum + share, 0);
const sizes = shares.map((share) => Math.max(1, Math.round((posts * share) / total)));
const stored = sizes.reduce((sum, size) => sum + size, 0);

const databases = await testDatabases();
const address = filled ?? (await databases.create());
const embedder = new FakeEmbedder({ dimensions: DIMENSIONS });
const { library, catalog, db } = await openServerTestLibrary(address, { embedder });
try {
  if (filled === undefined) {
    await fill(db);
    await db.alone("VACUUM (ANALYZE)");
  }
  const [{ bytes = 0 } = {}] = await db.rows<{ bytes: number }>(
    "SELECT pg_database_size(current_database()) AS bytes",
  );
  if (stored <= 100_000) for (const problem of await catalog.check()) console.log(`- ${problem}`);

  const memory: number[] = [];
  const took: Record<string, number[]> = {};
  let posted = 0;
  const done = new AbortController();
  const posting = postUntil(done.signal, () => posted++);
  let asked = 0;
  await Promise.all(
    Array.from({ length: ASKERS }, async () => {
      while (asked < QUESTIONS) {
        const at = asked++;
        if (at % (QUESTIONS / 8) === 0) memory.push(process.memoryUsage().rss / 2 ** 20);
        const [kind, ask] = questionOf(at);
        const start = performance.now();
        await ask();
        took[kind] = [...(took[kind] ?? []), performance.now() - start];
      }
    }),
  );
  done.abort();
  await posting;
  memory.push(process.memoryUsage().rss / 2 ** 20);

  console.log(
    `\n${stored.toLocaleString("en")} posts on ${guilds.toLocaleString("en")} servers, the largest of ${(sizes[0] ?? 0).toLocaleString("en")}, vectors of ${DIMENSIONS} numbers; ${(bytes / 2 ** 30).toFixed(1)} GiB. ${ASKERS} members ask at once, ${posted} pictures are posted meanwhile.\n`,
  );
  table(
    ["question", "asked", "p50 ms", "p99 ms", "longest ms"],
    [...Object.entries(took), ["all", Object.values(took).flat()] as const].map(([kind, times]) => {
      const sorted = [...times].sort((a, b) => a - b);
      const share = (part: number) => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(0);
      return [kind, sorted.length, share(0.5), share(0.99), share(1)];
    }),
  );
  console.log(
    `\nMemory of the asking process in eighths, MiB: ${memory.map((mib) => mib.toFixed(0)).join(", ")}.`,
  );
} finally {
  await library.close();
  await databases.close();
}

/**
 * Rows as `ImageStore.put` and the triggers write them, by statements over whole tables, whose indexes are made at the end:
 * ten million through the program take hours. `check` reads whether anything is missing.
 */
async function fill(connection: Connection): Promise<void> {
  await catalog.images.put([posted("0", 0)]);
  const indexes = await connection.rows<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE tablename IN ('images', 'vectors', 'posts', 'near_posts', 'texts', 'changes')
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = indexname::regclass)`,
  );
  const steps = [
    ...indexes.map(({ name }) => `DROP INDEX ${name}`),
    `CREATE TABLE sizes AS SELECT 'g' || at - 1 AS guild, size, 1 + sum(size) OVER (ORDER BY at) - size AS start
      FROM unnest(ARRAY[${sizes.join(",")}]) WITH ORDINALITY AS s (size, at)`,
    `INSERT INTO images (key, id, format, width, height, bytes, added_at, fingerprint, decoder, cut, pages)
      SELECT nextval('image_keys'), sha256(convert_to(n::text, 'UTF8')), 'jpeg', 640, 480, 12345, 0,
        sha256(convert_to('f' || n, 'UTF8')), 1, false, 1 FROM generate_series(1, ${stored}) n`,
    "CREATE TABLE made AS SELECT key, row_number() OVER (ORDER BY key) AS n FROM images WHERE bytes = 12345 AND added_at = 0",
    "INSERT INTO thumbnails (image, webp) SELECT key, 'thumbnail' FROM made",
    `INSERT INTO vectors (space, image, part, vector) SELECT s.id, m.key, '["whole"]', l2_normalize(
        (SELECT array_agg(random() - 0.5) FROM generate_series(1, ${DIMENSIONS} + 0 * m.key))::vector)
      FROM made m, spaces s`,
    `INSERT INTO changes (space, image, seq, gone) SELECT s.id, m.key, s.seq + m.n, false FROM made m, spaces s`,
    `UPDATE spaces SET seq = seq + (SELECT count(*) FROM made)`,
    `INSERT INTO posts (image, guild, channel, message, attachment, author, filename, posted_at, spoiler, age_restricted,
        caption, folded_caption)
      SELECT m.key, s.guild, s.guild || 'c' || floor(random() * ${CHANNELS}), 'm' || m.n, 'a' || m.n, 'u' || m.n % 997,
        'IMG_' || m.n || '.jpg', 1.6e12 + m.n * 1000, false, false, c.words, c.words
      FROM sizes s JOIN LATERAL generate_series(s.start, s.start + s.size - 1) AS p (n) ON true JOIN made m ON m.n = p.n
        LEFT JOIN LATERAL (SELECT 'my ' || ${anyWordOf("m.n")} || ' by the ' || ${anyWordOf("m.n / 16")} AS words
          WHERE m.n % 3 = 0) c ON true`,
    `INSERT INTO near_posts (space, post, part, image, guild, channel, author, posted_at, age_restricted, near)
      SELECT v.space, p.id, v.part, p.image, p.guild, p.channel, p.author, p.posted_at, p.age_restricted, v.vector::halfvec
      FROM posts p JOIN vectors v ON v.image = p.image WHERE p.message <> 'm-0'`,
    `INSERT INTO texts (image, source, post, guild, words, folded, tokens)
      SELECT image, 'name', id, guild, filename, ${folded("filename")}, string_to_array(${folded("filename")}, ' ') FROM posts WHERE message <> 'm-0'
      UNION ALL SELECT image, 'caption', id, guild, caption, caption, string_to_array(caption, ' ') FROM posts WHERE caption IS NOT NULL`,
    `INSERT INTO places (guild, channel, posts, images, newest) SELECT guild, channel, count(*), count(*), max(posted_at)
      FROM posts WHERE message <> 'm-0' GROUP BY guild, channel
      ON CONFLICT (guild, channel) DO UPDATE SET posts = places.posts + excluded.posts, images = places.images + excluded.images`,
    `INSERT INTO guilds (guild, posts, images) SELECT guild, count(*), count(*) FROM posts WHERE message <> 'm-0' GROUP BY guild
      ON CONFLICT (guild) DO UPDATE SET posts = guilds.posts + excluded.posts, images = guilds.images + excluded.images`,
    `SELECT tally(name, ${stored}) FROM unnest(ARRAY['images', 'placements', 'embedded:' || (SELECT id FROM spaces)]) AS t (name)`,
    "DROP TABLE sizes, made",
    ...indexes.map(({ definition }) => definition),
  ];
  await connection.write(async (session) => {
    await session.run(
      "SET LOCAL session_replication_role = replica; SET LOCAL maintenance_work_mem = '1GB'; SET LOCAL jit = off",
    );
    for (const step of steps) {
      const start = performance.now();
      await session.run(step);
      console.error(
        `${((performance.now() - start) / 1000).toFixed(0)} s: ${step.slice(0, 60).split("\n")[0]}`,
      );
    }
  });
}

/** Pictures that come in while members ask. */
async function postUntil(signal: AbortSignal, count: () => void): Promise<void> {
  for (let at = 0; !signal.aborted; at++) {
    await catalog.images.put([posted(`live ${at}`, anyGuild())]);
    count();
    await new Promise((resolve) => setTimeout(resolve, POSTED_BESIDE_MS));
  }
}

function posted(content: string, guild: number) {
  const placement = post(content, {
    guildId: guildId(guild),
    channelId: channelId(guild, 0),
    postedAt: 1.8e12,
  });
  const vector = Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return { ...newImage(content, placement), space: embedder.space, embedding: vector.map((x) => x / length) };
}

/** The larger a server, the more is asked there. */
function questionOf(at: number): [string, () => Promise<unknown>] {
  const view = library.within(memberOf(anyGuild()));
  const text = `${anyWord()} ${anyWord()} ${at}`;
  switch (at % 4) {
    case 0:
      return ["newest", () => view.find({ terms: [], sort: "newest" })];
    case 1:
      return ["a caption's word", () => view.find({ terms: [{ text: `text:"${anyWord()}"` }] })];
    default:
      return ["words", () => view.find({ terms: [{ text }] })];
  }
}

function memberOf(guild: number): Scope {
  const first = Math.floor(random() * CHANNELS);
  const channelIds = Array.from({ length: VISIBLE_CHANNELS }, (_, at) =>
    channelId(guild, (first + at) % CHANNELS),
  );
  return { files: "none", discord: { guildId: guildId(guild), channelIds, ageRestricted: false } };
}

function anyGuild(): number {
  let left = random() * total;
  for (const [guild, share] of shares.entries()) {
    left -= share;
    if (left <= 0) return guild;
  }
  return 0;
}

function anyWord(): string {
  return WORDS[Math.floor(random() * WORDS.length)] ?? "dog";
}

function guildId(guild: number): string {
  return `g${guild}`;
}

function channelId(guild: number, channel: number): string {
  return `g${guild}c${channel}`;
}

/** One of the words, by a number of the row's. */
function anyWordOf(number: string): string {
  return `(ARRAY['${WORDS.join("','")}'])[1 + ${number} % ${WORDS.length}]`;
}

/** As `foldText` writes names of files. */
function folded(column: string): string {
  return `lower(translate(${column}, '_.', '  '))`;
}
