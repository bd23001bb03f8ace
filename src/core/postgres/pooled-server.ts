import type { Client, ClientConfig, PoolClient, PoolConfig } from "pg";
import { LibraryError } from "../errors.ts";
import type { Server, Session } from "./connection.ts";
import type { ServerAddress } from "./server-address.ts";

const INT8 = 20;

/** Connections to a PostgreSQL server, at most `connections` of them, opened when they are needed. */
export async function pooledServer(address: ServerAddress, connections: number): Promise<Server> {
  const { Client, Pool, types } = await driver();
  const { where, ...target } = address;
  const known = new Client(target);
  class LookingForPassword extends Client {
    constructor(options?: ClientConfig) {
      const password = () =>
        passwordFromFile(known, where).catch((error) => {
          // The driver leaves it open: the server, and this process too, would wait for a minute.
          void this?.end();
          throw error;
        });
      super({ ...options, password });
    }
  }
  const config: PoolConfig = {
    ...target,
    // What is known is of the address, or PGPASSWORD.
    Client: known.password ? Client : LookingForPassword,
    max: connections,
    application_name: "glimpse",
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    allowExitOnIdle: true,
    types: {
      // No count and no key exceeds what a number holds exactly.
      getTypeParser: (oid: number, format?: "text") =>
        oid === INT8 ? Number : types.getTypeParser(oid, format),
    } as PoolConfig["types"],
  };
  const pool = new Pool(config);
  // A connection that is lost while nobody uses it is replaced; unheard, the event would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return {
    where,
    async withSession(work) {
      const client = await pool.connect();
      let lost: Error | undefined;
      const onError = (error: Error) => {
        lost = error;
      };
      client.on("error", onError);
      try {
        return await work(sessionOf(client));
      } catch (error) {
        throw lost ?? error;
      } finally {
        client.off("error", onError);
        client.release(lost);
      }
    },
    close: () => pool.end(),
  };
}

/** Of the file that PostgreSQL's own programs read, asked for when the server demands a password. */
async function passwordFromFile(
  { host, port, database, user }: Pick<Client, "host" | "port" | "database" | "user">,
  where: string,
): Promise<string> {
  const { default: look } = await import("pgpass");
  const password = await new Promise<string | undefined>((resolve) =>
    look({ host, port, database, user }, resolve),
  );
  if (password === undefined)
    throw new LibraryError(
      `The database server of ${where} asks for a password, and there is none. Give it by PGPASSWORD, in the password file (~/.pgpass), or in the address.`,
    );
  return password;
}

async function driver(): Promise<Pick<typeof import("pg"), "Client" | "Pool" | "types">> {
  try {
    const { default: pg } = await import("pg");
    return pg;
  } catch (cause) {
    throw new LibraryError(
      "A library on a PostgreSQL server needs the package pg, which was left out when Glimpse was installed. Install it: npm install pg",
      { cause },
    );
  }
}

/** Statements are not named: a pooler between here and the server may give each to another connection. */
const sessionOf = (client: PoolClient): Session => ({
  rows: async (sql, values = []) => (await client.query(sql, storable(values))).rows,
  run: async (sql, values = []) =>
    // Without values, several statements may be sent at once.
    (values.length === 0 ? await client.query(sql) : await client.query(sql, storable(values))).rowCount ?? 0,
});

/** Texts of PostgreSQL hold no zero characters; names on disk have none, and captions none that anybody sees. */
const storable = (values: readonly unknown[]): unknown[] => values.map(withoutZeros);

function withoutZeros(value: unknown): unknown {
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
  return Array.isArray(value) ? value.map(withoutZeros) : value;
}
