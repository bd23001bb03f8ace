import { fileWords } from "./words/text-rows.ts";

/** "GLMP": marks a SQLite file as a Glimpse catalog, so that no other program's database is ever written to. */
export const APPLICATION_ID = 0x474c_4d50;

/** Vectors of 512 floats fill a page of this size to 88 %; one of the default 4 KiB would be half empty. */
export const PAGE_SIZE = 16_384;

/** For triggers on `posts`: an image counts once in each place and in each guild, however often it is posted there. */
const COUNT_NEW_POST = `
    INSERT INTO places (guild, channel, parent, posts, images, newest) VALUES (new.guild, new.channel, new.parent, 1,
      NOT EXISTS (SELECT 1 FROM posts
        WHERE image = new.image AND guild = new.guild AND channel = new.channel AND id <> new.id), new.posted_at)
    ON CONFLICT (guild, channel) DO UPDATE SET parent = coalesce(excluded.parent, parent), posts = posts + 1,
      images = images + excluded.images, newest = max(newest, excluded.newest);
    INSERT INTO guilds (guild, posts, images) VALUES (new.guild, 1,
      NOT EXISTS (SELECT 1 FROM posts WHERE image = new.image AND guild = new.guild AND id <> new.id))
    ON CONFLICT (guild) DO UPDATE SET posts = posts + 1, images = images + excluded.images;`;
const UNCOUNT_OLD_POST = `
    UPDATE places SET posts = posts - 1,
      images = images - NOT EXISTS (SELECT 1 FROM posts
        WHERE image = old.image AND guild = old.guild AND channel = old.channel AND id <> old.id),
      newest = CASE WHEN newest > old.posted_at THEN newest ELSE coalesce(
        (SELECT max(posted_at) FROM posts WHERE guild = old.guild AND channel = old.channel), newest) END
    WHERE guild = old.guild AND channel = old.channel;
    UPDATE guilds SET posts = posts - 1,
      images = images - NOT EXISTS (SELECT 1 FROM posts WHERE image = old.image AND guild = old.guild AND id <> old.id)
    WHERE guild = old.guild;`;
const DROP_EMPTY_PLACES = `
    DELETE FROM places WHERE guild = old.guild AND channel = old.channel AND posts = 0;
    DELETE FROM guilds WHERE guild = old.guild AND posts = 0;`;

const COUNT_NEW_TAG = `
    INSERT INTO tag_tallies (tag, source, images) VALUES (new.tag, new.source, 1)
    ON CONFLICT (tag, source) DO UPDATE SET images = images + 1;`;
const UNCOUNT_OLD_TAG = `
    UPDATE tag_tallies SET images = images - 1 WHERE tag = old.tag AND source = old.source;
    DELETE FROM tag_tallies WHERE tag = old.tag AND source = old.source AND images = 0;`;

const VERDICT_TRIGGERS = `
  CREATE TRIGGER verdict_added AFTER INSERT ON verdicts
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = 'verdict changes'; END;
  CREATE TRIGGER verdict_changed AFTER UPDATE ON verdicts
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = 'verdict changes'; END;
  CREATE TRIGGER verdict_removed AFTER DELETE ON verdicts
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = 'verdict changes'; END;
`;

/**
 * Step n takes a catalog from schema n to n + 1; `user_version` counts them. Steps are history: add, never edit.
 *
 * Two promises are kept here rather than in code. The triggers on `files` and `posts` erase an image
 * with its last placement (moved placements: `reassign-placements.ts`), and those on `embeddings` write the change sequence, so no statement can forget either.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE images (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
    format TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    taken_at REAL,
    added_at REAL NOT NULL,
    fingerprint BLOB NOT NULL
  ) STRICT;

  CREATE TABLE thumbnails (
    image INTEGER PRIMARY KEY REFERENCES images (key) ON DELETE CASCADE,
    webp BLOB NOT NULL
  ) STRICT;

  CREATE TABLE roots (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('folder', 'file')),
    state TEXT NOT NULL CHECK (state IN ('online', 'offline')),
    added_at REAL NOT NULL,
    last_scan_at REAL
  ) STRICT;

  CREATE TABLE files (
    path TEXT PRIMARY KEY,
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    root INTEGER NOT NULL REFERENCES roots (id),
    bytes INTEGER NOT NULL,
    modified_at REAL NOT NULL,
    date REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX files_by_image ON files (image);
  CREATE INDEX files_by_root ON files (root, image);

  CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    guild TEXT NOT NULL,
    channel TEXT NOT NULL,
    parent TEXT,
    message TEXT NOT NULL,
    attachment TEXT NOT NULL,
    author TEXT NOT NULL,
    filename TEXT NOT NULL,
    posted_at REAL NOT NULL,
    spoiler INTEGER NOT NULL,
    age_restricted INTEGER NOT NULL,
    caption TEXT,
    UNIQUE (message, attachment)
  ) STRICT;
  CREATE INDEX posts_by_image ON posts (image);
  CREATE INDEX posts_by_attachment ON posts (attachment);
  CREATE INDEX posts_by_channel ON posts (guild, channel, posted_at, author, age_restricted, image);
  CREATE INDEX posts_by_author ON posts (guild, author);

  CREATE TRIGGER file_removed AFTER DELETE ON files
  WHEN NOT EXISTS (SELECT 1 FROM files WHERE image = old.image)
    AND NOT EXISTS (SELECT 1 FROM posts WHERE image = old.image)
  BEGIN DELETE FROM images WHERE key = old.image; END;
  CREATE TRIGGER file_changed AFTER UPDATE OF image ON files
  WHEN NOT EXISTS (SELECT 1 FROM files WHERE image = old.image)
    AND NOT EXISTS (SELECT 1 FROM posts WHERE image = old.image)
  BEGIN DELETE FROM images WHERE key = old.image; END;
  CREATE TRIGGER post_removed AFTER DELETE ON posts
  WHEN NOT EXISTS (SELECT 1 FROM files WHERE image = old.image)
    AND NOT EXISTS (SELECT 1 FROM posts WHERE image = old.image)
  BEGIN DELETE FROM images WHERE key = old.image; END;
  CREATE TRIGGER post_changed AFTER UPDATE OF image ON posts
  WHEN NOT EXISTS (SELECT 1 FROM files WHERE image = old.image)
    AND NOT EXISTS (SELECT 1 FROM posts WHERE image = old.image)
  BEGIN DELETE FROM images WHERE key = old.image; END;

  CREATE TABLE failures (
    origin TEXT PRIMARY KEY,
    root INTEGER REFERENCES roots (id) ON DELETE CASCADE,
    bytes INTEGER NOT NULL,
    modified_at REAL NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX failures_by_root ON failures (root);

  CREATE TABLE spaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    -- NULL once dropped.
    dimensions INTEGER,
    -- Steps up to this one are no longer complete in the change sequence.
    forgotten_seq INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY,
    space INTEGER NOT NULL REFERENCES spaces (id),
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    UNIQUE (space, image)
  ) STRICT;
  CREATE INDEX embeddings_by_image ON embeddings (image);

  -- At most one row for each embedding that is or was: the latest step stands for all before it.
  CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    space INTEGER NOT NULL,
    image INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    UNIQUE (space, image)
  ) STRICT;
  CREATE INDEX changes_by_space ON changes (space);
  CREATE INDEX changes_gone ON changes (space) WHERE gone = 1;
  CREATE TRIGGER embedding_added AFTER INSERT ON embeddings BEGIN
    DELETE FROM changes WHERE space = new.space AND image = new.image;
    INSERT INTO changes (space, image, gone) VALUES (new.space, new.image, 0);
  END;
  CREATE TRIGGER embedding_replaced AFTER UPDATE ON embeddings BEGIN
    DELETE FROM changes WHERE space = new.space AND image = new.image;
    INSERT INTO changes (space, image, gone) VALUES (new.space, new.image, 0);
  END;
  CREATE TRIGGER embedding_removed AFTER DELETE ON embeddings BEGIN
    DELETE FROM changes WHERE space = old.space AND image = old.image;
    INSERT INTO changes (space, image, gone) VALUES (old.space, old.image, 1);
  END;

  -- One row at most: the model whose space answers questions.
  CREATE TABLE active_model (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    model TEXT NOT NULL,
    space TEXT NOT NULL
  ) STRICT;

  CREATE TABLE tags (
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    -- 'withdrawn': a person took it away, so the model must not put it back.
    said_by TEXT NOT NULL CHECK (said_by IN ('person', 'model', 'withdrawn')),
    score REAL NOT NULL,
    PRIMARY KEY (image, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tags_by_tag ON tags (tag, said_by);

  -- By content, not by key: a verdict outlives the images it is about.
  CREATE TABLE verdicts (
    a BLOB NOT NULL CHECK (length(a) = 32),
    b BLOB NOT NULL CHECK (length(b) = 32),
    verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different')),
    at REAL NOT NULL,
    PRIMARY KEY (a, b),
    CHECK (a < b)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX verdicts_by_b ON verdicts (b);

  CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Work that outlives the process which owes it.
  CREATE TABLE chores (name TEXT PRIMARY KEY, owed INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE key_values (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    expires_at REAL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX key_values_by_expiry ON key_values (expires_at) WHERE expires_at IS NOT NULL;
  `,
  `
  -- Files that change places leave an image without a placement for a moment: see reassign-placements.ts.
  DROP TRIGGER file_changed;
  DROP TRIGGER post_changed;
  `,
  pictureHashesStep(),
  `
  -- What would take a pass over every row to count is counted as it changes.
  CREATE TABLE tallies (name TEXT PRIMARY KEY, total INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO tallies (name, total) VALUES
    ('images', (SELECT count(*) FROM images)),
    ('placements', (SELECT count(*) FROM files) + (SELECT count(*) FROM posts)),
    ('failures', (SELECT count(*) FROM failures)),
    -- Steps that may change what a scope lets see.
    ('visibility', 0);

  CREATE TRIGGER image_counted AFTER INSERT ON images
  BEGIN UPDATE tallies SET total = total + 1 WHERE name IN ('images', 'visibility'); END;
  CREATE TRIGGER image_uncounted AFTER DELETE ON images BEGIN
    UPDATE tallies SET total = total - 1 WHERE name = 'images';
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  CREATE TRIGGER file_counted AFTER INSERT ON files
  BEGIN UPDATE tallies SET total = total + 1 WHERE name IN ('placements', 'visibility'); END;
  CREATE TRIGGER file_uncounted AFTER DELETE ON files BEGIN
    UPDATE tallies SET total = total - 1 WHERE name = 'placements';
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  CREATE TRIGGER file_touched AFTER UPDATE ON files
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = 'visibility'; END;
  CREATE TRIGGER failure_counted AFTER INSERT ON failures
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = 'failures'; END;
  CREATE TRIGGER failure_uncounted AFTER DELETE ON failures
  BEGIN UPDATE tallies SET total = total - 1 WHERE name = 'failures'; END;

  ALTER TABLE spaces ADD COLUMN embedded INTEGER NOT NULL DEFAULT 0;
  UPDATE spaces SET embedded = (SELECT count(*) FROM embeddings WHERE space = spaces.id);
  CREATE TRIGGER embedding_counted AFTER INSERT ON embeddings
  BEGIN UPDATE spaces SET embedded = embedded + 1 WHERE id = new.space; END;
  CREATE TRIGGER embedding_uncounted AFTER DELETE ON embeddings
  BEGIN UPDATE spaces SET embedded = embedded - 1 WHERE id = old.space; END;

  -- Each channel and thread with posts, and each guild.
  CREATE TABLE places (
    guild TEXT NOT NULL,
    channel TEXT NOT NULL,
    parent TEXT,
    posts INTEGER NOT NULL,
    images INTEGER NOT NULL,
    newest REAL NOT NULL,
    PRIMARY KEY (guild, channel)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO places (guild, channel, parent, posts, images, newest)
    SELECT guild, channel, max(parent), count(*), count(DISTINCT image), max(posted_at)
    FROM posts GROUP BY guild, channel;
  CREATE TABLE guilds (guild TEXT PRIMARY KEY, posts INTEGER NOT NULL, images INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO guilds (guild, posts, images)
    SELECT guild, count(*), count(DISTINCT image) FROM posts GROUP BY guild;

  DROP INDEX posts_by_image;
  CREATE INDEX posts_by_image ON posts (image, guild, channel, posted_at);
  CREATE INDEX posts_by_date ON posts (posted_at, image);
  CREATE INDEX posts_with_caption ON posts (guild, channel) WHERE caption IS NOT NULL;
  DROP INDEX files_by_image;
  CREATE INDEX files_by_image ON files (image, date);
  CREATE INDEX files_by_date ON files (date, image);

  CREATE TRIGGER post_counted AFTER INSERT ON posts BEGIN
    ${COUNT_NEW_POST}
    UPDATE tallies SET total = total + 1 WHERE name IN ('placements', 'visibility');
  END;
  CREATE TRIGGER post_uncounted AFTER DELETE ON posts BEGIN
    ${UNCOUNT_OLD_POST}
    ${DROP_EMPTY_PLACES}
    UPDATE tallies SET total = total - 1 WHERE name = 'placements';
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  CREATE TRIGGER post_moved AFTER UPDATE OF image, guild, channel, parent, posted_at ON posts BEGIN
    ${UNCOUNT_OLD_POST}
    ${COUNT_NEW_POST}
    ${DROP_EMPTY_PLACES}
  END;
  CREATE TRIGGER post_touched AFTER UPDATE ON posts
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = 'visibility'; END;

  DROP INDEX tags_by_tag;
  CREATE TABLE sourced_tags (
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    -- 'rejected': a user removed it, so the model must not put it back.
    source TEXT NOT NULL CHECK (source IN ('user', 'model', 'rejected')),
    score REAL NOT NULL,
    PRIMARY KEY (image, tag)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO sourced_tags (image, tag, source, score)
    SELECT image, tag, CASE said_by WHEN 'person' THEN 'user' WHEN 'withdrawn' THEN 'rejected' ELSE said_by END, score
    FROM tags;
  DROP TABLE tags;
  ALTER TABLE sourced_tags RENAME TO tags;
  CREATE INDEX tags_by_tag ON tags (tag, source);

  CREATE TABLE tag_tallies (
    tag TEXT NOT NULL,
    source TEXT NOT NULL,
    images INTEGER NOT NULL,
    PRIMARY KEY (tag, source)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO tag_tallies (tag, source, images) SELECT tag, source, count(*) FROM tags GROUP BY tag, source;
  CREATE TRIGGER tag_counted AFTER INSERT ON tags BEGIN
    ${COUNT_NEW_TAG}
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  CREATE TRIGGER tag_uncounted AFTER DELETE ON tags BEGIN
    ${UNCOUNT_OLD_TAG}
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  CREATE TRIGGER tag_changed AFTER UPDATE ON tags BEGIN
    ${UNCOUNT_OLD_TAG}
    ${COUNT_NEW_TAG}
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;

  -- Of a post that failed, read from its origin discord:<guild>/<channel>/<message>/<attachment>; null for a file.
  ALTER TABLE failures ADD COLUMN below_guild TEXT
    AS (CASE WHEN root IS NULL THEN substr(origin, instr(origin, '/') + 1) END) VIRTUAL;
  ALTER TABLE failures ADD COLUMN below_channel TEXT AS (substr(below_guild, instr(below_guild, '/') + 1)) VIRTUAL;
  ALTER TABLE failures ADD COLUMN message TEXT AS (substr(below_channel, 1, instr(below_channel, '/') - 1)) VIRTUAL;
  ALTER TABLE failures ADD COLUMN attachment TEXT AS (substr(below_channel, instr(below_channel, '/') + 1)) VIRTUAL;
  CREATE INDEX failures_by_message ON failures (message) WHERE message IS NOT NULL;
  CREATE INDEX failures_by_attachment ON failures (attachment) WHERE attachment IS NOT NULL;
  `,
  `
  -- Folders inside a root in which a disk is mounted, or was when it was last there.
  CREATE TABLE mounts (
    path TEXT PRIMARY KEY,
    device TEXT NOT NULL,
    away INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Pictures and films of kinds that are not read, as the last whole scan of a root counted them.
  CREATE TABLE other_kinds (
    root INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    files INTEGER NOT NULL,
    PRIMARY KEY (root, kind)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- taken_at was an instant, made with the zone of the machine that indexed; it becomes what the clock showed there.
  -- Such pictures have no source yet: the next run of adding reads the file again.
  ALTER TABLE images ADD COLUMN taken_offset INTEGER;
  ALTER TABLE images ADD COLUMN taken_source TEXT;
  CREATE INDEX images_unread_dates ON images (taken_source) WHERE taken_source IS NULL;
  UPDATE images SET taken_at = taken_at + 1000 * coalesce(
    unixepoch(CAST(taken_at / 1000 AS INTEGER), 'unixepoch', 'localtime') - CAST(taken_at / 1000 AS INTEGER), 0)
    WHERE taken_at IS NOT NULL;

  -- A date is that of a clock in no zone (taken, or in the file's name) or an instant (modified).
  ALTER TABLE files ADD COLUMN named_at REAL;
  ALTER TABLE files ADD COLUMN is_clock INTEGER NOT NULL DEFAULT 0;
  UPDATE files SET is_clock = 1, date = (SELECT taken_at FROM images WHERE key = image)
    WHERE image IN (SELECT key FROM images WHERE taken_at IS NOT NULL);
  DROP INDEX files_by_date;
  CREATE INDEX files_by_date ON files (is_clock, date, image);
  DROP INDEX files_by_image;
  CREATE INDEX files_by_image ON files (image, date, is_clock);
  `,
  `
  -- An embedding of a frame, page or tile. The image as a whole has one too, in the same space, and they go together.
  CREATE TABLE part_embeddings (
    id INTEGER PRIMARY KEY,
    space INTEGER NOT NULL,
    image INTEGER NOT NULL,
    part TEXT NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (space, image, part),
    FOREIGN KEY (space, image) REFERENCES embeddings (space, image) ON DELETE CASCADE
  ) STRICT;

  -- A change of one part is a change of its image.
  CREATE TRIGGER part_added AFTER INSERT ON part_embeddings BEGIN
    DELETE FROM changes WHERE space = new.space AND image = new.image;
    INSERT INTO changes (space, image, gone) VALUES (new.space, new.image, 0);
  END;
  CREATE TRIGGER part_replaced AFTER UPDATE ON part_embeddings BEGIN
    DELETE FROM changes WHERE space = new.space AND image = new.image;
    INSERT INTO changes (space, image, gone) VALUES (new.space, new.image, 0);
  END;
  CREATE TRIGGER part_removed AFTER DELETE ON part_embeddings
  WHEN EXISTS (SELECT 1 FROM embeddings WHERE space = old.space AND image = old.image)
  BEGIN
    DELETE FROM changes WHERE space = old.space AND image = old.image;
    INSERT INTO changes (space, image, gone) VALUES (old.space, old.image, 0);
  END;

  -- The host that the root's path is a path of; null until it is scanned again.
  ALTER TABLE roots ADD COLUMN host TEXT;
  `,
  textsStep(),
  `
  INSERT INTO tallies (name, total) VALUES ('verdict changes', 0);
  ${VERDICT_TRIGGERS}
  `,
  `
  -- When the file's bytes, mode or links last changed (its ctime); null until a scan saw it.
  ALTER TABLE files ADD COLUMN changed_at REAL;
  ALTER TABLE failures ADD COLUMN changed_at REAL;
  -- It makes nothing visible.
  DROP TRIGGER file_touched;
  CREATE TRIGGER file_touched AFTER UPDATE OF path, image, root, bytes, modified_at, named_at, date, is_clock ON files
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = 'visibility'; END;

  -- Pictures and folders that the last whole scan of a root left out.
  CREATE TABLE left_out (
    root INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    pictures INTEGER NOT NULL,
    folders INTEGER NOT NULL,
    PRIMARY KEY (root, reason)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- How much its file holds of the picture (types/image.ts: PictureQuality); detail is null until it is measured.
  ALTER TABLE images ADD COLUMN jpeg_quality INTEGER;
  ALTER TABLE images ADD COLUMN detail REAL;
  ALTER TABLE images ADD COLUMN measured_side REAL;
  `,
  `
  -- What the pixels of two images told when they were compared, by a version of how that is done.
  CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    first INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    second INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    in_doubt INTEGER NOT NULL,
    edits TEXT NOT NULL,
    agreement REAL NOT NULL,
    UNIQUE (first, second),
    CHECK (first < second)
  ) STRICT;
  CREATE INDEX comparisons_by_second ON comparisons (second);
  `,
  `
  -- Which decoder read the picture, or refused the file (image/decoder-version.ts); 0 for all before they were counted.
  ALTER TABLE images ADD COLUMN decoder INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE failures ADD COLUMN decoder INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX images_of_older_decoders ON images (decoder) WHERE decoder < 1;
  -- Read with their pictures, which all are of an older decoder.
  DROP INDEX images_unread_dates;

  -- Whether the file ends before its picture does, and how many pages it has, of which the first was read.
  ALTER TABLE images ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE images ADD COLUMN pages INTEGER NOT NULL DEFAULT 1;
  CREATE INDEX images_cut ON images (cut) WHERE cut = 1;
  CREATE INDEX images_of_several_pages ON images (pages) WHERE pages > 1;
  `,
  readingsStep(),
  `
  -- More of PictureQuality: what tells which of two pictures was saved or edited from the other.
  ALTER TABLE images ADD COLUMN jpeg_steps BLOB;
  ALTER TABLE images ADD COLUMN contrast REAL;
  ALTER TABLE images ADD COLUMN colour REAL;
  ALTER TABLE images ADD COLUMN clipped REAL;
  ALTER TABLE images ADD COLUMN brightest INTEGER;
  ALTER TABLE images ADD COLUMN lossless INTEGER;
  ALTER TABLE images ADD COLUMN transparent INTEGER;
  ALTER TABLE images ADD COLUMN coefficients BLOB;
  `,
  fileTagsStep(),
  marksStep(),
  `
  -- Maps of pictures on a plane; one that is not complete is being written. Points go with their images.
  CREATE TABLE maps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    basis TEXT NOT NULL,
    complete INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE map_points (
    map INTEGER NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    x REAL NOT NULL,
    y REAL NOT NULL,
    is_landmark INTEGER NOT NULL,
    PRIMARY KEY (map, image)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX map_points_by_image ON map_points (image);
  `,
  `
  -- What is asked of a picture itself, so that no row of an image is read for it.
  CREATE INDEX images_by_shape ON images (width, height, format);
  CREATE TRIGGER image_reshaped AFTER UPDATE OF width, height, format ON images
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = 'visibility'; END;
  `,
  `
  -- A pair may be marked as variants, too. Its triggers go with the old table.
  CREATE TABLE verdicts_of_pairs (
    a BLOB NOT NULL CHECK (length(a) = 32),
    b BLOB NOT NULL CHECK (length(b) = 32),
    verdict TEXT NOT NULL CHECK (verdict IN ('same', 'variant', 'different')),
    at REAL NOT NULL,
    PRIMARY KEY (a, b),
    CHECK (a < b)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO verdicts_of_pairs SELECT a, b, verdict, at FROM verdicts;
  DROP TABLE verdicts;
  ALTER TABLE verdicts_of_pairs RENAME TO verdicts;
  CREATE INDEX verdicts_by_b ON verdicts (b);
  ${VERDICT_TRIGGERS}
  `,
  carriedWordsStep(),
  `
  -- Of what moves: how long it is, and when the frame is shown that stands for the whole. Null for stills.
  ALTER TABLE images ADD COLUMN duration_ms INTEGER;
  ALTER TABLE images ADD COLUMN cover_ms INTEGER;
  DROP INDEX images_by_shape;
  CREATE INDEX images_by_shape ON images (width, height, format, duration_ms);
  DROP TRIGGER image_reshaped;
  CREATE TRIGGER image_reshaped AFTER UPDATE OF width, height, format, duration_ms ON images
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = 'visibility'; END;

  -- When in what moves a line of text stands.
  ALTER TABLE ocr_lines ADD COLUMN at_ms INTEGER;

  -- What else of an image is looked at by itself, as encodePart names it: its thumbnail, and its perceptual hash.
  CREATE TABLE parts (
    id INTEGER PRIMARY KEY,
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    part TEXT NOT NULL,
    webp BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    UNIQUE (image, part)
  ) STRICT;
  `,
  `
  -- Files that belong to a file of a picture: raw files, videos of Live Photos, sidecars.
  CREATE TABLE companions (
    path TEXT PRIMARY KEY,
    file TEXT NOT NULL REFERENCES files (path) ON DELETE CASCADE,
    kind TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX companions_by_file ON companions (file, path, kind);
  CREATE INDEX companions_by_kind ON companions (kind, file);
  INSERT INTO tallies (name, total) VALUES ('companions raw', 0), ('companions video', 0), ('companions sidecar', 0);
  CREATE TRIGGER companion_added AFTER INSERT ON companions BEGIN
    UPDATE tallies SET total = total + 1 WHERE name IN ('visibility', 'companions ' || new.kind);
  END;
  CREATE TRIGGER companion_removed AFTER DELETE ON companions BEGIN
    UPDATE tallies SET total = total - 1 WHERE name = 'companions ' || old.kind;
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  `,
  factsStep(),
  `
  -- Of a sidecar: differs whenever it was written again.
  ALTER TABLE companions ADD COLUMN stamp TEXT;
  `,
  `
  -- What was said of the pair before, which stands again when the verdict is taken back.
  ALTER TABLE verdicts ADD COLUMN before TEXT CHECK (before IN ('same', 'variant', 'different'));
  `,
  `
  ALTER TABLE chores RENAME TO maintenance;
  ALTER TABLE maintenance RENAME COLUMN name TO task;
  ALTER TABLE maintenance RENAME COLUMN owed TO removals;
  UPDATE maintenance SET task = 'vacuum' WHERE task = 'rewrite';
  `,
];

/**
 * The hashes of every picture's windows by chunks of their lowest bits (image/hash-chunks.ts), for finding the same
 * picture. `chunk` is "0" or "1" for the whole, "2" or "3" for another window, by which of the two chunks it is, and
 * five hex digits. Written and erased by triggers. Fingerprints begin with version and flags, here 2 and none, and
 * twelve hashes of 18 bytes: image/perceptual-hash.ts. What a frame encloses (window 1) is left out where there is
 * no frame. Pictures of an older library are the backlog: after `done` and up to `last`, filled in by `hashes.ts`.
 */
function pictureHashesStep(): string {
  return `
  CREATE TABLE hashes (
    chunk TEXT NOT NULL,
    image INTEGER NOT NULL,
    window INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (chunk, image, window)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE hash_backlog (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    done INTEGER NOT NULL,
    last INTEGER NOT NULL
  ) STRICT;
  INSERT INTO hash_backlog SELECT 1, 0, max(key) FROM images HAVING max(key) IS NOT NULL;

  CREATE TRIGGER hashes_added AFTER INSERT ON images BEGIN
    INSERT INTO hashes (chunk, image, window, hash) ${hashesOf("new")};
  END;
  CREATE TRIGGER hashes_removed AFTER DELETE ON images BEGIN
    DELETE FROM hashes WHERE (chunk, image, window) IN (SELECT chunk, image, window FROM (${hashesOf("old")}));
  END;
  CREATE TRIGGER hashes_changed AFTER UPDATE OF fingerprint ON images BEGIN
    DELETE FROM hashes WHERE (chunk, image, window) IN (SELECT chunk, image, window FROM (${hashesOf("old")}));
    INSERT INTO hashes (chunk, image, window, hash) ${hashesOf("new")};
  END;
  `;
}

/** Rows of `hashes` for the row of `images` that goes by this name. */
function hashesOf(image: "new" | "old"): string {
  const hash = `substr(${image}.fingerprint, 3 + 18 * window, 18)`;
  return `
    SELECT (2 * (window > 0) + part) || substr(hex(${hash}), 1 + 5 * part, 5) AS chunk, ${image}.key AS image, window, ${hash} AS hash
    FROM (SELECT column1 AS window FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11))),
      (SELECT column1 AS part FROM (VALUES (0), (1)))
    WHERE length(${image}.fingerprint) = 249 AND substr(${image}.fingerprint, 1, 2) = x'0200'
      AND (window <> 1 OR ${hash} <> substr(${image}.fingerprint, 3, 18))`;
}

/**
 * The words that go with images, in one table that two full-text indexes cover: trigrams find parts of words, and
 * whole words are what is left to find of those too short for a trigram. `file` and `post` are the placements that
 * show the words; words without are visible wherever their image is. A model's own tags are left out: they say
 * nothing that its embeddings do not. No positions are indexed (detail none), since the texts themselves are compared,
 * and nothing of a deleted text stays in the indexes (secure-delete).
 */
function textsStep(): string {
  const both = (statement: (index: string) => string) =>
    ["text_trigrams", "text_words"].map(statement).join("");
  const options = "content = 'texts', content_rowid = 'id', detail = 'none', columnsize = 0";
  return `
  CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    source TEXT NOT NULL CHECK (source IN ('name', 'caption', 'tag', 'read', 'keyword', 'title')),
    file TEXT REFERENCES files (path) ON DELETE CASCADE,
    post INTEGER REFERENCES posts (id) ON DELETE CASCADE,
    -- Lines of words read in the picture are separated by line breaks.
    words TEXT NOT NULL
  ) STRICT;
  CREATE INDEX texts_by_image ON texts (image, source);
  CREATE UNIQUE INDEX texts_by_file ON texts (file) WHERE file IS NOT NULL;
  CREATE UNIQUE INDEX texts_by_post ON texts (post, source) WHERE post IS NOT NULL;

  CREATE VIRTUAL TABLE text_trigrams USING fts5 (words, ${options}, tokenize = 'trigram remove_diacritics 1');
  CREATE VIRTUAL TABLE text_words USING fts5 (words, ${options}, tokenize = 'unicode61 remove_diacritics 1');
  ${both((index) => `INSERT INTO ${index} (${index}, rank) VALUES ('secure-delete', 1);\n  `)}
  CREATE TRIGGER text_indexed AFTER INSERT ON texts BEGIN
    ${both((index) => `INSERT INTO ${index} (rowid, words) VALUES (new.id, new.words);\n    `)}
  END;
  CREATE TRIGGER text_unindexed AFTER DELETE ON texts BEGIN
    ${both((index) => `INSERT INTO ${index} (${index}, rowid, words) VALUES ('delete', old.id, old.words);\n    `)}
  END;
  CREATE TRIGGER text_changed AFTER UPDATE OF words ON texts WHEN old.words <> new.words BEGIN
    ${both((index) => `INSERT INTO ${index} (${index}, rowid, words) VALUES ('delete', old.id, old.words);\n    `)}
    ${both((index) => `INSERT INTO ${index} (rowid, words) VALUES (new.id, new.words);\n    `)}
  END;

  CREATE TRIGGER file_named AFTER INSERT ON files BEGIN
    INSERT INTO texts (image, source, file, words)
      SELECT new.image, 'name', new.path, ${fileWords("new", "r")} FROM roots r WHERE r.id = new.root;
  END;
  CREATE TRIGGER file_renamed AFTER UPDATE OF image, root ON files
  WHEN old.image <> new.image OR old.root <> new.root BEGIN
    DELETE FROM texts WHERE file = new.path;
    INSERT INTO texts (image, source, file, words)
      SELECT new.image, 'name', new.path, ${fileWords("new", "r")} FROM roots r WHERE r.id = new.root;
  END;

  CREATE TRIGGER post_named AFTER INSERT ON posts BEGIN
    INSERT INTO texts (image, source, post, words) VALUES (new.image, 'name', new.id, new.filename);
    INSERT INTO texts (image, source, post, words)
      SELECT new.image, 'caption', new.id, new.caption WHERE new.caption IS NOT NULL;
  END;
  CREATE TRIGGER post_renamed AFTER UPDATE OF image, filename ON posts
  WHEN old.image <> new.image OR old.filename <> new.filename BEGIN
    DELETE FROM texts WHERE post = new.id AND source = 'name';
    INSERT INTO texts (image, source, post, words) VALUES (new.image, 'name', new.id, new.filename);
  END;
  CREATE TRIGGER post_captioned AFTER UPDATE OF image, caption ON posts
  WHEN old.image <> new.image OR old.caption IS NOT new.caption BEGIN
    DELETE FROM texts WHERE post = new.id AND source = 'caption';
    INSERT INTO texts (image, source, post, words)
      SELECT new.image, 'caption', new.id, new.caption WHERE new.caption IS NOT NULL;
  END;

  CREATE TRIGGER tag_named AFTER INSERT ON tags WHEN new.source = 'user' BEGIN
    INSERT INTO texts (image, source, words) VALUES (new.image, 'tag', new.tag);
  END;
  CREATE TRIGGER tag_renamed AFTER UPDATE ON tags
  WHEN old.tag <> new.tag OR old.source <> new.source OR old.image <> new.image BEGIN
    DELETE FROM texts WHERE image = old.image AND source = 'tag' AND words = old.tag;
    INSERT INTO texts (image, source, words) SELECT new.image, 'tag', new.tag WHERE new.source = 'user';
  END;
  CREATE TRIGGER tag_unnamed AFTER DELETE ON tags WHEN old.source = 'user' BEGIN
    DELETE FROM texts WHERE image = old.image AND source = 'tag' AND words = old.tag;
  END;

  -- Images of an older library whose texts are not indexed yet: after \`done\` and up to \`last\`, filled in by backlog.ts.
  CREATE TABLE text_backlog (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    done INTEGER NOT NULL,
    last INTEGER NOT NULL
  ) STRICT;
  INSERT INTO text_backlog SELECT 1, 0, max(key) FROM images HAVING max(key) IS NOT NULL;
  `;
}

/**
 * What was read in pictures, and the queue of those that wait. A picture may be read when it is a file, or was posted in
 * a guild of `reading_guilds`; what is no longer allowed goes with the placement that allowed it. Pictures of an
 * older library are queued by `readings.ts`.
 */
function readingsStep(): string {
  const queueNew = `INSERT INTO reading_queue (image) SELECT new.image
      WHERE NOT EXISTS (SELECT 1 FROM readings WHERE image = new.image)
        AND NOT EXISTS (SELECT 1 FROM reading_queue WHERE image = new.image);`;
  const eraseOld = [
    "texts WHERE source = 'read' AND",
    "ocr_lines WHERE",
    "readings WHERE",
    "reading_queue WHERE",
  ]
    .map((rows) => `DELETE FROM ${rows} image = old.image;`)
    .join("\n    ");
  const mayNotBeRead = `NOT EXISTS (SELECT 1 FROM files WHERE image = old.image)
    AND NOT EXISTS (SELECT 1 FROM posts p JOIN reading_guilds g ON g.guild = p.guild WHERE p.image = old.image)`;
  const counted = (table: string, name: string) => `
  CREATE TRIGGER ${table}_counted AFTER INSERT ON ${table}
  BEGIN UPDATE tallies SET total = total + 1 WHERE name = '${name}'; END;
  CREATE TRIGGER ${table}_uncounted AFTER DELETE ON ${table}
  BEGIN UPDATE tallies SET total = total - 1 WHERE name = '${name}'; END;`;
  return `
  CREATE TABLE readings (
    image INTEGER PRIMARY KEY REFERENCES images (key) ON DELETE CASCADE,
    engine TEXT NOT NULL,
    failure TEXT
  ) STRICT;
  CREATE TABLE ocr_lines (
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    text TEXT NOT NULL,
    confidence REAL NOT NULL,
    x REAL NOT NULL,
    y REAL NOT NULL,
    width REAL NOT NULL,
    height REAL NOT NULL,
    angle REAL NOT NULL,
    PRIMARY KEY (image, line)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE reading_queue (image INTEGER PRIMARY KEY REFERENCES images (key) ON DELETE CASCADE) STRICT;
  CREATE TABLE reading_guilds (guild TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

  INSERT INTO tallies (name, total) VALUES ('read', 0), ('waiting to be read', 0);
  ${counted("readings", "read")}
  ${counted("reading_queue", "waiting to be read")}

  CREATE TRIGGER file_to_read AFTER INSERT ON files BEGIN ${queueNew} END;
  CREATE TRIGGER file_changed_to_read AFTER UPDATE OF image ON files BEGIN ${queueNew} END;
  CREATE TRIGGER post_to_read AFTER INSERT ON posts
  WHEN EXISTS (SELECT 1 FROM reading_guilds WHERE guild = new.guild) BEGIN ${queueNew} END;
  CREATE TRIGGER post_changed_to_read AFTER UPDATE OF image ON posts
  WHEN EXISTS (SELECT 1 FROM reading_guilds WHERE guild = new.guild) BEGIN ${queueNew} END;

  CREATE TRIGGER file_read AFTER DELETE ON files WHEN ${mayNotBeRead} BEGIN
    ${eraseOld}
  END;
  CREATE TRIGGER post_read AFTER DELETE ON posts WHEN ${mayNotBeRead} BEGIN
    ${eraseOld}
  END;
  `;
}

/** Keywords that files carry become tags of a source of their own, and are searched as keywords. */
function fileTagsStep(): string {
  const wordsOf = (row: string) => `SELECT ${row}.image,
      CASE ${row}.source WHEN 'user' THEN 'tag' ELSE 'keyword' END, ${row}.tag WHERE ${row}.source IN ('user', 'file')`;
  const eraseOldWords = `DELETE FROM texts WHERE image = old.image AND words = old.tag
      AND source = CASE old.source WHEN 'user' THEN 'tag' ELSE 'keyword' END;`;
  return `
  CREATE TABLE tags_with_files (
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    -- 'file': a keyword that the file or its sidecar carries. 'rejected': a user removed it, so neither model nor file puts it back.
    source TEXT NOT NULL CHECK (source IN ('user', 'file', 'model', 'rejected')),
    score REAL NOT NULL,
    PRIMARY KEY (image, tag)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO tags_with_files (image, tag, source, score) SELECT image, tag, source, score FROM tags;
  DROP TABLE tags;
  ALTER TABLE tags_with_files RENAME TO tags;
  CREATE INDEX tags_by_tag ON tags (tag, source);

  CREATE TRIGGER tag_counted AFTER INSERT ON tags BEGIN
    ${COUNT_NEW_TAG}
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  CREATE TRIGGER tag_uncounted AFTER DELETE ON tags BEGIN
    ${UNCOUNT_OLD_TAG}
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  CREATE TRIGGER tag_changed AFTER UPDATE ON tags BEGIN
    ${UNCOUNT_OLD_TAG}
    ${COUNT_NEW_TAG}
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;

  CREATE TRIGGER tag_named AFTER INSERT ON tags WHEN new.source IN ('user', 'file') BEGIN
    INSERT INTO texts (image, source, words) ${wordsOf("new")};
  END;
  CREATE TRIGGER tag_renamed AFTER UPDATE ON tags
  WHEN old.tag <> new.tag OR old.source <> new.source OR old.image <> new.image BEGIN
    ${eraseOldWords}
    INSERT INTO texts (image, source, words) ${wordsOf("new")};
  END;
  CREATE TRIGGER tag_unnamed AFTER DELETE ON tags WHEN old.source IN ('user', 'file') BEGIN
    ${eraseOldWords}
  END;
  `;
}

/**
 * What people said of answers: an image is what a question asked for, or is not; without an image: nothing in the
 * library is. Of the library's owner, guild and member are empty. Beside them the owner's last answer, so that its hits
 * can be named by their ranks. All of it goes with the image.
 */
function marksStep(): string {
  return `
  CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    guild TEXT NOT NULL,
    member TEXT NOT NULL,
    question TEXT NOT NULL,
    image INTEGER REFERENCES images (key) ON DELETE CASCADE,
    is_right INTEGER NOT NULL,
    at REAL NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX marks_of_question ON marks (guild, member, question, coalesce(image, 0));
  CREATE INDEX marks_by_member ON marks (member);
  CREATE INDEX marks_by_image ON marks (image);

  CREATE TABLE last_question (one INTEGER PRIMARY KEY CHECK (one = 1), question TEXT NOT NULL) STRICT;
  CREATE TABLE last_answer (
    rank INTEGER PRIMARY KEY,
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX last_answer_by_image ON last_answer (image);
  `;
}

/**
 * What a file and its sidecar say of their picture belongs to that file: it is seen where the file is, and goes with it.
 * Titles are rows of `texts`; keywords stand in `carried_tags`, from which one row of `tags` follows for each image, and
 * words to search. Beneath such a tag `model_score` keeps what the model gave, for who does not see the file. Of words
 * that were stored with the image alone nothing tells which file carried them: they are erased, and its files are read again.
 */
function carriedWordsStep(): string {
  const carriesWords = (condition: string) => `EXISTS (SELECT 1 FROM carried_tags WHERE ${condition})
      OR EXISTS (SELECT 1 FROM texts WHERE ${condition} AND source = 'title')`;
  const byOthers = (row: string) =>
    `EXISTS (SELECT 1 FROM carried_tags c WHERE c.image = ${row}.image AND c.tag = ${row}.tag)`;
  const wordsOfNew = `
    INSERT INTO texts (image, source, words) SELECT new.image, 'tag', new.tag WHERE new.source = 'user';
    INSERT INTO texts (image, source, file, words)
      SELECT c.image, 'keyword', c.file, c.tag FROM carried_tags c
      WHERE new.source = 'file' AND c.image = new.image AND c.tag = new.tag;`;
  return `
  CREATE TABLE carried_tags (
    file TEXT NOT NULL REFERENCES files (path) ON DELETE CASCADE,
    -- That of the file.
    image INTEGER NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (file, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX carried_tags_by_image ON carried_tags (image, tag, file);
  -- Files that came to a picture with carried words, or were given another one: their own words are still to be read.
  CREATE TABLE unread_words (file TEXT PRIMARY KEY REFERENCES files (path) ON DELETE CASCADE) STRICT, WITHOUT ROWID;

  INSERT INTO unread_words (file) SELECT f.path FROM files f
    WHERE EXISTS (SELECT 1 FROM tags t WHERE t.image = f.image AND t.source = 'file')
      OR EXISTS (SELECT 1 FROM texts t WHERE t.image = f.image AND t.source = 'title');
  -- The model's own tags beneath them are found again.
  DELETE FROM cursors WHERE name = 'tags/done' AND EXISTS (SELECT 1 FROM tags WHERE source = 'file');
  DELETE FROM tags WHERE source = 'file';
  DELETE FROM texts WHERE source = 'title';
  ALTER TABLE tags ADD COLUMN model_score REAL;

  DROP INDEX texts_by_file;
  CREATE INDEX texts_by_file ON texts (file, source) WHERE file IS NOT NULL;
  DROP TRIGGER file_renamed;
  CREATE TRIGGER file_renamed AFTER UPDATE OF image, root ON files
  WHEN old.image <> new.image OR old.root <> new.root BEGIN
    DELETE FROM texts WHERE file = new.path AND source = 'name';
    INSERT INTO texts (image, source, file, words)
      SELECT new.image, 'name', new.path, ${fileWords("new", "r")} FROM roots r WHERE r.id = new.root;
  END;

  CREATE TRIGGER file_with_words AFTER INSERT ON files WHEN ${carriesWords("image = new.image")} BEGIN
    INSERT INTO unread_words (file) VALUES (new.path) ON CONFLICT (file) DO NOTHING;
  END;
  CREATE TRIGGER file_with_other_words AFTER UPDATE OF image ON files WHEN old.image <> new.image BEGIN
    INSERT INTO unread_words (file)
      SELECT new.path WHERE ${carriesWords("file = new.path")} OR ${carriesWords("image = new.image")}
    ON CONFLICT (file) DO NOTHING;
    DELETE FROM carried_tags WHERE file = new.path;
    DELETE FROM texts WHERE file = new.path AND source IN ('title', 'keyword');
  END;

  DROP TRIGGER tag_named;
  DROP TRIGGER tag_renamed;
  CREATE TRIGGER tag_named AFTER INSERT ON tags WHEN new.source IN ('user', 'file') BEGIN ${wordsOfNew}
  END;
  CREATE TRIGGER tag_renamed AFTER UPDATE ON tags
  WHEN old.tag <> new.tag OR old.source <> new.source OR old.image <> new.image BEGIN
    DELETE FROM texts WHERE image = old.image AND words = old.tag
      AND source = CASE old.source WHEN 'user' THEN 'tag' ELSE 'keyword' END;${wordsOfNew}
  END;

  CREATE TRIGGER carried_tag_added AFTER INSERT ON carried_tags BEGIN
    INSERT INTO texts (image, source, file, words) SELECT new.image, 'keyword', new.file, new.tag
      WHERE EXISTS (SELECT 1 FROM tags WHERE image = new.image AND tag = new.tag AND source = 'file');
    INSERT INTO tags (image, tag, source, score) VALUES (new.image, new.tag, 'file', 1)
    ON CONFLICT (image, tag) DO UPDATE SET source = 'file', model_score = tags.score, score = 1
      WHERE tags.source = 'model';
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  CREATE TRIGGER carried_tag_removed AFTER DELETE ON carried_tags BEGIN
    DELETE FROM texts WHERE file = old.file AND source = 'keyword' AND words = old.tag;
    UPDATE tags SET source = 'model', score = model_score, model_score = NULL
      WHERE image = old.image AND tag = old.tag AND source = 'file' AND model_score IS NOT NULL AND NOT ${byOthers("tags")};
    DELETE FROM tags WHERE image = old.image AND tag = old.tag AND source = 'file' AND NOT ${byOthers("tags")};
    UPDATE tallies SET total = total + 1 WHERE name = 'visibility';
  END;
  `;
}

/**
 * What metadata say of pictures: in a row without a file what the bytes do, in one with a file what its sidecars do. Only
 * pictures that are in files have such rows, and they go with the last file: of what was only posted nothing is kept.
 */
function factsStep(): string {
  const queue = (row: string) => `
    INSERT INTO unread_facts (image) SELECT ${row}.image
      WHERE NOT EXISTS (SELECT 1 FROM facts WHERE image = ${row}.image AND file IS NULL)
    ON CONFLICT (image) DO NOTHING;
    INSERT INTO unread_sidecars (file) VALUES (${row}.path) ON CONFLICT (file) DO NOTHING;`;
  const forget = `
    DELETE FROM facts WHERE image = old.image AND NOT EXISTS (SELECT 1 FROM files WHERE image = old.image);
    DELETE FROM unread_facts WHERE image = old.image AND NOT EXISTS (SELECT 1 FROM files WHERE image = old.image);`;
  const changed = "UPDATE tallies SET total = total + 1 WHERE name = 'visibility';";
  return `
  CREATE TABLE facts (
    id INTEGER PRIMARY KEY,
    image INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    file TEXT REFERENCES files (path) ON DELETE CASCADE,
    camera TEXT,
    lens TEXT,
    software TEXT,
    latitude REAL,
    longitude REAL,
    -- Of GeoNames.
    place INTEGER,
    place_name TEXT,
    rating INTEGER,
    screenshot INTEGER NOT NULL DEFAULT 0,
    -- Of a sidecar: what a clock showed, or an instant.
    taken_at REAL,
    taken_by_clock INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX facts_by_image ON facts (image, coalesce(file, ''));
  CREATE INDEX facts_by_place ON facts (place, id) WHERE place IS NOT NULL;
  CREATE INDEX facts_by_latitude ON facts (latitude, id) WHERE latitude IS NOT NULL;
  CREATE INDEX facts_by_file ON facts (file) WHERE file IS NOT NULL;
  -- Images whose bytes, and files whose sidecars, are still to be read.
  CREATE TABLE unread_facts (image INTEGER PRIMARY KEY REFERENCES images (key) ON DELETE CASCADE) STRICT;
  CREATE TABLE unread_sidecars (file TEXT PRIMARY KEY REFERENCES files (path) ON DELETE CASCADE) STRICT, WITHOUT ROWID;
  INSERT INTO unread_facts (image) SELECT DISTINCT image FROM files;
  INSERT INTO unread_sidecars (file) SELECT path FROM files;

  CREATE TRIGGER file_with_facts AFTER INSERT ON files BEGIN ${queue("new")}
  END;
  CREATE TRIGGER file_with_other_facts AFTER UPDATE OF image ON files WHEN old.image <> new.image BEGIN
    DELETE FROM facts WHERE file = new.path; ${queue("new")} ${forget}
  END;
  CREATE TRIGGER file_facts_forgotten AFTER DELETE ON files BEGIN ${forget}
  END;
  CREATE TRIGGER facts_added AFTER INSERT ON facts BEGIN
    DELETE FROM unread_facts WHERE image = new.image AND new.file IS NULL;
    ${changed}
  END;
  CREATE TRIGGER facts_changed AFTER UPDATE ON facts BEGIN ${changed} END;
  CREATE TRIGGER facts_removed AFTER DELETE ON facts BEGIN ${changed} END;
  `;
}
