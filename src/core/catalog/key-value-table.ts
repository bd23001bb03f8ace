import type { Connection } from "./connection/connection.ts";
import { type CatalogLocation, openConnection } from "./connection/open-connection.ts";

/** A store adapter for keyv, which passes serialized text and prefixes keys with a namespace. */
export interface KeyValueTable {
  readonly opts: Readonly<Record<string, unknown>>;
  /** Set by keyv; `clear` empties this namespace only. */
  namespace?: string | undefined;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: readonly string[]): Promise<boolean>;
  has(key: string): Promise<boolean>;
  clear(): Promise<void>;
  disconnect(): Promise<void>;
  /** Errors are thrown, never emitted; keyv only requires the method. */
  on(event: string, listener: (...values: unknown[]) => void): KeyValueTable;
}

/** On a connection of its own, so that it is closed separately. @throws LibraryError as openCatalog does. */
export async function openKeyValueTable(location: CatalogLocation): Promise<KeyValueTable> {
  const db = await openConnection(location);
  const table: KeyValueTable = {
    opts: {},
    get: (key) => db.read(() => live(db, key)),
    set: (key, value, ttlMs) => db.write(() => set(db, key, { value, ttlMs })),
    delete: (key) => db.write(() => remove(db, key)),
    deleteMany: (keys) => db.write(() => keys.map((key) => remove(db, key)).some(Boolean)),
    has: (key) => db.read(() => live(db, key) !== undefined),
    clear: () => db.write(() => clear(db, table.namespace)),
    disconnect: async () => db.close(),
    on: () => table,
  };
  return table;
}

function live(db: Connection, key: string): string | undefined {
  return db
    .statement<string>(
      "SELECT value FROM key_values WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)",
    )
    .pluck()
    .get(key, Date.now());
}

function set(
  db: Connection,
  key: string,
  { value, ttlMs }: { value: string; ttlMs: number | undefined },
): void {
  const now = Date.now();
  db.statement("DELETE FROM key_values WHERE expires_at <= ?").run(now);
  db.statement("INSERT OR REPLACE INTO key_values (key, value, expires_at) VALUES (?, ?, ?)").run(
    key,
    value,
    ttlMs === undefined ? null : now + ttlMs,
  );
}

function remove(db: Connection, key: string): boolean {
  return db.statement("DELETE FROM key_values WHERE key = ?").run(key).changes > 0;
}

function clear(db: Connection, namespace: string | undefined): void {
  const prefix = namespace === undefined ? "" : `${namespace}:`;
  db.statement("DELETE FROM key_values WHERE substr(key, 1, length(@prefix)) = @prefix").run({ prefix });
}
