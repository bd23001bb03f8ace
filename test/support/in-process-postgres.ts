import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { vector } from "@electric-sql/pglite-pgvector";
import { Connection, type Server, type Session } from "../../src/core/postgres/connection.ts";
import { migrate } from "../../src/core/postgres/migrate.ts";

/** PostgreSQL compiled to WebAssembly: one session, whose users take turns. It proves nothing of several writers. */
export async function inProcessServer(): Promise<Server> {
  const database = await PGlite.create({ extensions: { vector, pg_trgm } });
  const session: Session = {
    rows: async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await database.query<Row>(sql, [...values])).rows,
    run: async (sql, values = []) => {
      if (values.length > 0) return (await database.query(sql, [...values])).affectedRows ?? 0;
      return (await database.exec(sql)).at(-1)?.affectedRows ?? 0;
    },
  };
  let turn: Promise<unknown> = Promise.resolve();
  const server: Server = {
    where: "this process",
    withSession: (work) => {
      const result = turn.then(() => work(session));
      turn = result.catch(() => undefined);
      return result;
    },
    close: () => database.close(),
  };
  await migrate(new Connection(server));
  return server;
}
