import { setTimeout as pause } from "node:timers/promises";

/** Waits until the check no longer throws; rethrows its last error. */
export async function eventually<Value>(
  check: () => Value | Promise<Value>,
  withinMs = 10_000,
): Promise<Value> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(15);
    }
  }
}
