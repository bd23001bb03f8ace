import type { StateStore } from "../ports.ts";
import type { Connection } from "./connection.ts";
import { scheduleVacuum } from "./erase.ts";

export function stateStore(db: Connection): StateStore {
  return {
    get: async (name) => {
      const [row] = await db.rows<{ value: string }>("SELECT value FROM cursors WHERE name = $1", [name]);
      return row?.value;
    },
    set: (name, value) =>
      db.write(async (session) => {
        if (value === undefined) await session.run("DELETE FROM cursors WHERE name = $1", [name]);
        else
          await session.run(
            "INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value],
          );
      }),
    list: async (prefix) => {
      const rows = await db.rows<{ name: string; value: string }>(
        "SELECT name, value FROM cursors WHERE starts_with(name, $1) ORDER BY name",
        [prefix],
      );
      return new Map(rows.map(({ name, value }) => [name, value]));
    },
    erase: (names) =>
      db.write(async (session) => {
        const erased = await session.run("DELETE FROM cursors WHERE name = ANY ($1)", [[...names]]);
        if (erased > 0) await scheduleVacuum(session);
      }),
  };
}
