import type { Catalog } from "../../src/core/ports.ts";

/** Every method of the catalog that changes it. */
export const WRITES = [
  "putImages",
  "putPlacements",
  "putCaptureTimes",
  "putRoot",
  "setRootState",
  "putMounts",
  "putOtherKinds",
  "removeRoot",
  "removeFiles",
  "putFailures",
  "clearFailures",
  "removeDiscord",
  "setCaption",
  "forgetCaptions",
  "removeImages",
  "putEmbeddings",
  "dropSpace",
  "setActiveModel",
  "setModelTags",
  "putUserTag",
  "rejectTag",
  "putVerdict",
  "setState",
  "lease",
] as const satisfies readonly (keyof Catalog)[];

export type WriteName = (typeof WRITES)[number];

export interface Write {
  readonly name: WriteName;
  readonly args: readonly unknown[];
}

const isWrite = (name: string | symbol): name is WriteName => WRITES.some((write) => write === name);

/** The same catalog, with `around` in charge of every call that changes it. */
export function aroundWrites(
  catalog: Catalog,
  around: (write: Write, run: () => Promise<unknown>) => Promise<unknown>,
): Catalog {
  return new Proxy(catalog, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function" || !isWrite(name)) return method;
      return (...args: unknown[]) => around({ name, args }, async () => Reflect.apply(method, target, args));
    },
  });
}
