import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { startScript } from "../../support/start-script.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const PICTURES = 60;
const HALF = PICTURES / 2;

/**
 * A folder of two folders, `a` read before `b`; one library adds it and calls `halfway` when it has come to `b`, another
 * is for what happens meanwhile.
 */
async function whileAdding(halfway: (at: Awaited<ReturnType<typeof setUp>>) => Promise<unknown>) {
  const at = await setUp();
  let meanwhile: Promise<unknown> | undefined;
  let isOver = false;
  at.onPicture = async (shows) => {
    if (!shows.startsWith("b")) return;
    meanwhile ??= halfway(at).finally(() => (isOver = true));
    // The run is at its pictures until it has looked for removals once more, which it does five times a second.
    while (!isOver && (await at.catalog.state.list("removal/")).size === 0) await sleep(10);
    if (!isOver) await sleep(300);
  };
  const report = await at.adding.add([at.folder]);
  expect(meanwhile).toBeDefined();
  await meanwhile;
  return { ...at, report };
}

async function setUp() {
  const [directory, folder] = [temporaryFolder(), join(temporaryFolder(), "photos")];
  const names = (part: string) =>
    Array.from({ length: HALF }, (_, at) => [`${part}/${100 + at}.jpg`, `${part} thing ${at}`]);
  writePictures(folder, Object.fromEntries([...names("a"), ...names("b")]));
  const at = {
    directory,
    folder,
    onPicture: (_: string): Promise<unknown> => Promise.resolve(),
  };
  const embedder = new FakeEmbedder({
    beforePicture: async (bytes) => void (await at.onPicture(Buffer.from(bytes).toString())),
  });
  const [one, two] = [await openTestLibrary(directory, { embedder }), await openTestLibrary(directory)];
  onTestFinished(async () => {
    await one.library.close();
    await two.library.close();
  });
  const images = async () => (await two.library.within(everything).status()).images;
  return Object.assign(at, { adding: one.library, other: two.library, catalog: two.catalog, images });
}

describe("what is removed while it is added", () => {
  test("an added folder ends its adding, stays removed, and nothing of it is counted", async () => {
    const { report, other, images, folder, catalog } = await whileAdding(({ other, folder }) =>
      other.remove({ paths: [folder] }),
    );
    expect(report).toMatchObject({ added: 0, known: 0, skipped: [], cancelled: false });
    expect(report.refused).toEqual([
      expect.objectContaining({
        origin: folder,
        reason: expect.stringMatching(/was removed from the library/),
      }),
    ]);
    expect(await other.roots()).toEqual([]);
    expect(await images()).toBe(0);
    expect(await other.failures()).toEqual([]);
    expect(await catalog.state.list("removal/")).toEqual(new Map());
    expect(await other.add([folder])).toMatchObject({ added: PICTURES });
  });

  test("a folder around it does the same, be it the root of the disk", async () => {
    const { report, other } = await whileAdding(({ other }) => other.remove({ paths: ["/"] }));
    expect(report).toMatchObject({ added: 0, refused: [{ code: "changed-while-reading" }] });
    expect(await other.roots()).toEqual([]);
  });

  test("a folder inside it goes for this run too, which then does the rest", async () => {
    const { report, other, images, folder } = await whileAdding(async ({ other, folder }) => {
      const inside = join(folder, "b");
      await other.remove({ paths: [inside] });
    });
    expect(report.skipped).toEqual([]);
    expect(report.added).toBeGreaterThanOrEqual(HALF);
    expect(await images()).toBe(HALF);
    expect(await other.failures()).toEqual([]);
    const next = await other.add([folder]);
    expect(next).toMatchObject({ added: HALF, unchanged: HALF });
  });

  test("files named one by one go too, and so does what the run had not come to", async () => {
    const { images, folder, catalog } = await whileAdding(async ({ other, folder }) => {
      await other.remove({ paths: [join(folder, "a/100.jpg")] });
    });
    expect(await catalog.files.placement(join(folder, "a/100.jpg"))).toBeUndefined();
    expect(await images()).toBe(PICTURES - 1);
  });

  test("by the same program, as the page does", async () => {
    const { report, other } = await whileAdding(({ adding, folder }) => adding.remove({ paths: [folder] }));
    expect(report.refused).toHaveLength(1);
    expect(await other.roots()).toEqual([]);
  });

  test("an addition that waits for its turn does not bring the folder back, one begun afterwards does", async () => {
    const { report, images } = await whileAdding(async ({ other, folder }) => {
      const waiting = other.add([folder]);
      await sleep(50);
      await other.remove({ paths: [folder] });
      expect(await waiting).toMatchObject({ added: 0, refused: [{ origin: folder }] });
      expect(await other.roots()).toEqual([]);
      await other.add([folder]);
    });
    expect(report.refused).toHaveLength(1);
    expect(await images()).toBe(PICTURES);
  });

  test("a run that does not make way keeps it from being removed, and a killed one does not", async () => {
    const { other, folder, directory, images } = await setUp();
    await other.add([join(folder, "a")]);
    const child = startScript(new URL("stuck-adding-child.ts", import.meta.url), [directory, folder]);
    await once(child.stdout ?? child, "data");
    const stop = new AbortController();
    const waits: string[] = [];
    const onWait = (root: string) => {
      waits.push(root);
      stop.abort(new Error("enough"));
    };
    await expect(other.remove({ paths: [folder] }, { onWait, signal: stop.signal })).rejects.toThrow(
      "enough",
    );
    expect(waits).toEqual([folder]);
    expect(await images()).toBe(HALF);
    await other.remove({ paths: [folder] }, { onWait: () => child.kill("SIGKILL") });
    expect(await other.roots()).toEqual([]);
  });
});

describe("a folder that goes away while it is added", () => {
  test("counts as offline, and none of its files as failed", async () => {
    const { report, adding, other, folder, images } = await whileAdding(async ({ folder }) =>
      renameSync(folder, `${folder}-moved`),
    );
    expect(report).toMatchObject({ skipped: [], removed: 0, offline: [folder] });
    expect(await adding.failures()).toEqual([]);
    expect(await images()).toBe(report.added);
    expect(report.added).toBeGreaterThanOrEqual(HALF);
    expect(await other.roots()).toMatchObject([{ path: folder, state: "offline" }]);
    renameSync(`${folder}-moved`, folder);
    expect(await other.add([])).toMatchObject({ added: PICTURES - report.added, unchanged: report.added });
    expect(await other.roots()).toMatchObject([{ state: "online" }]);
  });

  test("does so with a folder around it, and when another takes its place", async () => {
    const { report, adding, folder } = await whileAdding(async ({ folder }) => {
      const parent = dirname(folder);
      renameSync(parent, `${parent}-moved`);
      onTestFinished(() => rmSync(`${parent}-moved`, { recursive: true }));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "other.jpg"), "other");
    });
    expect(report).toMatchObject({ skipped: [], offline: [folder] });
    expect(await adding.failures()).toEqual([]);
  });

  test("takes only its own files along when it lies in the added one", async () => {
    const { report, adding, folder } = await whileAdding(async ({ folder }) =>
      renameSync(join(folder, "b"), join(dirname(folder), "elsewhere")),
    );
    expect(report).toMatchObject({ skipped: [], offline: [join(folder, "b")] });
    expect(await adding.failures()).toEqual([]);
    expect(await adding.roots()).toMatchObject([{ state: "online" }]);
    expect(existsSync(join(folder, "a"))).toBe(true);
  });

  test("is away when its disk is, though its folder is there", async () => {
    const at = await setUp();
    const disk = join(at.folder, "b");
    let device = "2";
    at.onPicture = async (shows) => {
      if (!shows.startsWith("b") || device === "1") return;
      device = "1";
      rmSync(disk, { recursive: true });
      mkdirSync(disk);
    };
    const deviceOf = async (path: string) => (path.startsWith(disk) ? device : "1");
    const report = await at.adding.add([at.folder], { deviceOf });
    expect(report).toMatchObject({ skipped: [], offline: [disk] });
    expect(await at.adding.failures()).toEqual([]);
    expect(await at.adding.add([], { deviceOf })).toMatchObject({ removed: 0, offline: [disk] });
  });
});
