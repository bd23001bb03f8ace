const ofFiles = (from: string) => `
    INSERT INTO near_files (space, file, part, image, folder, date, is_clock, near)
      SELECT v.space, f.id, v.part, f.image, f.folder, f.date, f.is_clock, v.vector::halfvec ${from}
    ON CONFLICT (file, space, part) DO UPDATE SET near = excluded.near, image = excluded.image,
      folder = excluded.folder, date = excluded.date, is_clock = excluded.is_clock;`;
const ofPosts = (from: string) => `
    INSERT INTO near_posts (space, post, part, image, guild, channel, author, posted_at, age_restricted, near)
      SELECT v.space, p.id, v.part, p.image, p.guild, p.channel, p.author, p.posted_at, p.age_restricted,
        v.vector::halfvec ${from}
    ON CONFLICT (post, space, part) DO UPDATE SET near = excluded.near, image = excluded.image,
      guild = excluded.guild, channel = excluded.channel, author = excluded.author, posted_at = excluded.posted_at,
      age_restricted = excluded.age_restricted;`;

/** Images that wait to be read, and what may no longer be read: see `ReadingStore`. */
const QUEUE = (rows: string) => `
    INSERT INTO reading_queue (image) SELECT DISTINCT x.image FROM ${rows} x
      WHERE NOT EXISTS (SELECT 1 FROM readings r WHERE r.image = x.image)
    ON CONFLICT DO NOTHING;`;
const FORBID = (rows: string) => {
  const forbidden = (table: string) => `${table}.image IN (SELECT y.image FROM ${rows} y)
      AND NOT EXISTS (SELECT 1 FROM files f WHERE f.image = ${table}.image)
      AND NOT EXISTS (SELECT 1 FROM posts p JOIN reading_guilds g ON g.guild = p.guild WHERE p.image = ${table}.image)`;
  return `
    DELETE FROM texts WHERE source = 'read' AND ${forbidden("texts")};
    DELETE FROM readings WHERE ${forbidden("readings")};
    DELETE FROM reading_queue WHERE ${forbidden("reading_queue")};`;
};

/** Images that lost a placement to another image. */
const LOST_A_PLACEMENT = "SELECT b.image FROM before b JOIN after a ON a.id = b.id WHERE a.image <> b.image";

/**
 * Step n takes a library from schema n to n + 1; the row of `glimpse_schema` counts them. Steps are history: add, never
 * edit one that was released.
 *
 * As in the SQLite catalog, totals, the change sequence, and what is searched follow their rows by triggers, so that
 * no statement can forget them. What several writers do at once is settled by locks on images, which every write
 * takes first (`image-locks.ts`), and by one rule: the row of a space, which orders its changes, is locked last.
 */
export const migrations: readonly string[] = [
  `
  -- As bytes of UTF-8: paths may be longer than what an index holds.
  CREATE FUNCTION digest_of(words text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT sha256(convert_to(words, 'UTF8')) $$;
  -- So much of a path is indexed in its order.
  CREATE FUNCTION path_start(path text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT left(path, 600) COLLATE "C" $$;

  -- What would take a pass over every row to count is counted as it changes, in several rows each, so that one
  -- writer does not wait for another.
  CREATE TABLE tallies (
    name text NOT NULL,
    shard integer NOT NULL,
    total bigint NOT NULL,
    PRIMARY KEY (name, shard)
  ) WITH (fillfactor = 50);
  CREATE FUNCTION tally(counted text, difference bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tallies AS t (name, shard, total)
      SELECT counted, pg_backend_pid() % 64, difference WHERE difference <> 0
    ON CONFLICT (name, shard) DO UPDATE SET total = t.total + excluded.total
  $$;
  CREATE FUNCTION tally_rows() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM tally(TG_ARGV[0], (SELECT count(*) FROM changed) * TG_ARGV[1]::integer);
    RETURN NULL;
  END $$;

  CREATE SEQUENCE image_keys;
  CREATE TABLE images (
    key bigint PRIMARY KEY,
    id bytea NOT NULL UNIQUE CHECK (length(id) = 32),
    format text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    bytes bigint NOT NULL,
    taken_at double precision,
    taken_offset integer,
    taken_source text,
    jpeg_quality integer,
    detail double precision,
    measured_side double precision,
    added_at double precision NOT NULL,
    fingerprint bytea NOT NULL,
    decoder integer NOT NULL,
    cut boolean NOT NULL,
    pages integer NOT NULL
  );
  CREATE INDEX images_by_decoder ON images (decoder, key);
  CREATE INDEX images_cut ON images (key) WHERE cut;
  CREATE INDEX images_of_several_pages ON images (key) WHERE pages > 1;
  CREATE TRIGGER images_counted AFTER INSERT ON images REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tally_rows('images', '1');
  CREATE TRIGGER images_uncounted AFTER DELETE ON images REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tally_rows('images', '-1');

  CREATE TABLE thumbnails (
    image bigint PRIMARY KEY REFERENCES images (key) ON DELETE CASCADE,
    webp bytea NOT NULL
  );
  ALTER TABLE thumbnails ALTER COLUMN webp SET STORAGE EXTERNAL;

  -- The hashes of every picture's windows by chunks of their lowest bits (image/hash-chunks.ts), for finding the same
  -- picture: its upper bits tell whether it is of a whole picture or of a window, and which of the two chunks.
  CREATE TABLE hashes (
    chunk integer NOT NULL,
    image bigint NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    hash bit(144) NOT NULL
  );
  CREATE INDEX hashes_by_chunk ON hashes (chunk) INCLUDE (image, hash);
  CREATE INDEX hashes_by_image ON hashes (image);

  CREATE TABLE roots (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    path text COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('folder', 'file')),
    state text NOT NULL CHECK (state IN ('online', 'offline')),
    host text NOT NULL,
    added_at double precision NOT NULL,
    last_scan_at double precision
  );
  CREATE UNIQUE INDEX roots_by_path ON roots (digest_of(path));
  CREATE TABLE mounts (path text COLLATE "C" NOT NULL, device text NOT NULL, away boolean NOT NULL);
  CREATE UNIQUE INDEX mounts_by_path ON mounts (digest_of(path));
  CREATE TABLE other_kinds (
    root integer NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    kind text NOT NULL,
    files bigint NOT NULL,
    PRIMARY KEY (root, kind)
  );
  CREATE TABLE left_out (
    root integer NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    reason text NOT NULL,
    pictures bigint NOT NULL,
    folders bigint NOT NULL,
    PRIMARY KEY (root, reason)
  );

  -- Each folder with files in it, its separator at the end: scopes of folders are sets of these.
  CREATE TABLE folders (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    path text COLLATE "C" NOT NULL
  );
  CREATE UNIQUE INDEX folders_by_path ON folders (digest_of(path));
  CREATE INDEX folders_in_order ON folders (path_start(path));

  CREATE TABLE files (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    path text COLLATE "C" NOT NULL,
    image bigint NOT NULL REFERENCES images (key),
    root integer NOT NULL REFERENCES roots (id),
    folder bigint NOT NULL REFERENCES folders (id),
    bytes bigint NOT NULL,
    modified_at double precision NOT NULL,
    changed_at double precision,
    named_at double precision,
    -- By its image's capture time, else its name, else its modification: that of a clock, or an instant.
    date double precision NOT NULL,
    is_clock boolean NOT NULL
  );
  CREATE UNIQUE INDEX files_by_path ON files (digest_of(path));
  CREATE INDEX files_in_order ON files (path_start(path));
  CREATE INDEX files_by_image ON files (image, date, is_clock);
  CREATE INDEX files_by_root ON files (root, image);
  CREATE INDEX files_by_folder ON files (folder) INCLUDE (image, date, is_clock);

  CREATE TABLE posts (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    image bigint NOT NULL REFERENCES images (key),
    guild text NOT NULL,
    channel text NOT NULL,
    parent text,
    message text NOT NULL,
    attachment text NOT NULL,
    author text NOT NULL,
    filename text NOT NULL,
    posted_at double precision NOT NULL,
    spoiler boolean NOT NULL,
    age_restricted boolean NOT NULL,
    caption text,
    -- As scopes compare it.
    folded_caption text,
    UNIQUE (message, attachment)
  );
  CREATE INDEX posts_by_image ON posts (image, guild, channel, posted_at);
  CREATE INDEX posts_by_attachment ON posts (attachment);
  CREATE INDEX posts_by_channel ON posts (guild, channel, posted_at) INCLUDE (author, age_restricted, image);
  CREATE INDEX posts_by_author ON posts (guild, author);
  CREATE INDEX posts_with_caption ON posts (guild, channel) WHERE caption IS NOT NULL;

  CREATE TABLE places (
    guild text NOT NULL,
    channel text NOT NULL,
    parent text,
    posts bigint NOT NULL,
    images bigint NOT NULL,
    newest double precision NOT NULL,
    PRIMARY KEY (guild, channel)
  );
  CREATE TABLE guilds (guild text PRIMARY KEY, posts bigint NOT NULL, images bigint NOT NULL);

  CREATE TABLE failures (
    origin text COLLATE "C" NOT NULL,
    root integer REFERENCES roots (id) ON DELETE CASCADE,
    bytes bigint NOT NULL,
    modified_at double precision NOT NULL,
    changed_at double precision,
    code text NOT NULL,
    reason text NOT NULL,
    at double precision NOT NULL,
    decoder integer NOT NULL,
    -- Of a post, from its origin discord:<guild>/<channel>/<message>/<attachment>.
    message text GENERATED ALWAYS AS (CASE WHEN root IS NULL THEN split_part(origin, '/', 3) END) STORED,
    attachment text GENERATED ALWAYS AS (CASE WHEN root IS NULL THEN split_part(origin, '/', 4) END) STORED
  );
  CREATE UNIQUE INDEX failures_by_origin ON failures (digest_of(origin));
  CREATE INDEX failures_in_order ON failures (path_start(origin));
  CREATE INDEX failures_by_root ON failures (root);
  CREATE INDEX failures_by_message ON failures (message) WHERE message IS NOT NULL;
  CREATE INDEX failures_by_attachment ON failures (attachment) WHERE attachment IS NOT NULL;
  CREATE TRIGGER failures_counted AFTER INSERT ON failures REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tally_rows('failures', '1');
  CREATE TRIGGER failures_uncounted AFTER DELETE ON failures REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tally_rows('failures', '-1');

  CREATE TABLE spaces (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL UNIQUE,
    -- NULL once dropped.
    dimensions integer,
    -- The last step of its change sequence, which is complete after forgotten_seq. Whoever takes a step locks the
    -- row until the step is committed, so that no later one is seen before it.
    seq bigint NOT NULL DEFAULT 0,
    forgotten_seq bigint NOT NULL DEFAULT 0
  );
  CREATE TABLE active_model (one boolean PRIMARY KEY CHECK (one), model text NOT NULL, space text NOT NULL);

  -- Plain: a vector of 512 floats is a little longer than what PostgreSQL would otherwise move out of the row.
  CREATE TABLE vectors (
    space integer NOT NULL REFERENCES spaces (id),
    image bigint NOT NULL REFERENCES images (key),
    -- Of the image: as encodePart writes it.
    part text COLLATE "C" NOT NULL,
    vector vector NOT NULL,
    PRIMARY KEY (space, image, part)
  );
  ALTER TABLE vectors ALTER COLUMN vector SET STORAGE PLAIN;
  CREATE INDEX vectors_by_image ON vectors (image);

  -- At most one row for each image that is or was embedded: the latest step stands for all before it.
  CREATE TABLE changes (
    space integer NOT NULL,
    image bigint NOT NULL,
    seq bigint NOT NULL,
    gone boolean NOT NULL,
    PRIMARY KEY (space, image)
  );
  CREATE INDEX changes_in_order ON changes (space, seq);
  CREATE INDEX changes_gone ON changes (space, seq) WHERE gone;

  -- Each vector once more, in half precision, with every placement of its image: what a scope shows is filtered and
  -- ranked along one index that holds all of it.
  CREATE TABLE near_files (
    space integer NOT NULL,
    file bigint NOT NULL,
    part text COLLATE "C" NOT NULL,
    image bigint NOT NULL,
    folder bigint NOT NULL,
    date double precision NOT NULL,
    is_clock boolean NOT NULL,
    near halfvec NOT NULL,
    PRIMARY KEY (file, space, part)
  );
  CREATE TABLE near_posts (
    space integer NOT NULL,
    post bigint NOT NULL,
    part text COLLATE "C" NOT NULL,
    image bigint NOT NULL,
    guild text NOT NULL,
    channel text NOT NULL,
    author text NOT NULL,
    posted_at double precision NOT NULL,
    age_restricted boolean NOT NULL,
    near halfvec NOT NULL,
    PRIMARY KEY (post, space, part)
  );
  ALTER TABLE near_files ALTER COLUMN near SET STORAGE PLAIN;
  ALTER TABLE near_posts ALTER COLUMN near SET STORAGE PLAIN;
  CREATE INDEX near_files_by_folder ON near_files (space, folder) INCLUDE (date, is_clock, image, near);
  CREATE INDEX near_posts_by_channel ON near_posts (space, guild, channel)
    INCLUDE (posted_at, author, age_restricted, image, near);
  -- Pages are only read without their rows where a vacuum has seen them.
  ALTER TABLE near_files SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05);
  ALTER TABLE near_posts SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05);

  CREATE TABLE tags (
    image bigint NOT NULL REFERENCES images (key),
    tag text NOT NULL,
    -- As foldLabel writes it.
    folded text NOT NULL,
    -- 'rejected': a user removed it, so the model must not put it back.
    source text NOT NULL CHECK (source IN ('user', 'model', 'rejected')),
    score double precision NOT NULL,
    PRIMARY KEY (image, tag)
  );
  CREATE INDEX tags_by_name ON tags (folded, source) INCLUDE (image);
  CREATE FUNCTION tally_tags() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP <> 'INSERT' THEN
      PERFORM tally('tag:' || source || ':' || tag, -count(*)) FROM before GROUP BY source, tag ORDER BY source, tag;
    END IF;
    IF TG_OP <> 'DELETE' THEN
      PERFORM tally('tag:' || source || ':' || tag, count(*)) FROM after GROUP BY source, tag ORDER BY source, tag;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER tags_counted AFTER INSERT ON tags REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION tally_tags();
  CREATE TRIGGER tags_changed AFTER UPDATE ON tags REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION tally_tags();
  CREATE TRIGGER tags_uncounted AFTER DELETE ON tags REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION tally_tags();

  -- The words that go with images: file and post are the placements that show them; words without are visible
  -- wherever their image is. Folded as they are compared, parts of words are found by trigrams; tokens are what is
  -- too short for one.
  CREATE TABLE texts (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    image bigint NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    source text NOT NULL CHECK (source IN ('name', 'caption', 'tag', 'read', 'keyword', 'title')),
    file bigint REFERENCES files (id) ON DELETE CASCADE,
    post bigint REFERENCES posts (id) ON DELETE CASCADE,
    words text NOT NULL,
    folded text NOT NULL,
    tokens text[] NOT NULL
  );
  CREATE INDEX texts_by_image ON texts (image, source);
  CREATE UNIQUE INDEX texts_by_file ON texts (file) WHERE file IS NOT NULL;
  CREATE UNIQUE INDEX texts_by_post ON texts (post, source) WHERE post IS NOT NULL;
  CREATE INDEX texts_by_trigram ON texts USING gin (folded gin_trgm_ops);
  CREATE INDEX texts_by_token ON texts USING gin (tokens);

  CREATE TABLE readings (
    image bigint PRIMARY KEY REFERENCES images (key),
    engine text NOT NULL,
    failure text,
    -- JSON of the lines.
    lines text NOT NULL
  );
  CREATE TABLE reading_queue (image bigint PRIMARY KEY REFERENCES images (key));
  CREATE TABLE reading_guilds (guild text PRIMARY KEY);
  ${["readings", "reading_queue"]
    .map(
      (table) => `
  CREATE TRIGGER ${table}_counted AFTER INSERT ON ${table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tally_rows('${table}', '1');
  CREATE TRIGGER ${table}_uncounted AFTER DELETE ON ${table} REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tally_rows('${table}', '-1');`,
    )
    .join("")}

  -- By content, not by key: a verdict outlives the images it is about.
  CREATE TABLE verdicts (
    a bytea NOT NULL CHECK (length(a) = 32),
    b bytea NOT NULL CHECK (length(b) = 32),
    verdict text NOT NULL CHECK (verdict IN ('same', 'different')),
    at double precision NOT NULL,
    PRIMARY KEY (a, b),
    CHECK (a < b)
  );
  CREATE INDEX verdicts_by_b ON verdicts (b);
  CREATE FUNCTION count_step() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM tally(TG_ARGV[0], 1);
    RETURN NULL;
  END $$;
  CREATE TRIGGER verdict_changes AFTER INSERT OR UPDATE OR DELETE ON verdicts
    FOR EACH ROW EXECUTE FUNCTION count_step('verdict changes');

  CREATE TABLE comparisons (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    first bigint NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    second bigint NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    version integer NOT NULL,
    outcome text NOT NULL,
    in_doubt boolean NOT NULL,
    edits text NOT NULL,
    agreement double precision NOT NULL,
    UNIQUE (first, second),
    CHECK (first < second)
  );
  CREATE INDEX comparisons_by_second ON comparisons (second);

  -- Images that lost a placement in this transaction; it ends with none: see erase.ts.
  CREATE TABLE left_behind (image bigint NOT NULL);

  CREATE TABLE cursors (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);
  CREATE TABLE leases (name text PRIMARY KEY, holder text NOT NULL, expires_at timestamptz NOT NULL);
  CREATE TABLE key_values (key text COLLATE "C" PRIMARY KEY, value text NOT NULL, expires_at double precision);
  CREATE INDEX key_values_by_expiry ON key_values (expires_at) WHERE expires_at IS NOT NULL;
  ` +
    followVectors() +
    followFiles() +
    followPosts(),
  `
  -- What tells which of two pictures was saved or edited from the other (further-quality.ts).
  ALTER TABLE images ADD COLUMN further_quality jsonb;
  `,
  `
  -- 'file': a keyword that the file or its sidecar carries; neither it nor the model puts back what a user rejected.
  ALTER TABLE tags DROP CONSTRAINT tags_source_check;
  ALTER TABLE tags ADD CONSTRAINT tags_source_check CHECK (source IN ('user', 'file', 'model', 'rejected'));

  -- What people said of answers: an image is what a question asked for, or is not; without an image: nothing in the
  -- library is. Of the library's owner, guild and member are empty.
  CREATE TABLE marks (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    guild text NOT NULL,
    member text NOT NULL,
    question text NOT NULL,
    image bigint REFERENCES images (key) ON DELETE CASCADE,
    is_right boolean NOT NULL,
    at double precision NOT NULL
  );
  CREATE UNIQUE INDEX marks_of_question ON marks (guild, member, question, (coalesce(image, 0)));
  CREATE INDEX marks_by_member ON marks (member);
  CREATE INDEX marks_by_image ON marks (image);

  -- The owner's last answer, so that its hits can be named by their ranks.
  CREATE TABLE last_question (one integer PRIMARY KEY CHECK (one = 1), question text NOT NULL);
  CREATE TABLE last_answer (
    rank integer PRIMARY KEY,
    image bigint NOT NULL REFERENCES images (key) ON DELETE CASCADE
  );
  CREATE INDEX last_answer_by_image ON last_answer (image);
  `,
  `
  -- Maps of pictures on a plane; one that is not complete is being written. Points go with their images.
  CREATE TABLE maps (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    basis text NOT NULL,
    complete boolean NOT NULL
  );
  CREATE TABLE map_points (
    map bigint NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
    image bigint NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    x double precision NOT NULL,
    y double precision NOT NULL,
    is_landmark boolean NOT NULL,
    PRIMARY KEY (map, image)
  );
  CREATE INDEX map_points_by_image ON map_points (image);
  `,
  `
  -- A shared folder by its name, and where each host has it.
  CREATE TABLE volumes (
    volume text NOT NULL,
    host text NOT NULL,
    path text COLLATE "C" NOT NULL,
    PRIMARY KEY (volume, host)
  );

  -- Processes that take work, for as long as they say that they live; by the server's clock.
  CREATE TABLE workers (
    id text PRIMARY KEY,
    host text NOT NULL,
    pid integer NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- How long it may be silent.
    ttl interval NOT NULL,
    concurrency integer NOT NULL,
    routes text[] NOT NULL,
    done bigint NOT NULL,
    failed bigint NOT NULL,
    per_second double precision NOT NULL,
    note text
  );

  -- What waits for a worker. Its job, which pg-boss gives out, names nothing but this row; what is erased takes its
  -- row along, and a job without one is nothing to do. A row without a job was given up.
  CREATE TABLE work (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL CHECK (kind IN ('file', 'post', 'text', 'vector')),
    -- From where the original is read: those workers take it that can.
    route text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts integer NOT NULL DEFAULT 0,
    job uuid,
    queue text NOT NULL,
    worker text,
    root integer REFERENCES roots (id) ON DELETE CASCADE,
    path text COLLATE "C",
    bytes bigint,
    modified_at double precision,
    changed_at double precision,
    image bigint REFERENCES images (key) ON DELETE CASCADE,
    model text,
    space text,
    guild text,
    channel text,
    parent text,
    message text,
    attachment text,
    author text,
    filename text,
    posted_at double precision,
    spoiler boolean,
    age_restricted boolean,
    caption text
  );
  CREATE UNIQUE INDEX work_of_files ON work (digest_of(path)) WHERE path IS NOT NULL;
  CREATE UNIQUE INDEX work_of_posts ON work (attachment, message) WHERE message IS NOT NULL;
  CREATE INDEX work_by_guild ON work (guild, message) WHERE guild IS NOT NULL;
  CREATE UNIQUE INDEX work_of_images ON work (image, kind, (coalesce(space, ''))) WHERE image IS NOT NULL;
  CREATE INDEX work_by_root ON work (root) WHERE root IS NOT NULL;
  CREATE INDEX work_by_worker ON work (worker) WHERE worker IS NOT NULL;
  CREATE INDEX work_by_age ON work (since);
  `,
  `
  -- What is asked of a picture itself.
  CREATE INDEX images_by_shape ON images (width, height, format) INCLUDE (key);
  `,
  `
  -- The newest of a whole library are read along these.
  CREATE INDEX files_by_date ON files (is_clock, date) INCLUDE (image);
  CREATE INDEX posts_by_date ON posts (posted_at) INCLUDE (image);
  `,
  `
  -- A pair may be marked as variants, too.
  ALTER TABLE verdicts DROP CONSTRAINT verdicts_verdict_check;
  ALTER TABLE verdicts ADD CHECK (verdict IN ('same', 'variant', 'different'));
  `,
  // `foldCase` took ß for another letter than SS, and others whose capital is more than one letter, or that of another.
  `
  CREATE FUNCTION refolded(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT normalize(translate(replace(replace(normalize(words, NFD), 'ß', 'ss'), U&'\\0345', 'ι'),
      'ıᲀᲁᲂᲃᲄᲅᲆᲇᲈ', 'iвдосттъѣꙋ'), NFKC)
  $$;
  UPDATE tags SET folded = refolded(folded) WHERE folded <> refolded(folded);
  UPDATE posts SET folded_caption = refolded(folded_caption) WHERE folded_caption <> refolded(folded_caption);
  DROP FUNCTION refolded;
  `,
  carriedWordsStep(),
  `
  -- Of what moves: how long it is, and when the frame is shown that stands for the whole. Null for stills.
  ALTER TABLE images ADD COLUMN duration_ms bigint;
  ALTER TABLE images ADD COLUMN cover_ms bigint;
  DROP INDEX images_by_shape;
  CREATE INDEX images_by_shape ON images (width, height, format, duration_ms) INCLUDE (key);

  -- What else of an image is looked at by itself, as encodePart names it: its thumbnail, and its perceptual hash.
  CREATE TABLE parts (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    image bigint NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    part text COLLATE "C" NOT NULL,
    webp bytea NOT NULL,
    fingerprint bytea NOT NULL,
    UNIQUE (image, part)
  );
  ALTER TABLE parts ALTER COLUMN webp SET STORAGE EXTERNAL;
  `,
  companionsStep(),
  factsStep(),
  `
  -- Of a sidecar: differs whenever it was written again.
  ALTER TABLE companions ADD COLUMN stamp text;
  `,
  `
  -- Of a post: that of it, so that its words are found among those of its guild alone.
  ALTER TABLE texts ADD COLUMN guild text;
  UPDATE texts t SET guild = p.guild FROM posts p WHERE p.id = t.post;
  CREATE INDEX texts_by_guild ON texts (guild) WHERE guild IS NOT NULL;
  CREATE INDEX texts_of_images ON texts (image) WHERE file IS NULL AND post IS NULL;
  -- A channel is of one guild: without knowing it, the planner expects a fortieth of the posts that there are.
  CREATE STATISTICS channels_of_guilds (dependencies) ON guild, channel FROM posts;
  `,
  `
  -- What was said of the pair before, which stands again when the verdict is taken back.
  ALTER TABLE verdicts ADD COLUMN before text CHECK (before IN ('same', 'variant', 'different'));
  `,
  `
  ALTER TABLE left_behind RENAME TO orphan_candidates;
  -- Functions name tables in their text, which does not follow.
  DO $step$ BEGIN
    EXECUTE replace(pg_get_functiondef('follow_files()'::regprocedure), 'left_behind', 'orphan_candidates');
    EXECUTE replace(pg_get_functiondef('follow_posts()'::regprocedure), 'left_behind', 'orphan_candidates');
  END $step$;
  `,
];

/** What follows the vectors: the halves beside placements, how many images have one, and the change sequence. */
function followVectors(): string {
  // Of an image whose whole embedding went, nothing is left.
  const steps = (rows: string, gone: string) => `
    FOR changed_space IN SELECT DISTINCT space FROM ${rows} ORDER BY space LOOP
      UPDATE spaces SET seq = seq + (SELECT count(DISTINCT image) FROM ${rows} WHERE space = changed_space)
        WHERE id = changed_space RETURNING seq INTO last;
      INSERT INTO changes (space, image, seq, gone)
        SELECT changed_space, image, last + 1 - row_number() OVER (ORDER BY image DESC), ${gone}
        FROM ${rows} WHERE space = changed_space GROUP BY image
      ON CONFLICT (space, image) DO UPDATE SET seq = excluded.seq, gone = excluded.gone;
    END LOOP;`;
  return `
  CREATE FUNCTION follow_vectors() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    changed_space integer;
    last bigint;
  BEGIN
    IF TG_OP = 'DELETE' THEN
      -- OFFSET 0: first the few placements, whose rows are then sought; spaces and parts alone match every row.
      DELETE FROM near_files n USING (
          SELECT f.id, b.space, b.part FROM before b JOIN files f ON f.image = b.image OFFSET 0) o
        WHERE n.file = o.id AND n.space = o.space AND n.part = o.part;
      DELETE FROM near_posts n USING (
          SELECT p.id, b.space, b.part FROM before b JOIN posts p ON p.image = b.image OFFSET 0) o
        WHERE n.post = o.id AND n.space = o.space AND n.part = o.part;
      PERFORM tally('embedded:' || space, -count(*)) FROM before WHERE part = '["whole"]' GROUP BY space ORDER BY space;
      ${steps("before", `bool_or(part = '["whole"]')`)}
    ELSE
      ${ofFiles("FROM after v JOIN files f ON f.image = v.image")}
      ${ofPosts("FROM after v JOIN posts p ON p.image = v.image")}
      IF TG_OP = 'INSERT' THEN
        PERFORM tally('embedded:' || space, count(*)) FROM after WHERE part = '["whole"]' GROUP BY space ORDER BY space;
      END IF;
      ${steps("after", "false")}
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER vectors_added AFTER INSERT ON vectors REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION follow_vectors();
  CREATE TRIGGER vectors_replaced AFTER UPDATE ON vectors REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION follow_vectors();
  CREATE TRIGGER vectors_removed AFTER DELETE ON vectors REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION follow_vectors();
  `;
}

function followFiles(): string {
  return `
  CREATE FUNCTION follow_files() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      PERFORM tally('placements', (SELECT count(*) FROM after));
      ${ofFiles("FROM after f JOIN vectors v ON v.image = f.image")}
      ${QUEUE("after")}
    ELSIF TG_OP = 'UPDATE' THEN
      DELETE FROM near_files n USING before b JOIN after a ON a.id = b.id WHERE n.file = b.id AND a.image <> b.image;
      ${ofFiles(`FROM after f JOIN before b ON b.id = f.id JOIN vectors v ON v.image = f.image
        WHERE (f.image, f.folder, f.date, f.is_clock) IS DISTINCT FROM (b.image, b.folder, b.date, b.is_clock)`)}
      ${QUEUE("(SELECT a.image FROM after a JOIN before b ON b.id = a.id WHERE a.image <> b.image)")}
      INSERT INTO left_behind (image) ${LOST_A_PLACEMENT};
      ${FORBID(`(${LOST_A_PLACEMENT})`)}
    ELSE
      PERFORM tally('placements', -(SELECT count(*) FROM before));
      INSERT INTO left_behind (image) SELECT image FROM before;
      DELETE FROM near_files WHERE file IN (SELECT id FROM before);
      ${FORBID("before")}
      BEGIN
        DELETE FROM folders o WHERE o.id IN (SELECT folder FROM before)
          AND NOT EXISTS (SELECT 1 FROM files f WHERE f.folder = o.id);
      EXCEPTION WHEN foreign_key_violation THEN
        -- Another writer has just put a file into one of them: the next removal there takes the others.
        NULL;
      END;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER files_added AFTER INSERT ON files REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION follow_files();
  CREATE TRIGGER files_changed AFTER UPDATE ON files REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION follow_files();
  CREATE TRIGGER files_removed AFTER DELETE ON files REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION follow_files();
  `;
}

/** An image counts once in each place and in each guild, however often it is posted there. */
function followPosts(): string {
  const isFirst = (rows: string, where: string) => `NOT EXISTS (SELECT 1 FROM posts o
        WHERE o.image = x.image AND ${where} AND o.id NOT IN (SELECT y.id FROM ${rows} y))`;
  const moved = (side: "a" | "b") => `(SELECT ${side}.* FROM before b JOIN after a ON a.id = b.id
        WHERE (a.image, a.guild, a.channel, a.parent, a.posted_at)
          IS DISTINCT FROM (b.image, b.guild, b.channel, b.parent, b.posted_at))`;
  const inPlace = "o.guild = x.guild AND o.channel = x.channel";
  const inGuild = "o.guild = x.guild";
  const count = (rows: string) => `
    INSERT INTO places AS t (guild, channel, parent, posts, images, newest)
      SELECT x.guild, x.channel, max(x.parent), count(*),
        count(DISTINCT x.image) FILTER (WHERE ${isFirst(rows, inPlace)}), max(x.posted_at)
      FROM ${rows} x GROUP BY x.guild, x.channel ORDER BY x.guild, x.channel
    ON CONFLICT (guild, channel) DO UPDATE SET parent = coalesce(excluded.parent, t.parent),
      posts = t.posts + excluded.posts, images = t.images + excluded.images, newest = greatest(t.newest, excluded.newest);
    INSERT INTO guilds AS t (guild, posts, images)
      SELECT x.guild, count(*), count(DISTINCT x.image) FILTER (WHERE ${isFirst(rows, inGuild)})
      FROM ${rows} x GROUP BY x.guild ORDER BY x.guild
    ON CONFLICT (guild) DO UPDATE SET posts = t.posts + excluded.posts, images = t.images + excluded.images;`;
  const uncount = (rows: string) => `
    UPDATE places t SET posts = t.posts - c.posts, images = t.images - c.images, newest = coalesce(
        (SELECT max(p.posted_at) FROM posts p WHERE p.guild = t.guild AND p.channel = t.channel), t.newest)
      FROM (SELECT x.guild, x.channel, count(*) AS posts,
          count(DISTINCT x.image) FILTER (WHERE ${isFirst(rows, inPlace)}) AS images
        FROM ${rows} x GROUP BY x.guild, x.channel) c
      WHERE t.guild = c.guild AND t.channel = c.channel;
    UPDATE guilds t SET posts = t.posts - c.posts, images = t.images - c.images
      FROM (SELECT x.guild, count(*) AS posts, count(DISTINCT x.image) FILTER (WHERE ${isFirst(rows, inGuild)}) AS images
        FROM ${rows} x GROUP BY x.guild) c
      WHERE t.guild = c.guild;
    DELETE FROM places t USING ${rows} x WHERE t.guild = x.guild AND t.channel = x.channel AND t.posts = 0;
    DELETE FROM guilds t USING ${rows} x WHERE t.guild = x.guild AND t.posts = 0;`;
  return `
  CREATE FUNCTION follow_posts() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      PERFORM tally('placements', (SELECT count(*) FROM after));
      ${count("after")}
      ${ofPosts("FROM after p JOIN vectors v ON v.image = p.image")}
      ${QUEUE("(SELECT a.image FROM after a JOIN reading_guilds g ON g.guild = a.guild)")}
    ELSIF TG_OP = 'UPDATE' THEN
      ${uncount(moved("b"))}
      ${count(moved("a"))}
      DELETE FROM near_posts n USING before b JOIN after a ON a.id = b.id WHERE n.post = b.id AND a.image <> b.image;
      ${ofPosts(`FROM after p JOIN before b ON b.id = p.id JOIN vectors v ON v.image = p.image
        WHERE (p.image, p.guild, p.channel, p.author, p.posted_at, p.age_restricted)
          IS DISTINCT FROM (b.image, b.guild, b.channel, b.author, b.posted_at, b.age_restricted)`)}
      ${QUEUE(`(SELECT a.image FROM after a JOIN before b ON b.id = a.id JOIN reading_guilds g ON g.guild = a.guild
        WHERE a.image <> b.image)`)}
      INSERT INTO left_behind (image) ${LOST_A_PLACEMENT};
      ${FORBID(`(${LOST_A_PLACEMENT})`)}
    ELSE
      PERFORM tally('placements', -(SELECT count(*) FROM before));
      ${uncount("before")}
      INSERT INTO left_behind (image) SELECT image FROM before;
      DELETE FROM near_posts WHERE post IN (SELECT id FROM before);
      ${FORBID("before")}
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER posts_added AFTER INSERT ON posts REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION follow_posts();
  CREATE TRIGGER posts_changed AFTER UPDATE ON posts REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION follow_posts();
  CREATE TRIGGER posts_removed AFTER DELETE ON posts REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION follow_posts();
  `;
}

/**
 * What a file and its sidecar say of their picture belongs to that file: it is seen where the file is, and goes with it.
 * Titles are rows of texts; keywords stand in carried_tags, from which one row of tags follows for each image, and words
 * to search. Beneath such a tag model_score keeps what the model gave, for who does not see the file. Of words that were
 * stored with the image alone nothing tells which file carried them: they are erased, and its files are read again.
 */
function carriedWordsStep(): string {
  const carriesWords = (column: "file" | "image", value: string) =>
    `(EXISTS (SELECT 1 FROM carried_tags c WHERE c.${column} = ${value})
      OR EXISTS (SELECT 1 FROM texts t WHERE t.${column} = ${value} AND t.source = 'title'))`;
  return `
  CREATE TABLE carried_tags (
    file bigint NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    -- That of the file.
    image bigint NOT NULL,
    tag text NOT NULL,
    PRIMARY KEY (file, tag)
  );
  CREATE INDEX carried_tags_by_image ON carried_tags (image, tag, file);
  -- Files that came to a picture with carried words, or were given another one: their own words are still to be read.
  CREATE TABLE unread_words (file bigint PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE);

  INSERT INTO unread_words (file) SELECT f.id FROM files f
    WHERE EXISTS (SELECT 1 FROM tags t WHERE t.image = f.image AND t.source = 'file')
      OR EXISTS (SELECT 1 FROM texts t WHERE t.image = f.image AND t.source = 'title');
  -- The model's own tags beneath them are found again.
  DELETE FROM cursors WHERE name = 'tags/done' AND EXISTS (SELECT 1 FROM tags WHERE source = 'file');
  DELETE FROM tags WHERE source = 'file';
  DELETE FROM texts WHERE source IN ('keyword', 'title');
  ALTER TABLE tags ADD COLUMN model_score double precision;

  DROP INDEX texts_by_file;
  CREATE UNIQUE INDEX texts_by_file ON texts (file) WHERE file IS NOT NULL AND source = 'name';
  CREATE INDEX texts_of_files ON texts (file, source) WHERE file IS NOT NULL;

  CREATE FUNCTION note_unread_words() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO unread_words (file) SELECT a.id FROM after a WHERE ${carriesWords("image", "a.image")}
    ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$;
  CREATE TRIGGER files_with_words AFTER INSERT ON files REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION note_unread_words();
  CREATE FUNCTION forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO unread_words (file)
      SELECT NEW.id WHERE ${carriesWords("file", "NEW.id")} OR ${carriesWords("image", "NEW.image")}
    ON CONFLICT DO NOTHING;
    DELETE FROM carried_tags WHERE file = NEW.id;
    DELETE FROM texts WHERE file = NEW.id AND source IN ('keyword', 'title');
    RETURN NULL;
  END $$;
  CREATE TRIGGER files_with_other_words AFTER UPDATE OF image ON files FOR EACH ROW
    WHEN (OLD.image <> NEW.image) EXECUTE FUNCTION forget_words();

  CREATE FUNCTION follow_carried_tags() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM texts WHERE file = OLD.file AND source = 'keyword' AND words = OLD.tag;
    IF NOT EXISTS (SELECT 1 FROM carried_tags c WHERE c.image = OLD.image AND c.tag = OLD.tag) THEN
      UPDATE tags SET source = 'model', score = model_score, model_score = NULL
        WHERE image = OLD.image AND tag = OLD.tag AND source = 'file' AND model_score IS NOT NULL;
      DELETE FROM tags WHERE image = OLD.image AND tag = OLD.tag AND source = 'file';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER carried_tags_removed AFTER DELETE ON carried_tags
    FOR EACH ROW EXECUTE FUNCTION follow_carried_tags();
  `;
}

/** Files that belong to a file of a picture, by its path: raw files, videos of Live Photos, sidecars. */
function companionsStep(): string {
  return `
  CREATE TABLE companions (
    path text COLLATE "C" NOT NULL,
    file text COLLATE "C" NOT NULL,
    kind text NOT NULL
  );
  CREATE UNIQUE INDEX companions_by_path ON companions (digest_of(path));
  CREATE INDEX companions_in_order ON companions (path_start(path));
  CREATE INDEX companions_by_file ON companions (digest_of(file));
  CREATE INDEX companions_by_kind ON companions (kind);

  CREATE FUNCTION forget_companions() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM companions c USING before b WHERE digest_of(c.file) = digest_of(b.path);
    RETURN NULL;
  END $$;
  CREATE TRIGGER files_with_companions_removed AFTER DELETE ON files REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION forget_companions();
  `;
}

/**
 * What metadata say of pictures: in a row without a file what the bytes do, in one with a file what its sidecars do. Only
 * pictures that are in files have such rows, and they go with the last file: of what was only posted nothing is kept.
 */
function factsStep(): string {
  const queue = (rows: string) => `
    INSERT INTO unread_facts (image) SELECT DISTINCT a.image FROM ${rows} a
      WHERE NOT EXISTS (SELECT 1 FROM facts x WHERE x.image = a.image AND x.file IS NULL)
    ON CONFLICT DO NOTHING;
    INSERT INTO unread_sidecars (file) SELECT a.id FROM ${rows} a ON CONFLICT DO NOTHING;`;
  const forget = (images: string) =>
    ["facts", "unread_facts"]
      .map(
        (table) => `
    DELETE FROM ${table} x WHERE x.image IN (${images}) AND NOT EXISTS (SELECT 1 FROM files f WHERE f.image = x.image);`,
      )
      .join("");
  return `
  CREATE TABLE facts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    image bigint NOT NULL REFERENCES images (key) ON DELETE CASCADE,
    file bigint REFERENCES files (id) ON DELETE CASCADE,
    camera text,
    folded_camera text,
    lens text,
    software text,
    latitude double precision,
    longitude double precision,
    -- Of GeoNames.
    place integer,
    place_name text,
    rating integer,
    screenshot boolean NOT NULL DEFAULT FALSE,
    -- Of a sidecar: what a clock showed, or an instant.
    taken_at double precision,
    taken_by_clock boolean
  );
  CREATE UNIQUE INDEX facts_by_image ON facts (image, (coalesce(file, 0)));
  CREATE INDEX facts_by_file ON facts (file) WHERE file IS NOT NULL;
  -- Images whose bytes, and files whose sidecars, are still to be read.
  CREATE TABLE unread_facts (image bigint PRIMARY KEY REFERENCES images (key) ON DELETE CASCADE);
  CREATE TABLE unread_sidecars (file bigint PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE);
  INSERT INTO unread_facts (image) SELECT DISTINCT image FROM files;
  INSERT INTO unread_sidecars (file) SELECT id FROM files;

  CREATE FUNCTION queue_facts() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN ${queue("after")}
    RETURN NULL;
  END $$;
  CREATE TRIGGER files_with_facts AFTER INSERT ON files REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION queue_facts();
  CREATE FUNCTION replace_facts() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM facts WHERE file = NEW.id; ${queue("(SELECT NEW.id AS id, NEW.image AS image)")} ${forget("OLD.image")}
    RETURN NULL;
  END $$;
  CREATE TRIGGER files_with_other_facts AFTER UPDATE OF image ON files FOR EACH ROW
    WHEN (OLD.image <> NEW.image) EXECUTE FUNCTION replace_facts();
  CREATE FUNCTION forget_facts() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN ${forget("SELECT b.image FROM before b")}
    RETURN NULL;
  END $$;
  CREATE TRIGGER files_facts_forgotten AFTER DELETE ON files REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION forget_facts();
  CREATE FUNCTION facts_were_read() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM unread_facts u USING after a WHERE u.image = a.image AND a.file IS NULL;
    RETURN NULL;
  END $$;
  CREATE TRIGGER facts_added AFTER INSERT ON facts REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION facts_were_read();
  `;
}
