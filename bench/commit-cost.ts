/**
 * What committing a picture costs in a large library, compared with the same commits without the rows of `hashes`, by which
 * copies are found: time, and bytes written to the database and its log.
 * Usage: npm run bench -- commit-cost [images already in it, default 1000000]
 */
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { openCatalog } from "../src/core/catalog/open-catalog.ts";
import type { NewImage } from "../src/core/ports.ts";

const images = Number(process.argv[2] ?? 1_000_000);
/** As `CommitBatch` commits them. */
const BATCH = 32;
const BATCHES = 100;
const SPACE = "bench:fp32@00000000";
const home = mkdtempSync(join(tmpdir(), "glimpse-bench-"));
const path = join(home, "catalog.db");

interface Trigger {
  readonly name: string;
  readonly sql: string;
}

/** Rows as `put` writes them, without vectors and thumbnails, whose tables only grow at the end. With triggers it would take an hour. */
function fill(): void {
  const db = new Database(path);
  db.pragma("synchronous = OFF");
  db.pragma("cache_size = -400000");
  const triggers = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all() as Trigger[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.exec("INSERT INTO roots (id, path, kind, state, added_at) VALUES (1, '/photos', 'folder', 'online', 0)");
  const count = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${images})`;
  db.exec(`INSERT INTO images (id, format, width, height, bytes, added_at, fingerprint, taken_source)
    ${count} SELECT randomblob(32), 'jpeg', 4000, 3000, 3000000, 0, CAST(x'0200' || randomblob(247) AS BLOB), 'none' FROM n`);
  db.exec(`INSERT INTO files (path, image, root, bytes, modified_at, date)
    ${count} SELECT printf('/photos/%06d/%08d.jpg', i / 1000, i), i, 1, 3000000, 0, 0 FROM n`);
  const added = triggers.find(({ name }) => name === "hashes_added")?.sql ?? "";
  const rows = added.slice(added.indexOf("INSERT INTO hashes"), added.lastIndexOf(";"));
  db.exec(
    `${rows.replaceAll("new.", "images.").replace("FROM (SELECT", "FROM images, (SELECT")} ORDER BY 1, 2, 3`,
  );
  for (const { sql } of triggers) db.exec(sql);
  db.close();
}

const newImage = (at: number): NewImage => ({
  picture: {
    id: randomBytes(32).toString("hex"),
    format: "jpeg",
    width: 4000,
    height: 3000,
    bytes: 3_000_000,
    takenAt: null,
    quality: { jpegQuality: 90, detail: 500, measuredSide: 700 },
    thumbnail: randomBytes(6000),
    fingerprint: Buffer.concat([Buffer.from([2, 0]), randomBytes(247)]),
  },
  placement: {
    kind: "file",
    root: "/photos",
    path: `/photos/new/${String(at).padStart(8, "0")}.jpg`,
    bytes: 3_000_000,
    modifiedAt: 0,
    online: true,
  },
  space: SPACE,
  embedding: unitVector(),
});

function unitVector(): Float32Array {
  const vector = Float32Array.from({ length: 512 }, () => Math.random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** Bytes that this process has sent to disk. */
const written = () => Number(/^write_bytes: (\d+)/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);

async function commit(file: string, withHashes: boolean) {
  const catalog = await openCatalog({ path: file });
  if (!withHashes) {
    const db = new Database(file);
    db.exec("DROP TRIGGER hashes_added");
    db.close();
  }
  const before = written();
  let taken = 0;
  let longest = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    const added = Array.from({ length: BATCH }, (_, at) => newImage(batch * BATCH + at));
    const start = performance.now();
    await catalog.images.put(added);
    const ms = performance.now() - start;
    taken += ms;
    longest = Math.max(longest, ms);
  }
  const bytes = written() - before;
  const log = statSync(`${file}-wal`).size;
  await catalog.close();
  const pictures = BATCH * BATCHES;
  return { ms: taken / pictures, longest, kilobytes: bytes / pictures / 1024, logMegabytes: log / 2 ** 20 };
}

try {
  await (await openCatalog({ path })).close();
  fill();
  console.log(
    `${images.toLocaleString("en")} images, catalog of ${Math.round(statSync(path).size / 2 ** 20)} MiB`,
  );
  console.log(
    "| commits of 32 | ms a picture | longest commit, ms | KiB written a picture | log, MiB |\n| --- | --- | --- | --- | --- |",
  );
  const bare = join(home, "bare.db");
  copyFileSync(path, bare);
  for (const [name, file, withHashes] of [
    ["without hashes", bare, false],
    ["with hashes", path, true],
  ] as const) {
    const { ms, longest, kilobytes, logMegabytes } = await commit(file, withHashes);
    console.log(
      `| ${name} | ${ms.toFixed(2)} | ${longest.toFixed(0)} | ${kilobytes.toFixed(0)} | ${logMegabytes.toFixed(0)} |`,
    );
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
