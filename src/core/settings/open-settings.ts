import type { Keyv } from "keyv";
import { GlimpseError, LibraryError, messageOf } from "../errors.ts";
import type { Settings } from "../ports.ts";
import { createStore } from "./create-store.ts";

/** Keeps our keys apart from those of other programs that share a Redis or a database. */
const NAMESPACE = "glimpse";

/** What a store must implement; the catalog's key-value table, every keyv adapter and a Map do. */
export interface SettingsStore {
  get(key: string): unknown;
  set(key: string, value: string, ttlMs?: number): unknown;
  delete(key: string): unknown;
  clear(): unknown;
}

/** A store that was opened already and is closed with the settings, or the URL of one. */
export type SettingsPlace = { readonly store: SettingsStore } | { readonly url: string };

/**
 * Settings over any keyv store. Calls throw a LibraryError when the store fails; between calls it may fail
 * and recover unnoticed.
 * @throws UsageError when the URL's kind is unknown or the package for it is not installed
 */
export async function openSettings(place: SettingsPlace): Promise<Settings> {
  const store = "url" in place ? await createStore(place.url) : place.store;
  const where = "url" in place ? withoutSecrets(place.url) : "the library";
  const { Keyv: LoadedKeyv } = await import("keyv");
  const keyv = new LoadedKeyv({ store, namespace: NAMESPACE, throwOnErrors: true });
  const failing = failingOnErrors(keyv, where);
  return {
    get: (key) => failing(`Setting "${key}" could not be read`, () => keyv.get(key)),
    set: (key, value, ttlMs) =>
      failing(`Setting "${key}" could not be kept`, async () => {
        if (!(await keyv.set(key, value, ttlMs))) throw new Error("the store refused it");
      }),
    delete: (key) => failing(`Setting "${key}" could not be deleted`, () => keyv.delete(key)),
    close: () => failing("The settings could not be closed", () => keyv.disconnect()),
  };
}

/**
 * Some adapters only emit an error and then behave as if nothing was stored. A person's choice must not look
 * unset because a server is down, so an error emitted during a call fails that call. An emitted error does not identify
 * its call: every call in flight fails, since one that wrongly returns "unset" does harm, and one that wrongly fails
 * is retried. Without a listener it would end the process.
 */
function failingOnErrors(keyv: Keyv, where: string) {
  const underway = new Set<unknown[]>();
  keyv.on("error", (cause: unknown) => {
    for (const errors of underway) errors.push(cause);
  });
  return async <Value>(failure: string, call: () => Promise<Value>): Promise<Value> => {
    const errors: unknown[] = [];
    underway.add(errors);
    try {
      const value = await call();
      if (errors.length > 0) throw errors[0];
      return value;
    } catch (cause) {
      if (cause instanceof GlimpseError) throw cause;
      const reason = messageOf(cause);
      throw new LibraryError(`${failure} in ${where}: ${reason}. Check that the store is up and reachable.`, {
        cause,
      });
    } finally {
      underway.delete(errors);
    }
  };
}

function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
