import { setTimeout as pause } from "node:timers/promises";

/** Far longer than anything takes on a busy machine: it only ends a test that would wait forever. */
const GIVE_UP_MS = 120_000;

/** Waits until the check no longer throws; rethrows its last error. */
export async function eventually<Value>(check: () => Value | Promise<Value>): Promise<Value> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(15);
    }
  }
}

/** Waits until the condition holds. */
export const waitUntil = (condition: () => unknown): Promise<void> =>
  eventually(() => {
    if (!condition()) throw new Error(`never came true: ${condition}`);
  });
