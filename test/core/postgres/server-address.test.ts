import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { LibraryError, UsageError } from "../../../src/core/errors.ts";
import { Connection, type Server } from "../../../src/core/postgres/connection.ts";
import { pooledServer } from "../../../src/core/postgres/pooled-server.ts";
import { readAddress, withoutPassword } from "../../../src/core/postgres/server-address.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("an address is read in its parts, what is encoded in them included", () => {
  expect(readAddress("postgres://an%40n:p%2Fw%3A@db.example:6000/my%20pictures")).toMatchObject({
    host: "db.example",
    port: 6000,
    user: "an@n",
    password: "p/w:",
    database: "my pictures",
  });
  expect(readAddress("postgresql:///pictures")).toMatchObject({
    host: "localhost",
    port: undefined,
    user: undefined,
    password: undefined,
    database: "pictures",
  });
  expect(readAddress("postgres://[::1]/x").host).toBe("::1");
  expect(readAddress("postgres:///x?host=/run/postgresql").host).toBe("/run/postgresql");
});

test("off this machine the server's certificate is verified, unless the address says otherwise", () => {
  const ssl = (address: string) => readAddress(address).ssl;
  for (const here of [
    "postgres://localhost/x",
    "postgres://127.0.0.2/x",
    "postgres://[::1]/x",
    "postgres:///x?host=/run",
  ])
    expect(ssl(here), here).toBe(false);
  for (const there of ["postgres://db/x", "postgres://10.0.0.1/x", "postgres://127.0.0.1.example/x"])
    expect(ssl(there), there).toEqual({ rejectUnauthorized: true });
  expect(ssl("postgres://db/x?sslmode=disable")).toBe(false);
  expect(ssl("postgres://localhost/x?sslmode=require")).toEqual({ rejectUnauthorized: false });
  expect(ssl("postgres://db/x?sslmode=verify-ca")).toMatchObject({
    rejectUnauthorized: true,
    checkServerIdentity: expect.any(Function),
  });
  const folder = mkdtempSync(join(tmpdir(), "glimpse-ca-"));
  writeFileSync(join(folder, "ca.pem"), "a certificate");
  expect(ssl(`postgres://db/x?sslrootcert=${folder}/ca.pem`)).toEqual({
    rejectUnauthorized: true,
    ca: "a certificate",
  });
  rmSync(folder, { recursive: true });
  expect(() => ssl("postgres://db/x?sslrootcert=/nowhere.pem")).toThrow(UsageError);
  expect(() => ssl("postgres://db/x?sslmode=prefer")).toThrow(/sslmode=prefer/);
});

test("a password is never shown, whatever is wrong with the address", () => {
  expect(withoutPassword("postgres://ann:secret@db:6000/x?sslmode=disable")).toBe("postgres://ann@db:6000/x");
  for (const wrong of [
    "postgres://ann:secret@db:notaport/x",
    "postgres://ann:secret%zz@db/x",
    "postgres://ann:sec ret@[/x",
    "postgres://ann:secret@db/x?password=secret",
    "mysql://ann:secret@db/x",
  ]) {
    expect(withoutPassword(wrong), wrong).not.toContain("secret");
    expect(() => readAddress(wrong), wrong).toThrow(UsageError);
    expect(() => readAddress(wrong), wrong).not.toThrow(/sec ?ret/);
  }
});

/** A server on which every statement fails in this way, and then no more. */
function failing(...errors: Error[]): Server & { attempts: number } {
  const server = {
    where: "postgres://ann@db/x",
    attempts: 0,
    withSession: async () => {
      server.attempts++;
      const error = errors.shift();
      if (error) throw error;
      return [] as never;
    },
    close: async () => undefined,
  };
  return server;
}

const withCode = (code: string, message = "it failed") => Object.assign(new Error(message), { code });

test("work is done again while the server is away or others are in the way, and then told in a sentence", async () => {
  const passing = ["ECONNREFUSED", "57P01", "57P03", "40P01", "40001", "08006", "08P01", "25006"].map(
    (code) => withCode(code),
  );
  const server = failing(...passing, new Error("Connection terminated unexpectedly"));
  await new Connection(server).rows("SELECT 1");
  expect(server.attempts).toBe(10);
  const away = failing(...Array.from({ length: 99 }, () => withCode("ECONNREFUSED", "connect ECONNREFUSED")));
  await expect(new Connection(away, 50).rows("SELECT 1")).rejects.toThrow(
    /The library at postgres:\/\/ann@db\/x cannot be reached \(connect ECONNREFUSED\).*nothing that was stored is lost/,
  );
});

test("what does not pass by itself is told at once", async () => {
  for (const [error, sentence] of [
    [withCode("28P01", 'password authentication failed for user "ann"'), /refused to log in/],
    [withCode("3D000"), /no database of that name/],
    [withCode("42501"), /may not do/],
    [withCode("53100"), /disk of the database server is full/],
    [withCode("ENOTFOUND"), /is not known/],
    [withCode("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"), /is not safe.*sslrootcert/],
    [withCode("42P01", "a defect of ours"), /a defect of ours/],
  ] as const) {
    const server = failing(error, error);
    await expect(new Connection(server).rows("SELECT 1")).rejects.toThrow(sentence);
    expect(server.attempts).toBe(1);
  }
});

describe("a server that asks for a password", () => {
  const folder = temporaryFolder();
  const opened: Server[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const server of opened.splice(0)) await server.close();
  });

  /** Asks for it in clear, and tells what it was given; then it lets nobody in. */
  async function asking() {
    const given: string[] = [];
    let closed = 0;
    const listening = createServer((socket) => {
      socket.once("data", () => {
        socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
        socket.once("data", (message) => {
          if (message[0] === 0x70) given.push(message.subarray(5, -1).toString());
          socket.end();
        });
      });
      socket.on("close", () => closed++).on("error", () => undefined);
    }).listen(0, "127.0.0.1");
    await once(listening, "listening");
    const { port } = listening.address() as AddressInfo;
    opened.push({
      where: "",
      withSession: () => Promise.reject(),
      close: async () => void listening.close(),
    });
    const ask = async (address: string) => {
      const server = await pooledServer(readAddress(address.replace("PORT", `${port}`)), 1);
      opened.push(server);
      return new Connection(server, 0).rows("SELECT 1").catch((error) => error);
    };
    return { ask, given, closed: () => closed, port };
  }

  test("gets it from the address, else from PGPASSWORD, else from the password file, with no word about that", async () => {
    const warned = vi.spyOn(process, "emitWarning");
    const file = join(folder, "passwords");
    const { ask, given, port } = await asking();
    writeFileSync(file, `127.0.0.1:1:*:*:another\n127.0.0.1:${port}:pictures:ann:kept\n`, { mode: 0o600 });
    vi.stubEnv("PGPASSFILE", file);
    vi.stubEnv("PGPASSWORD", undefined);
    await ask("postgres://ann@127.0.0.1:PORT/pictures");
    vi.stubEnv("PGPASSWORD", "said");
    await ask("postgres://ann@127.0.0.1:PORT/pictures");
    await ask("postgres://ann:written@127.0.0.1:PORT/pictures");
    expect(given).toEqual(["kept", "said", "written"]);
    expect(warned).not.toHaveBeenCalled();
  });

  test("is left with a sentence, and at once, where there is none", async () => {
    vi.stubEnv("PGPASSFILE", "/nowhere");
    vi.stubEnv("PGPASSWORD", undefined);
    const { ask, given, closed } = await asking();
    const error = await ask("postgres://ann@127.0.0.1:PORT/pictures");
    expect(error).toBeInstanceOf(LibraryError);
    expect(error.message).toMatch(
      /^The database server of postgres:\/\/ann@127.0.0.1:\d+\/pictures asks for a password/,
    );
    await vi.waitUntil(() => closed() === 1);
    expect(given).toEqual([]);
  });
});
