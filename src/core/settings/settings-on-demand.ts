import { LibraryError } from "../errors.ts";
import type { Settings } from "../ports.ts";

/** Settings whose store is opened by their first use, which many commands never come to. */
export function settingsOnDemand(open: () => Promise<Settings>): Settings {
  let opened: Promise<Settings> | undefined;
  let isClosed = false;
  const settings = async (): Promise<Settings> => {
    if (isClosed) throw new LibraryError("The library was closed: its settings are no longer open.");
    opened ??= open();
    return opened.catch((error: unknown) => {
      // Whatever was in the way may be gone at the next call.
      opened = undefined;
      throw error;
    });
  };
  return {
    get: async (key) => (await settings()).get(key),
    set: async (key, value, ttlMs) => (await settings()).set(key, value, ttlMs),
    delete: async (key) => (await settings()).delete(key),
    close: async () => {
      isClosed = true;
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}
