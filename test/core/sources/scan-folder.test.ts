import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import type { KnownFile } from "../../../src/core/ports.ts";
import { type Scan, scanFile, scanFolder } from "../../../src/core/sources/scan-folder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { writePictures } from "../../support/test-library.ts";

const online = (scan: Scan) => {
  if (scan.state === "offline") throw new Error(`offline: ${scan.reason}`);
  return scan;
};

/** In batches of two. */
async function* batches(known: readonly KnownFile[]) {
  for (let at = 0; at < known.length; at += 2) yield known.slice(at, at + 2);
}

const nothing = () => batches([]);

/** What a library knows after adding everything that a scan found. */
async function knownAfter(folder: string): Promise<KnownFile[]> {
  const scan = online(await scanFolder(folder, nothing()));
  return scan.added.map((file) => ({ ...file, id: "0".repeat(64) }));
}

/** Names of the files to be read, the new ones first. */
const namesOf = (folder: string, scan: Scan) =>
  [...online(scan).added, ...online(scan).changed].map(({ path }) => relative(folder, path));

describe("what a scan finds", () => {
  test("pictures by extension in any case, at any depth, sorted by path", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "b.JPG": "x", "a/c.webp": "x", "a/d.txt": "x", "e.heic": "x", "z.gif": "x" });
    expect(namesOf(folder, await scanFolder(folder, nothing()))).toEqual([
      "a/c.webp",
      "b.JPG",
      "e.heic",
      "z.gif",
    ]);
  });

  test("nothing hidden, and nothing of recycle bins, snapshots, systems and other programs, in whatever case", async () => {
    const folder = temporaryFolder();
    const leftOut = [
      ".git",
      ...[
        "#recycle",
        "#Recycle",
        "@Recycle",
        "$RECYCLE.BIN",
        "$Recycle.Bin",
        "RECYCLER",
        "RECYCLED",
        "Recycle Bin",
        "trashbox",
        "files_trashbin",
        ".Trash-1000",
        ".dtrash",
      ],
      ...[
        "#snapshot",
        "@Recently-Snapshot",
        "~snapshot",
        "files_versions",
        ".zfs",
        "@GMT-2024.05.01-10.00.00",
      ],
      ...["lost+found", "System Volume Information", "@eaDir", "@EADIR", "@__thumb", "__MACOSX", "FOUND.000"],
      ...["X.photoslibrary", "X.PhotosLibrary", "Catalog Previews.lrdata", "Old.aplibrary"],
      ...["Shoot.cocatalog", "Holiday.imovielibrary", "Cut.fcpbundle", "Home.tvlibrary", "Main.lrcat-data"],
    ];
    const seen = ["recycle", "Trash", "snapshot", "system", "photoslibrary", "lrdata", "constructor"];
    const inside = (names: string[]) => Object.fromEntries(names.map((name) => [`${name}/a.jpg`, "x"]));
    writePictures(folder, { ".hidden.jpg": "x", ...inside(leftOut), ...inside(seen) });
    expect(namesOf(folder, await scanFolder(folder, nothing()))).toEqual(
      seen.map((name) => `${name}/a.jpg`).sort(),
    );
  });

  test("nothing of a folder marked .nomedia, but all of one that was chosen itself", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "sub/.nomedia": "", "sub/a.jpg": "x", "sub/deep/b.jpg": "x", "c.jpg": "x" });
    expect(namesOf(folder, await scanFolder(folder, nothing()))).toEqual(["c.jpg"]);
    const sub = join(folder, "sub");
    expect(namesOf(sub, await scanFolder(sub, nothing()))).toEqual(["a.jpg", "deep/b.jpg"]);
    const recycleBin = join(folder, "#recycle");
    writePictures(recycleBin, { "d.jpg": "x" });
    expect(namesOf(recycleBin, await scanFolder(recycleBin, nothing()))).toEqual(["d.jpg"]);
  });

  test("nothing of a folder marked .NOMEDIA: cards and shares spell it as they like", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "sub/.NoMedia": "", "sub/a.jpg": "x", "c.jpg": "x" });
    expect(namesOf(folder, await scanFolder(folder, nothing()))).toEqual(["c.jpg"]);
  });

  test("what an ignore file takes back", async () => {
    const folder = temporaryFolder();
    writePictures(folder, {
      ".glimpseignore": "!*.photoslibrary/\n!.shown.jpg\n",
      "X.photoslibrary/originals/a.jpg": "x",
      "X.photoslibrary/.nomedia": "",
      ".shown.jpg": "x",
      ".hidden.jpg": "x",
      "#recycle/b.jpg": "x",
      "sub/.glimpseignore": "!\\#recycle/\n!.nomedia\n",
      "sub/#recycle/c.jpg": "x",
      "sub/marked/.nomedia": "",
      "sub/marked/d.jpg": "x",
    });
    expect(namesOf(folder, await scanFolder(folder, nothing()))).toEqual([
      ".shown.jpg",
      "sub/#recycle/c.jpg",
      "sub/marked/d.jpg",
    ]);
  });

  test("nothing that an ignore file matches, unless a deeper ignore file re-includes it", async () => {
    const folder = temporaryFolder();
    writePictures(folder, {
      ".glimpseignore": "*.gif\nprivate/\n/top.jpg\n",
      "top.jpg": "x",
      "sub/top.jpg": "x",
      "a.gif": "x",
      "private/b.jpg": "x",
      "sub/.glimpseignore": "!kept.gif\n",
      "sub/kept.gif": "x",
      "sub/lost.gif": "x",
    });
    expect(namesOf(folder, await scanFolder(folder, nothing()))).toEqual(["sub/kept.gif", "sub/top.jpg"]);
  });

  test("symbolic links are not followed, neither out of the folder nor in a loop", async () => {
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    writePictures(outside, { "secret.jpg": "x" });
    writePictures(folder, { "own.jpg": "x" });
    symlinkSync(outside, join(folder, "door"));
    symlinkSync(join(outside, "secret.jpg"), join(folder, "secret.jpg"));
    symlinkSync(folder, join(folder, "circle"));
    expect(namesOf(folder, await scanFolder(folder, nothing()))).toEqual(["own.jpg"]);
  });

  test("names with newlines, bidi marks and emoji are ordinary names", async () => {
    const folder = temporaryFolder();
    const names = ["new\nline.jpg", "right\u202eto left.jpg", "🐕.jpg", "-rf.jpg", "a b'c\".jpg"];
    writePictures(folder, Object.fromEntries(names.map((name) => [name, "x"])));
    expect(namesOf(folder, await scanFolder(folder, nothing())).sort()).toEqual([...names].sort());
  });

  test.skipIf(process.platform === "win32")(
    "names that look like patterns, next to an ignore file",
    async () => {
      const folder = temporaryFolder();
      const names = [
        "!a.jpg",
        "#b.jpg",
        "back\\slash.jpg",
        " .jpg",
        "~.jpg",
        "[c].jpg",
        "..d.jpg",
        "e\u001b[31m.jpg",
      ];
      writePictures(folder, {
        ".glimpseignore": "*.gif\n",
        ...Object.fromEntries(names.map((name) => [name, "x"])),
      });
      const isSeen = (name: string) => !name.startsWith(".");
      expect(namesOf(folder, await scanFolder(folder, nothing())).sort()).toEqual(
        names.filter(isSeen).sort(),
      );
    },
  );

  test.skipIf(process.platform !== "linux")("a name that is not valid UTF-8 is reported", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from(".jpg")]),
      "x",
    );
    const scan = online(await scanFolder(folder, nothing()));
    expect(scan.added).toEqual([]);
    expect(scan.unnamable).toHaveLength(1);
  });
});

describe("what a scan compares", () => {
  test("an unchanged folder has nothing to read", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "a.jpg": "x", "b.jpg": "y" });
    const scan = online(await scanFolder(folder, batches(await knownAfter(folder))));
    expect(scan).toMatchObject({ added: [], unchanged: 2, deleted: [] });
  });

  test("a changed size or time is read again, a missing file is gone", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "size.jpg": "x", "time.jpg": "x", "gone.jpg": "x", "same.jpg": "x" });
    const known = await knownAfter(folder);
    writePictures(folder, { "size.jpg": "longer" });
    utimesSync(join(folder, "time.jpg"), new Date(0), new Date(0));
    rmSync(join(folder, "gone.jpg"));
    const scan = online(await scanFolder(folder, batches(known)));
    expect(namesOf(folder, scan)).toEqual(["size.jpg", "time.jpg"]);
    expect(scan.deleted.map(({ path }) => path)).toEqual([join(folder, "gone.jpg")]);
  });

  test("a failed file is retried when it changed, when its cause may be transient, or on request", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "a.jpg": "x" });
    const [file] = online(await scanFolder(folder, nothing())).added;
    if (file === undefined) throw new Error("no file");
    const failed = (code: KnownFile["code"]) => batches([{ ...file, code }]);
    expect(namesOf(folder, await scanFolder(folder, failed("damaged")))).toEqual([]);
    expect(namesOf(folder, await scanFolder(folder, failed("denied")))).toEqual(["a.jpg"]);
    expect(namesOf(folder, await scanFolder(folder, failed("damaged"), { retryFailed: true }))).toEqual([
      "a.jpg",
    ]);
  });

  test("a file of which only its time of change differs is touched, unless that is not known", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "a.jpg": "x", "b.jpg": "x", "c.jpg": "x" });
    const [a, b, c] = await knownAfter(folder);
    if (!a || !b || !c) throw new Error("no files");
    const undated: string[] = [];
    const known = batches([{ ...a, changedAt: 1 }, { ...b, changedAt: undefined }, c]);
    const scan = online(
      await scanFolder(folder, known, {
        onUndated: async (files) => void undated.push(...files.map(({ path }) => path)),
      }),
    );
    expect(scan).toMatchObject({ touched: [{ path: a.path, id: a.id }], changed: [], unchanged: 2 });
    expect(undated).toEqual([b.path]);
  });

  test("names of every kind of character are compared in the order of their bytes", async () => {
    const folder = temporaryFolder();
    const names = [
      "é.jpg",
      "\ue000.jpg",
      "🐕.jpg",
      "a.jpg",
      "a/b.jpg",
      "a-.jpg",
      "a0.jpg",
      "\ufffd.jpg",
      "Z.jpg",
    ];
    writePictures(folder, Object.fromEntries(names.map((name) => [name, "x"])));
    const known = await knownAfter(folder);
    const bytes = (file: KnownFile) => Buffer.from(file.path);
    expect(known.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)))).toEqual(known);
    expect(known).toHaveLength(names.length);
    rmSync(join(folder, "🐕.jpg"));
    writePictures(folder, { "\uffee.jpg": "x" });
    const scan = online(await scanFolder(folder, batches(known)));
    expect(namesOf(folder, scan)).toEqual(["\uffee.jpg"]);
    expect(scan).toMatchObject({ unchanged: names.length - 1, deleted: [{ path: join(folder, "🐕.jpg") }] });
  });
});

describe("an offline folder", () => {
  test("missing, suddenly empty, or replaced by a file: offline, not deleted", async () => {
    const folder = join(temporaryFolder(), "photos");
    writePictures(folder, { "a.jpg": "x" });
    const known = await knownAfter(folder);
    renameSync(folder, `${folder}.moved`);
    expect(await scanFolder(folder, batches(known))).toMatchObject({ state: "offline" });
    mkdirSync(folder);
    expect(await scanFolder(folder, batches(known))).toMatchObject({
      state: "offline",
      reason: "the folder is suddenly empty",
    });
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "x");
    expect(await scanFolder(folder, batches(known))).toMatchObject({ state: "offline" });
  });

  test("an empty folder that never held anything is simply empty", async () => {
    expect(await scanFolder(temporaryFolder(), nothing())).toMatchObject({ state: "online", added: [] });
  });

  test("a file added by itself that is missing is offline", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "a.jpg": "x" });
    expect(online(await scanFile(join(folder, "a.jpg"), nothing())).added).toHaveLength(1);
    expect(await scanFile(join(folder, "b.jpg"), nothing())).toMatchObject({ state: "offline" });
  });
});
