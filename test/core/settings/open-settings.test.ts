import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openKeyValueTable } from "../../../src/core/catalog/key-value-table.ts";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { LibraryError, UsageError } from "../../../src/core/errors.ts";
import { createStore } from "../../../src/core/settings/create-store.ts";
import { openSettings } from "../../../src/core/settings/open-settings.ts";
import { describeSettings } from "../../support/settings-contract.ts";

async function temporaryPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "glimpse-settings-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "catalog.db");
}

/** A store whose every call does `fail`, reported as any keyv adapter reports errors. */
function failingStore(fail: (emit: (error: Error) => void) => unknown) {
  let emit = (_error: Error) => {};
  const call = async () => fail((error) => emit(error)) as never;
  return {
    opts: {},
    get: call,
    set: call,
    delete: call,
    clear: call,
    on(_event: string, listener: (error: Error) => void) {
      emit = listener;
      return this;
    },
  };
}

describe("in memory", () => describeSettings(() => openSettings({ store: new Map() })));

describe("in the catalog's file", () => {
  describeSettings(async () =>
    openSettings({ store: await openKeyValueTable({ path: await temporaryPath() }) }),
  );

  test("they are still there when the library is opened again", async () => {
    const path = await temporaryPath();
    const catalog = await openCatalog({ path });
    const settings = await openSettings({ store: await openKeyValueTable({ path }) });
    await settings.set("guild:1", { captions: true });
    await settings.close();
    const again = await openSettings({ store: await openKeyValueTable({ path }) });
    expect(await again.get("guild:1")).toEqual({ captions: true });
    await again.close();
    expect(await catalog.check()).toEqual([]);
    await catalog.close();
  });

  test("a library opened read-only returns settings and refuses to store any", async () => {
    const path = await temporaryPath();
    const settings = await openSettings({ store: await openKeyValueTable({ path }) });
    await settings.set("a", 1);
    await settings.close();
    const reading = await openSettings({ store: await openKeyValueTable({ path, readOnly: true }) });
    expect(await reading.get("a")).toBe(1);
    await expect(reading.set("a", 2)).rejects.toThrow(/open for reading only/);
    await reading.close();
  });
});

test.each([
  ["throws", () => Promise.reject(new Error("connect ECONNREFUSED"))],
  ["only emits an error", (emit: (error: Error) => void) => emit(new Error("connect ECONNREFUSED"))],
])("a store that %s fails the call with a sentence and ends no process", async (_how, fail) => {
  const settings = await openSettings({ store: failingStore(fail) });
  for (const call of [() => settings.get("a"), () => settings.set("a", 1), () => settings.delete("a")]) {
    await expect(call()).rejects.toThrow(LibraryError);
    await expect(call()).rejects.toThrow(/Setting "a" could not be .*ECONNREFUSED.*reachable/);
  }
});

test("a call that begins while another fails does not get its error, and no failed read looks like an unset value", async () => {
  let emit = (_error: Error) => {};
  const answers = new Map<string, () => void>();
  const store = {
    ...failingStore(() => undefined),
    get: (key: string) => new Promise<undefined>((resolve) => answers.set(key, () => resolve(undefined))),
    on(_event: string, listener: (error: Error) => void) {
      emit = listener;
      return this;
    },
  };
  const settings = await openSettings({ store });
  const person = settings.get("person");
  emit(new Error("connect ECONNREFUSED"));
  const other = settings.get("other");
  for (const answer of answers.values()) answer();
  await expect(person).rejects.toThrow(/Setting "person" could not be read .*ECONNREFUSED/);
  expect(await other).toBeUndefined();
});

test("concurrent calls each fail with an error of their own", async () => {
  const settings = await openSettings({
    store: failingStore((emit) => emit(new Error("connect ECONNREFUSED"))),
  });
  const calls = ["a", "b", "c"].map((key) => settings.get(key));
  const reasons = (await Promise.allSettled(calls)).map((call) => "reason" in call && String(call.reason));
  expect(reasons).toEqual(
    ["a", "b", "c"].map((key) => expect.stringContaining(`Setting "${key}" could not`)),
  );
});

test("a value that the store silently refuses is not reported as stored", async () => {
  const settings = await openSettings({ store: failingStore(() => false) });
  await expect(settings.set("a", 1)).rejects.toThrow(/Setting "a" could not be kept .*refused/);
});

test.each([
  ["redis://localhost:6379", "@keyv/redis"],
  ["postgresql://u:secret@db/x", "@keyv/postgres"],
  ["mysql://db/x", "@keyv/mysql"],
  ["mongodb+srv://db/x", "@keyv/mongo"],
])("%s names the package to install, and no password", async (url, name) => {
  const failure: unknown = await openSettings({ url }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UsageError);
  expect(String(failure)).toMatch(`npm install ${name}`);
  expect(String(failure)).not.toMatch("secret");
});

test.each(["ftp://host", "no url", ""])("%j is no place for settings", async (url) => {
  const failure: unknown = await openSettings({ url }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UsageError);
  expect(String(failure)).toMatch(/redis:\/\/localhost/);
});

test("the adapter is made with the URL as given", async () => {
  const made: string[] = [];
  class Adapter extends Map<string, unknown> {
    constructor(url: string) {
      super();
      made.push(url);
    }
  }
  await createStore("redis://user:pw@host:1/2", async (name) => {
    expect(name).toBe("@keyv/redis");
    return { default: Adapter as never };
  });
  expect(made).toEqual(["redis://user:pw@host:1/2"]);
});
