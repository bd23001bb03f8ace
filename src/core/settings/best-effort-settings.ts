import { ignoreLibraryError } from "../errors.ts";
import type { Settings } from "../ports.ts";

/**
 * Settings that nothing depends on: a value that cannot be read is absent, and one that cannot be stored is computed
 * again next time. So queries work on a read-only library, on a full disk, and while a settings server is down.
 */
export function bestEffortSettings(settings: Pick<Settings, "get" | "set">): Pick<Settings, "get" | "set"> {
  return {
    get: <Value>(key: string) => settings.get<Value>(key).catch(ignoreLibraryError),
    set: (key, value, ttlMs) => settings.set(key, value, ttlMs).catch(ignoreLibraryError),
  };
}
