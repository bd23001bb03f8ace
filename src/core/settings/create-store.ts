import type { KeyvStoreAdapter } from "keyv";
import { UsageError } from "../errors.ts";

/** The keyv adapter for each kind of URL; all are optional installs. */
const adapters: Readonly<Record<string, string>> = {
  "redis:": "@keyv/redis",
  "rediss:": "@keyv/redis",
  "valkey:": "@keyv/valkey",
  "postgres:": "@keyv/postgres",
  "postgresql:": "@keyv/postgres",
  "mysql:": "@keyv/mysql",
  "mongodb:": "@keyv/mongo",
  "mongodb+srv:": "@keyv/mongo",
  "sqlite:": "@keyv/sqlite",
  "etcd:": "@keyv/etcd",
  "memcached:": "@keyv/memcache",
};

type Adapter = new (url: string) => KeyvStoreAdapter;

/** @throws UsageError when the URL's kind is unknown or the package for it is not installed */
export async function createStore(
  url: string,
  load: (name: string) => Promise<{ default: Adapter }> = (name) => import(name),
): Promise<KeyvStoreAdapter> {
  const kind = URL.canParse(url) ? new URL(url).protocol : "";
  const name = adapters[kind];
  if (!name) {
    throw new UsageError(
      `Settings cannot be kept at a "${kind || "?"}" address. Give a URL such as redis://localhost:6379; known are ${Object.keys(adapters).join(" ")}`,
    );
  }
  const { default: Store } = await load(name).catch((cause: unknown) => {
    throw new UsageError(`Settings at ${kind}// need the package ${name}. Install it: npm install ${name}`, {
      cause,
    });
  });
  return new Store(url);
}
