import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { type WatchOptions, watchFolders } from "../../../src/core/sources/watch-folders.ts";
import { watchEachFolder, watchWhole } from "../../../src/core/sources/watch-tree.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { writePictures } from "../../support/test-library.ts";

async function watching(roots: readonly string[], options: WatchOptions = {}) {
  const reported: (readonly string[])[] = [];
  let wake = () => {};
  const onChange = (changed: readonly string[]) => {
    reported.push(changed);
    wake();
  };
  const watcher = watchFolders(roots, onChange, { settleMs: 20, copiedMs: 50, lookMs: 50, ...options });
  onTestFinished(() => watcher.close());
  await watcher.ready;
  const next = async () => {
    if (reported.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return [...new Set(reported.splice(0).flat())];
  };
  /** Everything triggered so far has settled: only a new event can follow. */
  const settled = async () => {
    await delay(250);
    reported.length = 0;
  };
  return { reported, next, settled };
}

const onLinux = process.platform === "linux";
/** The watcher that Linux does not use is tested on Node's emulation of it. */
const kinds = { "one watch for the whole tree": watchWhole };
const kindsHere = onLinux ? { ...kinds, "a watch for each folder": watchEachFolder } : kinds;

describe.each(Object.entries(kindsHere))("with %s", (_, watchTree) => {
  test("a new picture reports only its root, and other files report nothing", async () => {
    const [photos, scans] = [temporaryFolder(), temporaryFolder()];
    const { reported, next } = await watching([photos, scans], { watchTree });
    expect(reported).toEqual([]);
    writePictures(photos, { "notes.txt": "x", ".hidden.jpg": "x", ".trash/c.jpg": "cat" });
    writePictures(scans, { "deep/a.jpg": "cat" });
    expect(await next()).toEqual([scans]);
  });

  test("whatever a scan would find changed is reported", async () => {
    const root = temporaryFolder();
    writePictures(root, { "a.jpg": "cat", "deep/er/b.jpg": "dog", "c.jpg": "cow" });
    const { next, settled } = await watching([root], { watchTree });
    const changes = [
      () => appendFileSync(join(root, "a.jpg"), "!"),
      () => appendFileSync(join(root, "deep/er/b.jpg"), "!"),
      () => renameSync(join(root, "a.jpg"), join(root, "deep/d.jpg")),
      () => rmSync(join(root, "c.jpg")),
      () => renameSync(join(root, "deep"), join(root, "depth")),
      () => appendFileSync(join(root, "depth/er/b.jpg"), "!"),
      () => writePictures(root, { "new/er/e.jpg": "fox" }),
      () => appendFileSync(join(root, "new/er/e.jpg"), "!"),
      () => rmSync(join(root, "new"), { recursive: true }),
      () => writePictures(root, { "new/er/e.jpg": "fox" }),
      () => appendFileSync(join(root, "new/er/e.jpg"), "!"),
      () => writePictures(root, { ".glimpseignore": "new" }),
    ];
    for (const change of changes) {
      change();
      expect(await next(), String(change)).toEqual([root]);
      await settled();
    }
  });

  test("a root that disappears is reported, and watched again once it is back", async () => {
    const root = join(temporaryFolder(), "disk");
    writePictures(root, { "a.jpg": "cat", "deep/b.jpg": "cat" });
    const { next, settled } = await watching([root], { watchTree });
    renameSync(root, `${root}-away`);
    expect(await next()).toEqual([root]);
    renameSync(`${root}-away`, root);
    expect(await next()).toEqual([root]);
    await settled();
    writePictures(root, { "c.jpg": "dog" });
    expect(await next()).toEqual([root]);
    await settled();
    writePictures(root, { "deep/c.jpg": "dog" });
    expect(await next()).toEqual([root]);
  });

  test("moving a picture from one root to another reports both at once", async () => {
    const [photos, scans] = [temporaryFolder(), temporaryFolder()];
    writePictures(photos, { "a.jpg": "cat" });
    const { reported, next } = await watching([photos, scans], { watchTree, copiedMs: 600, settleMs: 200 });
    renameSync(join(photos, "a.jpg"), join(scans, "a.jpg"));
    expect((await next()).sort()).toEqual([photos, scans].sort());
    expect(reported).toEqual([]);
  });

  test("a picture is reported once it is complete, however long the copy takes", async () => {
    const root = temporaryFolder();
    const { reported, next } = await watching([root], { watchTree, copiedMs: 300 });
    for (let part = 0; part < 10; part++) {
      appendFileSync(join(root, "a.jpg"), "part");
      await delay(100);
    }
    expect(reported).toEqual([]);
    expect(await next()).toEqual([root]);
  });
});

test("a folder that is deleted and immediately recreated is still watched", async () => {
  const root = temporaryFolder();
  writePictures(root, { "sub/er/a.jpg": "cat" });
  const { next, settled } = await watching([root]);
  rmSync(join(root, "sub"), { recursive: true });
  mkdirSync(join(root, "sub/er"), { recursive: true });
  expect(await next()).toEqual([root]);
  await settled();
  writePictures(root, { "sub/er/b.jpg": "dog" });
  expect(await next()).toEqual([root]);
});

test("a root on a network share is reported now and then, and announced once", async () => {
  const [share, local] = [temporaryFolder(), temporaryFolder()];
  const announced: unknown[] = [];
  const { next } = await watching([share, local], {
    rescanMs: 30,
    networkFileSystem: async (root) => (root === share ? "nfs4" : undefined),
    onNetwork: (...args) => announced.push(args),
  });
  for (let round = 0; round < 3; round++) expect(await next()).toEqual([share]);
  expect(announced).toEqual([[share, "nfs4", 30]]);
});

test("every root is reported now and then when that is wanted, and none when it is not", async () => {
  const [share, local] = [temporaryFolder(), temporaryFolder()];
  const isShare = async (root: string) => (root === share ? "cifs" : undefined);
  const each = await watching([share, local], {
    rescanMs: 30,
    rescanEach: true,
    networkFileSystem: isShare,
  });
  const seen = new Set<string>();
  while (seen.size < 2) for (const root of await each.next()) seen.add(root);
  expect([...seen].sort()).toEqual([share, local].sort());
  const none = await watching([share], {
    rescanMs: Number.POSITIVE_INFINITY,
    rescanEach: true,
    networkFileSystem: isShare,
  });
  await none.settled();
  writePictures(share, { "a.jpg": "cat" });
  expect(await none.next()).toEqual([share]);
});

test.skipIf(!onLinux)("individual pictures take no watches", async () => {
  const root = temporaryFolder();
  const names = Array.from({ length: 200 }, (_, at) => [`${at % 2}/${at}.jpg`, "cat"]);
  writePictures(root, Object.fromEntries(names));
  const before = watches();
  await watching([root]);
  expect(watches() - before).toBe(3);
});

/** Linux kernel watches held by this process. */
function watches(): number {
  const tables = readdirSync("/proc/self/fdinfo").map((descriptor) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8");
    } catch {
      return ""; // the one that read the folder
    }
  });
  return tables.join("\n").split("\ninotify ").length - 1;
}
