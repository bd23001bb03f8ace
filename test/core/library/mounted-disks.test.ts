import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const OWN = { "a.jpg": "cat" };
const ON_DISK = { "disk/b.jpg": "dog", "disk/deep/c.jpg": "tree" };

/** A folder with a disk mounted according to `mounted`, and a library that added it while it was. */
async function addedWithDisk() {
  const folder = join(temporaryFolder(), "photos");
  writePictures(folder, { ...OWN, ...ON_DISK });
  const disk = join(folder, "disk");
  const mounted = { device: "2" as string | undefined };
  const deviceOf = async (path: string) => (path.startsWith(disk) ? (mounted.device ?? "1") : "1");
  const { library } = await openTestLibrary(temporaryFolder());
  const add = (paths: readonly string[] = []) => library.add(paths, { deviceOf });
  const online = async () => {
    const { hits } = await library.within(everything).find({ terms: [], sort: "newest" });
    const files = hits.flatMap(({ placements }) => placements.filter((at) => at.kind === "file"));
    return Object.fromEntries(files.map((at) => [at.path.slice(folder.length + 1), at.online]));
  };
  onTestFinished(() => library.close());
  await add([folder]);
  const unplug = () => {
    mounted.device = undefined;
    renameSync(disk, `${folder}-disk`);
    mkdirSync(disk);
  };
  const plugIn = (device = "2") => {
    mounted.device = device;
    rmSync(disk, { recursive: true });
    renameSync(`${folder}-disk`, disk);
  };
  return { folder, disk, library, add, online, unplug, plugIn, mounted };
}

describe("a disk that is mounted inside an added folder", () => {
  test("keeps its pictures, marked as offline, while it is unmounted, and restores them afterwards", async () => {
    const { disk, library, add, online, unplug, plugIn } = await addedWithDisk();
    unplug();
    for (let scan = 0; scan < 3; scan++)
      expect(await add()).toMatchObject({ removed: 0, unchanged: 1, offline: [disk] });
    expect(await online()).toEqual({ "a.jpg": true, "disk/b.jpg": false, "disk/deep/c.jpg": false });
    expect((await library.within(everything).status()).roots).toMatchObject([
      { state: "online", images: 3, away: [disk] },
    ]);
    plugIn();
    expect(await add()).toMatchObject({ added: 0, removed: 0, unchanged: 3, offline: [] });
    expect(Object.values(await online())).toEqual([true, true, true]);
    expect((await library.within(everything).status()).roots).toMatchObject([{ away: [] }]);
  });

  test("is also offline when its folder is gone too, or another disk is mounted there", async () => {
    const { disk, add, unplug, mounted } = await addedWithDisk();
    unplug();
    rmSync(disk, { recursive: true });
    expect(await add()).toMatchObject({ removed: 0, offline: [disk] });
    writePictures(disk, { "other.jpg": "boat" });
    mounted.device = "7";
    expect(await add()).toMatchObject({ added: 1, removed: 0, offline: [disk] });
    expect(await add()).toMatchObject({ removed: 0, unchanged: 2, offline: [disk] });
  });

  test("is also offline for a query within part of the folder", async () => {
    const { disk, add, unplug } = await addedWithDisk();
    unplug();
    expect(await add([disk])).toMatchObject({ removed: 0, offline: [disk] });
  });

  test("may have another device number after a reboot, and files deleted there are removed", async () => {
    const { disk, library, add, unplug, plugIn } = await addedWithDisk();
    unplug();
    await add();
    plugIn("9");
    rmSync(join(disk, "b.jpg"));
    expect(await add()).toMatchObject({ removed: 1, unchanged: 2, offline: [] });
    expect((await library.within(everything).status()).images).toBe(2);
  });

  test("is forgotten with the folder", async () => {
    const { folder, add, library, unplug } = await addedWithDisk();
    unplug();
    await add();
    await library.remove({ paths: [folder] });
    expect(await library.check()).toEqual([]);
    expect((await library.within(everything).status()).images).toBe(0);
    expect(await add([folder])).toMatchObject({ added: 1, offline: [] });
  });
});

const mayMount = (() => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const folder = temporaryPlace();
  try {
    mount(folder);
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  }
})();

function temporaryPlace(): string {
  return execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
}

function mount(folder: string): void {
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", folder], { stdio: "ignore" });
}

if (!mayMount) console.warn("Not tried: a real disk that goes away. It takes root and the right to mount.");

test.skipIf(!mayMount)("unmounting a real disk removes none of its pictures", async () => {
  const folder = join(temporaryFolder(), "photos");
  const disk = join(folder, "disk");
  mkdirSync(disk, { recursive: true });
  mount(disk);
  writePictures(folder, { ...OWN, ...ON_DISK });
  const { library } = await openTestLibrary(temporaryFolder());
  try {
    expect(await library.add([folder])).toMatchObject({ added: 3 });
  } finally {
    execFileSync("umount", [disk]);
  }
  expect(await library.add([])).toMatchObject({ removed: 0, unchanged: 1, offline: [disk] });
  expect((await library.within(everything).status()).images).toBe(3);
  mount(disk);
  try {
    writePictures(folder, ON_DISK);
    expect(await library.add([])).toMatchObject({ added: 0, removed: 0, offline: [] });
  } finally {
    execFileSync("umount", [disk]);
  }
  await library.close();
});
