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

/** What a library knows after adding everything that a scan found. */
async function knownAfter(folder: string): Promise<Map<string, KnownFile>> {
  const scan = online(await scanFolder(folder, new Map()));
  return new Map(scan.toRead.map((file) => [file.path, { ...file, id: "0".repeat(64) }]));
}

const namesOf = (folder: string, scan: Scan) => online(scan).toRead.map(({ path }) => relative(folder, path));

describe("what a scan finds", () => {
  test("pictures by extension in any case, at any depth, sorted by path", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "b.JPG": "x", "a/c.webp": "x", "a/d.txt": "x", "e.heic": "x", "z.gif": "x" });
    expect(namesOf(folder, await scanFolder(folder, new Map()))).toEqual([
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
        ".Trash-1000",
        ".dtrash",
      ],
      ...["#snapshot", "@Recently-Snapshot", "~snapshot", ".zfs", "@GMT-2024.05.01-10.00.00"],
      ...["lost+found", "System Volume Information", "@eaDir", "@EADIR", "__MACOSX", "FOUND.000"],
      ...["X.photoslibrary", "X.PhotosLibrary", "Catalog Previews.lrdata", "Old.aplibrary"],
    ];
    const seen = ["recycle", "Trash", "snapshot", "system", "photoslibrary", "lrdata", "constructor"];
    const inside = (names: string[]) => Object.fromEntries(names.map((name) => [`${name}/a.jpg`, "x"]));
    writePictures(folder, { ".hidden.jpg": "x", ...inside(leftOut), ...inside(seen) });
    expect(namesOf(folder, await scanFolder(folder, new Map()))).toEqual(
      seen.map((name) => `${name}/a.jpg`).sort(),
    );
  });

  test("nothing of a folder marked .nomedia, but all of one that was chosen itself", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "sub/.nomedia": "", "sub/a.jpg": "x", "sub/deep/b.jpg": "x", "c.jpg": "x" });
    expect(namesOf(folder, await scanFolder(folder, new Map()))).toEqual(["c.jpg"]);
    const sub = join(folder, "sub");
    expect(namesOf(sub, await scanFolder(sub, new Map()))).toEqual(["a.jpg", "deep/b.jpg"]);
    const recycleBin = join(folder, "#recycle");
    writePictures(recycleBin, { "d.jpg": "x" });
    expect(namesOf(recycleBin, await scanFolder(recycleBin, new Map()))).toEqual(["d.jpg"]);
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
    expect(namesOf(folder, await scanFolder(folder, new Map()))).toEqual([
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
    expect(namesOf(folder, await scanFolder(folder, new Map()))).toEqual(["sub/kept.gif", "sub/top.jpg"]);
  });

  test("symbolic links are not followed, neither out of the folder nor in a loop", async () => {
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    writePictures(outside, { "secret.jpg": "x" });
    writePictures(folder, { "own.jpg": "x" });
    symlinkSync(outside, join(folder, "door"));
    symlinkSync(join(outside, "secret.jpg"), join(folder, "secret.jpg"));
    symlinkSync(folder, join(folder, "circle"));
    expect(namesOf(folder, await scanFolder(folder, new Map()))).toEqual(["own.jpg"]);
  });

  test("names with newlines, bidi marks and emoji are ordinary names", async () => {
    const folder = temporaryFolder();
    const names = ["new\nline.jpg", "right\u202eto left.jpg", "🐕.jpg", "-rf.jpg", "a b'c\".jpg"];
    writePictures(folder, Object.fromEntries(names.map((name) => [name, "x"])));
    expect(namesOf(folder, await scanFolder(folder, new Map())).sort()).toEqual([...names].sort());
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
      expect(namesOf(folder, await scanFolder(folder, new Map())).sort()).toEqual(
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
    const scan = online(await scanFolder(folder, new Map()));
    expect(scan.toRead).toEqual([]);
    expect(scan.unnamable).toHaveLength(1);
  });
});

describe("what a scan compares", () => {
  test("an unchanged folder has nothing to read", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "a.jpg": "x", "b.jpg": "y" });
    const scan = online(await scanFolder(folder, await knownAfter(folder)));
    expect(scan).toMatchObject({ toRead: [], unchanged: 2, gone: [] });
  });

  test("a changed size or time is read again, a missing file is gone", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "size.jpg": "x", "time.jpg": "x", "gone.jpg": "x", "same.jpg": "x" });
    const known = await knownAfter(folder);
    writePictures(folder, { "size.jpg": "longer" });
    utimesSync(join(folder, "time.jpg"), new Date(0), new Date(0));
    rmSync(join(folder, "gone.jpg"));
    const scan = online(await scanFolder(folder, known));
    expect(namesOf(folder, scan)).toEqual(["size.jpg", "time.jpg"]);
    expect(scan.gone.map(({ path }) => path)).toEqual([join(folder, "gone.jpg")]);
  });

  test("a failed file is retried when it changed, when its cause may be transient, or on request", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "a.jpg": "x" });
    const [file] = online(await scanFolder(folder, new Map())).toRead;
    if (file === undefined) throw new Error("no file");
    const failed = (code: KnownFile["code"]) => new Map([[file.path, { ...file, code }]]);
    expect(namesOf(folder, await scanFolder(folder, failed("damaged")))).toEqual([]);
    expect(namesOf(folder, await scanFolder(folder, failed("denied")))).toEqual(["a.jpg"]);
    expect(namesOf(folder, await scanFolder(folder, failed("damaged"), { retryFailed: true }))).toEqual([
      "a.jpg",
    ]);
  });
});

describe("an offline folder", () => {
  test("missing, suddenly empty, or replaced by a file: offline, not deleted", async () => {
    const folder = join(temporaryFolder(), "photos");
    writePictures(folder, { "a.jpg": "x" });
    const known = await knownAfter(folder);
    renameSync(folder, `${folder}.moved`);
    expect(await scanFolder(folder, known)).toMatchObject({ state: "offline" });
    mkdirSync(folder);
    expect(await scanFolder(folder, known)).toMatchObject({
      state: "offline",
      reason: "the folder is suddenly empty",
    });
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "x");
    expect(await scanFolder(folder, known)).toMatchObject({ state: "offline" });
  });

  test("an empty folder that never held anything is simply empty", async () => {
    expect(await scanFolder(temporaryFolder(), new Map())).toMatchObject({ state: "online", toRead: [] });
  });

  test("a file added by itself that is missing is offline", async () => {
    const folder = temporaryFolder();
    writePictures(folder, { "a.jpg": "x" });
    expect(online(await scanFile(join(folder, "a.jpg"), new Map())).toRead).toHaveLength(1);
    expect(await scanFile(join(folder, "b.jpg"), new Map())).toMatchObject({ state: "offline" });
  });
});
