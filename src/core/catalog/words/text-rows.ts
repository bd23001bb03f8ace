/** A file's path from its root's own name on, of rows `files` and `roots` with these aliases. */
export const fileWords = (file: string, root: string): string =>
  `substr(${file}.path, 1 + length(rtrim(${root}.path, replace(replace(${root}.path, '/', ''), '\\', ''))))`;

/** Rows of `texts` for images after one key and up to another that were there before texts were indexed. */
export const INDEX_TEXTS: readonly string[] = [
  `INSERT INTO texts (image, source, file, words) SELECT f.image, 'name', f.path, ${fileWords("f", "r")}
    FROM files f JOIN roots r ON r.id = f.root WHERE f.image > @after AND f.image <= @upTo
      AND NOT EXISTS (SELECT 1 FROM texts t WHERE t.file = f.path AND t.source = 'name')`,
  `INSERT INTO texts (image, source, post, words) SELECT p.image, 'name', p.id, p.filename
    FROM posts p WHERE p.image > @after AND p.image <= @upTo
      AND NOT EXISTS (SELECT 1 FROM texts t WHERE t.post = p.id AND t.source = 'name')`,
  `INSERT INTO texts (image, source, post, words) SELECT p.image, 'caption', p.id, p.caption
    FROM posts p WHERE p.image > @after AND p.image <= @upTo AND p.caption IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM texts t WHERE t.post = p.id AND t.source = 'caption')`,
  `INSERT INTO texts (image, source, words) SELECT g.image, 'tag', g.tag
    FROM tags g WHERE g.image > @after AND g.image <= @upTo AND g.source = 'user'
      AND NOT EXISTS (SELECT 1 FROM texts t WHERE t.image = g.image AND t.source = 'tag' AND t.words = g.tag)`,
];
