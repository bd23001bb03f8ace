import { homedir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { UsageError } from "../../src/core/errors.ts";

function stub(name: string, value: string): void {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test.each([
  "mysql://user:secret@host/db",
  "redis://localhost",
  "file:///photos",
  "HTTPS://example.com",
  "sqlite:/photos",
  "s3:bucket-of-photos",
  "<mysql://host/db>",
  "file:photos",
  " mysql:photos",
  "sqlserver:photos",
  "a:b:photos".replace("a:b", "ab"),
])("a library at %s is refused, and the error repeats only the scheme of the address", (address) => {
  expect(() => readConfig({ library: address })).toThrow(UsageError);
  stub("GLIMPSE_LIBRARY", address);
  expect(() => readConfig()).toThrow(/is a folder.*: address is neither/);
  expect(() => readConfig()).not.toThrow(/secret|localhost|photos/);
});

test("a folder may have a colon in its name", () => {
  expect(readConfig({ library: "/data/a:b" }).library).toBe("/data/a:b");
  expect(readConfig({ library: "~/a:b" }).library).toBe(join(homedir(), "a:b"));
  expect(readConfig({ library: "./a:b" }).library).toMatch(/\/a:b$/);
});

test.each([
  "postgres:x",
  '"postgres://host/db"',
  "postgres ://host/db",
  "postgresql:/x",
  "POSTGRES:",
  "postgress://host/db",
])("a server's address that is written wrong, %s, is no folder", (library) => {
  expect(() => readConfig({ library })).toThrow(/address of a PostgreSQL server begins with postgres:\/\//);
});

test.skipIf(process.platform === "win32").each(["C:\\photos", "c:/photos", "Z:"])(
  "a drive of Windows, %s, is no folder elsewhere",
  (library) => {
    expect(() => readConfig({ library })).toThrow(/has no drive [CZ]:/);
  },
);

test("models are downloaded over http, or read from a folder", () => {
  for (const hub of ["https://mirror.example", "http://localhost:8080", "/mirror"]) {
    stub("GLIMPSE_HUB", hub);
    expect(readConfig().hub).toBe(hub);
  }
  stub("GLIMPSE_HUB", "s3://bucket");
  expect(() => readConfig()).toThrow(/s3:\/\/ address/);
});

test("child processes get the variables they need and those of onnxruntime, and nothing secret", () => {
  stub("TZ", "Asia/Tokyo");
  stub("ORT_LOG_SEVERITY", "2");
  stub("DISCORD_TOKEN", "secret");
  const { env = {}, inspect } = readConfig().childProcess;
  expect(env).toMatchObject({ PATH: expect.any(String), TZ: "Asia/Tokyo", ORT_LOG_SEVERITY: "2" });
  expect(Object.values(env)).not.toContain("secret");
  expect(inspect).toBe(false);
});

test("what a GPU's driver needs to find its libraries reaches the child processes too", () => {
  const drivers = {
    LD_LIBRARY_PATH: "/usr/local/cuda/lib64",
    CUDA_VISIBLE_DEVICES: "1",
    VK_DRIVER_FILES: "/icd.json",
  };
  for (const [name, value] of Object.entries(drivers)) stub(name, value);
  expect(readConfig().childProcess.env).toMatchObject(drivers);
});

test("the device is named by a flag, else by the environment, else chosen", () => {
  expect(readConfig().devices).toEqual(["auto"]);
  stub("GLIMPSE_DEVICE", "cuda:0,cuda:1");
  expect(readConfig().devices).toEqual(["cuda:0", "cuda:1"]);
  expect(readConfig({ device: "CPU" }).devices).toEqual(["cpu"]);
  expect(() => readConfig({ device: "gpu" })).toThrow(/"gpu" is no device.*auto, cpu, cuda/);
  stub("GLIMPSE_DEVICE", "");
  expect(readConfig().devices).toEqual(["auto"]);
});

test.each([
  ["1", true],
  ["0", false],
  ["", false],
])("GLIMPSE_INSPECT=%s", (value, inspect) => {
  stub("GLIMPSE_INSPECT", value);
  expect(readConfig().childProcess.inspect).toBe(inspect);
});

test("the error names a GLIMPSE_INSPECT that is neither yes nor no", () => {
  stub("GLIMPSE_INSPECT", "9229");
  expect(() => readConfig()).toThrow(/GLIMPSE_INSPECT/);
});

test("a library on a PostgreSQL server is known by its address, and its models lie in the folder of this machine", () => {
  for (const address of ["postgres://user:secret@host/db", "PostgreSQL://host/db"]) {
    const { server, library } = readConfig({ library: address });
    expect(server).toBe(address);
    expect(library).not.toContain("host");
  }
  stub("GLIMPSE_LIBRARY", "postgres://host/db");
  expect(readConfig({ library: "/photos" })).toMatchObject({ library: "/photos", server: undefined });
});
