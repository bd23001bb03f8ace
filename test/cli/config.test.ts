import { homedir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { UsageError } from "../../src/core/errors.ts";

function stub(name: string, value: string): void {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test.each(["postgres://user:secret@host/db", "redis://localhost", "file:///photos", "HTTPS://example.com"])(
  "a library at %s is refused, and nothing of the address but its kind is repeated",
  (address) => {
    expect(() => readConfig({ library: address })).toThrow(UsageError);
    stub("GLIMPSE_LIBRARY", address);
    expect(() => readConfig()).toThrow(/is a folder.*:\/\/ address is none/);
    expect(() => readConfig()).not.toThrow(/secret|localhost|photos/);
  },
);

test("a folder may have a colon in its name", () => {
  expect(readConfig({ library: "/data/a:b" }).library).toBe("/data/a:b");
  expect(readConfig({ library: "~/a:b" }).library).toBe(join(homedir(), "a:b"));
});

test("models come over http, or from a folder", () => {
  for (const hub of ["https://mirror.example", "http://localhost:8080", "/mirror"]) {
    stub("GLIMPSE_HUB", hub);
    expect(readConfig().hub).toBe(hub);
  }
  stub("GLIMPSE_HUB", "s3://bucket");
  expect(() => readConfig()).toThrow(/s3:\/\/ address/);
});
