import type { Catalog } from "../../src/core/ports.ts";

type StoreName = Exclude<keyof Catalog, "check" | "maintain" | "close">;

/** Every method of each store that changes the catalog. */
const WRITES = {
  images: ["put", "putPlacements", "putReread", "remove"],
  files: [
    "putRoot",
    "setRootState",
    "removeRoot",
    "putMounts",
    "putOtherKinds",
    "remove",
    "putFailures",
    "clearFailures",
  ],
  posts: ["remove", "setCaption", "eraseCaptions"],
  embeddings: ["put", "dropSpace", "setActiveModel"],
  tags: ["setFromModel", "put", "reject", "putAll", "setFromFiles", "rename", "remove", "replace"],
  texts: ["put"],
  readings: ["startWith", "put", "allow", "forbid"],
  verdicts: ["put"],
  marks: ["put", "withdraw", "erase", "remember"],
  maps: ["put", "add"],
  comparisons: ["put"],
  facts: ["setFromSidecars", "keepLocation"],
  state: ["set"],
  leases: ["acquire"],
} as const satisfies { readonly [Store in StoreName]: readonly (keyof Catalog[Store])[] };

export type WriteName = {
  [Store in StoreName]: `${Store}.${(typeof WRITES)[Store][number]}`;
}[StoreName];

export interface Write {
  readonly name: WriteName;
  readonly args: readonly unknown[];
}

/** The same catalog, with every call that changes it wrapped in `around`. */
export function aroundWrites(
  catalog: Catalog,
  around: (write: Write, run: () => Promise<unknown>) => Promise<unknown>,
): Catalog {
  const stores = Object.keys(WRITES).map((store) => [
    store,
    aroundStore(catalog, store as StoreName, around),
  ]);
  return { ...catalog, ...Object.fromEntries(stores) };
}

function aroundStore(
  catalog: Catalog,
  store: StoreName,
  around: (write: Write, run: () => Promise<unknown>) => Promise<unknown>,
): object {
  const writes: readonly string[] = WRITES[store];
  return new Proxy(catalog[store], {
    get(target, method) {
      const call: unknown = Reflect.get(target, method);
      if (typeof call !== "function" || !writes.includes(String(method))) return call;
      const name = `${store}.${String(method)}` as WriteName;
      return (...args: unknown[]) => around({ name, args }, async () => Reflect.apply(call, target, args));
    },
  });
}
