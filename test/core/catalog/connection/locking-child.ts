import { existsSync, rmSync, writeFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { tryLock } from "../../../../src/core/catalog/connection/file-lock.ts";

/**
 * Takes a lock repeatedly, each time as soon as it can, and prints how often it found another holder. When it `dies`,
 * it does so while holding the lock.
 */
const [path = "", times = "1", dies] = process.argv.slice(2);
const mark = `${path}.held`;
let meetings = 0;
for (let taken = 0; taken < Number(times); await nextTurn()) {
  const lock = tryLock(path);
  if (lock === undefined) continue;
  taken += 1;
  if (existsSync(mark)) meetings += 1;
  writeFileSync(mark, "");
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  rmSync(mark, { force: true });
  if (dies && taken === Number(times)) process.kill(process.pid, "SIGKILL");
  lock.release();
}
process.stdout.write(String(meetings));
