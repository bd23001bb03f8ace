import type { Connection } from "./connection.ts";

/** A store adapter for keyv, which passes serialized text and prefixes keys with a namespace. */
export interface KeyValues {
  readonly opts: Readonly<Record<string, unknown>>;
  /** Set by keyv; `clear` empties this namespace only. */
  namespace?: string | undefined;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  /** Errors are thrown, never emitted; keyv only requires the method. */
  on(event: string, listener: (...values: unknown[]) => void): KeyValues;
}

/** On the library's own connections, which are closed with it. */
export function keyValues(db: Connection): KeyValues {
  const values: KeyValues = {
    opts: {},
    get: async (key) => {
      const [row] = await db.rows<{ value: string }>(
        "SELECT value FROM key_values WHERE key = $1 AND (expires_at IS NULL OR expires_at > $2)",
        [key, Date.now()],
      );
      return row?.value;
    },
    set: (key, value, ttlMs) =>
      db.write(async (session) => {
        const now = Date.now();
        await session.run("DELETE FROM key_values WHERE expires_at <= $1", [now]);
        await session.run(
          `INSERT INTO key_values (key, value, expires_at) VALUES ($1, $2, $3)
          ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
          [key, value, ttlMs === undefined ? null : now + ttlMs],
        );
      }),
    delete: async (key) =>
      (await db.write((session) => session.run("DELETE FROM key_values WHERE key = $1", [key]))) > 0,
    clear: async () => {
      const prefix = values.namespace === undefined ? "" : `${values.namespace}:`;
      await db.write((session) => session.run("DELETE FROM key_values WHERE starts_with(key, $1)", [prefix]));
    },
    on: () => values,
  };
  return values;
}
