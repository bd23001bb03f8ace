import { randomBytes } from "node:crypto";
import { Connection, type Server } from "../../src/core/postgres/connection.ts";
import { migrate } from "../../src/core/postgres/migrate.ts";
import { pooledServer } from "../../src/core/postgres/pooled-server.ts";
import { readAddress } from "../../src/core/postgres/server-address.ts";

/** The server that tests may make databases on: `scripts/start-postgres.sh` starts one and prints this setting. */
export const TEST_SERVER = process.env.GLIMPSE_TEST_POSTGRES;

/** For a test's or a suite's name, so that a run tells what it left out. */
export const NEEDS_SERVER = "needs a PostgreSQL server, see scripts/start-postgres.sh";

/** Empty libraries on the test server, each in a database of its own. */
export interface TestDatabases {
  /** @returns the address of an empty library */
  create(): Promise<string>;
  /** What is stored there is erased, and it may be given out again. */
  free(address: string): void;
  close(): Promise<void>;
}

/** Making tables takes longer than most tests, so they are emptied and used again. */
export async function testDatabases(): Promise<TestDatabases> {
  const admin = await pooledServer(readAddress(TEST_SERVER ?? ""), 1);
  const prefix = `glimpse_test_${randomBytes(5).toString("hex")}`;
  const made: string[] = [];
  const free: string[] = [];
  /** Connections by which databases are emptied: opening one takes longer than that. */
  const emptying = new Map<string, Promise<Server>>();
  const empty = async (address: string) => {
    const server = emptying.get(address) ?? pooledServer(readAddress(address), 1);
    emptying.set(address, server);
    await emptyLibrary(await server);
  };
  const onServer = (statement: string) => admin.withSession((session) => session.run(statement));
  return {
    create: async () => {
      const used = free.pop();
      if (used !== undefined) {
        await empty(used);
        return used;
      }
      const name = `${prefix}_${made.length}`;
      made.push(name);
      await onServer(`CREATE DATABASE ${name}`);
      const address = new URL(TEST_SERVER ?? "");
      address.pathname = name;
      await withConnection(address.href, (server) => migrate(new Connection(server)));
      return address.href;
    },
    free: (address) => void free.push(address),
    close: async () => {
      for (const server of emptying.values()) await (await server).close();
      for (const name of made) await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.close();
    },
  };
}

export async function withConnection<Result>(
  address: string,
  work: (server: Server) => Promise<Result>,
): Promise<Result> {
  const server = await pooledServer(readAddress(address), 1);
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

/** Of all rows, triggers and foreign keys asleep. */
export async function emptyLibrary(server: Server): Promise<void> {
  await server.withSession(async (session) => {
    await session.run("DROP SCHEMA IF EXISTS glimpse_jobs CASCADE");
    const tables = await session.rows<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND relname <> 'glimpse_schema'`,
    );
    const erase = tables.map(({ name }) => `DELETE FROM ${name};`).join(" ");
    await session.run(
      `SET session_replication_role = replica; ${erase} ALTER SEQUENCE image_keys RESTART;
      SET session_replication_role = DEFAULT;`,
    );
  });
}
