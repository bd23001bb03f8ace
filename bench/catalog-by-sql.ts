import { randomBytes } from "node:crypto";
import { join } from "node:path";
import Database from "better-sqlite3";
import { openCatalog } from "../src/core/catalog/open-catalog.ts";
import type { Embedding } from "../src/core/types.ts";

interface Rows {
  /** Of nothing but its vector. @returns its key */
  image(vector: Embedding): number;
  /** Of the root /photos. */
  file(path: string, image: number, date: number): void;
}

/** Makes a catalog in the folder by statements alone: through its own verbs, a million pictures would take hours. */
export async function fillCatalog(
  folder: string,
  { space, dimensions }: { readonly space: string; readonly dimensions: number },
  fill: (database: Database.Database, rows: Rows) => void,
): Promise<void> {
  const path = join(folder, "catalog.db");
  await (await openCatalog({ path })).close();
  const database = new Database(path);
  database.pragma("synchronous = OFF");
  database.pragma("cache_size = -400000");
  const insert = {
    image: database.prepare(
      "INSERT INTO images (id, format, width, height, bytes, taken_at, added_at, fingerprint) VALUES (?, 'jpeg', 640, 480, 9, NULL, 1, ?)",
    ),
    vector: database.prepare("INSERT INTO embeddings (space, image, vector) VALUES (1, ?, ?)"),
    file: database.prepare(
      "INSERT INTO files (path, image, root, bytes, modified_at, date) VALUES (?, ?, 1, 9, ?, ?)",
    ),
  };
  const fingerprint = Buffer.alloc(32);
  let images = 0;
  database.transaction(() => {
    database.prepare("INSERT INTO spaces (name, dimensions) VALUES (?, ?)").run(space, dimensions);
    database.exec(
      "INSERT INTO roots (path, kind, state, added_at) VALUES ('/photos', 'folder', 'online', 1)",
    );
    fill(database, {
      image: (vector) => {
        images += 1;
        insert.image.run(randomBytes(32), fingerprint);
        insert.vector.run(images, Buffer.from(vector.buffer));
        return images;
      },
      file: (name, image, date) => void insert.file.run(name, image, date, date),
    });
  })();
  database
    .prepare("INSERT OR REPLACE INTO active_model (one, model, space) VALUES (1, 'fake', ?)")
    .run(space);
  database.close();
}
