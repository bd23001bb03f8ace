import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { tryLock } from "../../../../src/core/catalog/connection/file-lock.ts";
import { startScript } from "../../../support/start-script.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const TIMES = 400;
const KILLS = 2;

const lockPath = () => join(temporaryFolder(), "lock");

function takeLocks(path: string, times: number, dies = false) {
  const args = [path, `${times}`, ...(dies ? ["dies"] : [])];
  const child = startScript(new URL("locking-child.ts", import.meta.url), args);
  if (!child.stdout) throw new Error("the child has no output");
  return Promise.all([text(child.stdout), once(child, "exit")]).then(([meetings]) => meetings);
}

test("one holder at a time within a process, and the file is deleted with the lock", () => {
  const path = lockPath();
  const lock = tryLock(path);
  expect(tryLock(path)).toBeUndefined();
  lock?.release();
  expect(existsSync(path)).toBe(false);
  const next = tryLock(path);
  expect(next).toBeDefined();
  next?.release();
});

test("a file left by a holder that was killed, or by an older version, is taken over", () => {
  for (const left of ["", "12345"]) {
    const path = lockPath();
    writeFileSync(path, left);
    const lock = tryLock(path) ?? tryLock(path);
    expect(lock).toBeDefined();
    lock?.release();
    expect(existsSync(path)).toBe(false);
  }
});

test("two processes that compete for it constantly never hold it at once", async () => {
  const path = lockPath();
  expect(await Promise.all([takeLocks(path, TIMES), takeLocks(path, TIMES)])).toEqual(["0", "0"]);
  expect(existsSync(path)).toBe(false);
});

test("when a holder is killed, one of two waiters takes over, never both", async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    const path = lockPath();
    writeFileSync(path, "12345");
    const dying = takeLocks(path, 20, true);
    expect(await Promise.all([takeLocks(path, 40), takeLocks(path, 40)])).toEqual(["0", "0"]);
    expect(await dying).toBe("");
  }
});
