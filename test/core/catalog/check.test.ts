import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { LibraryError } from "../../../src/core/errors.ts";
import { newImage } from "../../support/new-image.ts";
import { temporaryPath } from "./temporary-library.ts";

test("the check reports a vector with flipped bits", async () => {
  const path = await temporaryPath();
  const catalog = await openCatalog({ path });
  await catalog.images.put(["cat", "dog"].map((name) => newImage(name)));
  expect(await catalog.check()).toEqual([]);
  await catalog.close();

  const database = new Database(path);
  const { vector } = database.prepare("SELECT vector FROM embeddings LIMIT 1").get() as { vector: Buffer };
  vector[3] = (vector[3] ?? 0) ^ 0x40;
  database.prepare("UPDATE embeddings SET vector = ? WHERE id = 1").run(vector);
  database.close();

  const damaged = await openCatalog({ path });
  expect(await damaged.check()).toEqual(["There are damaged vectors, whose length is not 1: 1."]);
  await damaged.close();
});

test("the check reports a flipped bit in the schema's SQL, and so does whatever fails because of it", async () => {
  const path = await temporaryPath();
  const catalog = await openCatalog({ path });
  await catalog.images.put([newImage("cat")]);
  await catalog.close();

  const database = new Database(path);
  database.unsafeMode(true);
  database.pragma("writable_schema = ON");
  database.exec(
    "UPDATE sqlite_schema SET sql = replace(sql, 'WHERE image', 'WHERE imagg') WHERE name = 'file_removed'",
  );
  database.close();

  const damaged = await openCatalog({ path });
  expect(await damaged.check()).toEqual(["The catalog's tables are not as Glimpse made them."]);
  const removal = damaged.files.remove(["/photos/cat.jpg"]);
  await expect(removal).rejects.toThrow(LibraryError);
  await expect(removal).rejects.toThrow(/is damaged.*Restore it/);
  await damaged.close();
});
