import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { PictureError, UsageError } from "../../../src/core/errors.ts";
import { describeNotRead } from "../../../src/core/index.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import { describeOtherKinds } from "../../../src/core/sources/other-kinds.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { startScript } from "../../support/start-script.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

async function setUp(pictures: Record<string, string>, embedder = new FakeEmbedder()) {
  const folder = temporaryFolder();
  writePictures(folder, pictures);
  return { folder, ...(await openTestLibrary(temporaryFolder(), { embedder })) };
}

const pathsFor = async (library: Awaited<ReturnType<typeof setUp>>["library"], text: string) => {
  const { hits } = await library.within(everything).find({ terms: [{ text }], limit: 1 });
  return hits.flatMap((hit) => hit.placements.flatMap((at) => (at.kind === "file" ? [at.path] : [])));
};

describe("adding a folder", () => {
  test("embeds each picture once, copies included, and nothing the second time", async () => {
    const { folder, library, embedder } = await setUp({
      "a.jpg": "cat",
      "b.jpg": "dog",
      "copy/of-a.jpg": "cat",
    });
    expect(await library.add([folder])).toMatchObject({ added: 2, known: 1, unchanged: 0, skipped: [] });
    expect(embedder.calls).toMatchObject({ read: 3, pictures: 2 });
    expect(await library.add([folder])).toMatchObject({ added: 0, known: 0, unchanged: 3 });
    expect(embedder.calls.pictures).toBe(2);
    expect(await pathsFor(library, "cat")).toEqual([join(folder, "a.jpg"), join(folder, "copy/of-a.jpg")]);
    await library.close();
  });

  test("with no path brings every added folder up to date", async () => {
    const { folder, library } = await setUp({ "a.jpg": "cat" });
    await library.add([folder]);
    writePictures(folder, { "b.jpg": "dog" });
    expect(await library.add([])).toMatchObject({ added: 1, unchanged: 1 });
    await library.close();
  });

  test("a path inside an added folder means that part of it, not a second root", async () => {
    const { folder, library } = await setUp({
      "sub/a.jpg": "cat",
      "sub/b.jpg": "dog",
      "other/c.jpg": "tree",
    });
    await library.add([folder]);
    writePictures(folder, { "sub/new.jpg": "boat", "sub/.hidden/x.jpg": "ghost", "other/new.jpg": "bread" });
    writePictures(folder, { ".glimpseignore": "drafts/", "sub/drafts/y.jpg": "draft" });
    rmSync(join(folder, "sub/b.jpg"));
    rmSync(join(folder, "other/c.jpg"));
    expect(await library.add([join(folder, "sub"), join(folder, "sub/drafts")])).toMatchObject({
      added: 1,
      removed: 1,
      unchanged: 1,
      offline: [],
    });
    expect(await library.add([join(folder, "other/new.jpg")])).toMatchObject({ added: 1, removed: 0 });
    expect(await library.add([join(folder, "sub/drafts")]), "ignored from above").toMatchObject({ added: 0 });
    expect(await library.roots()).toHaveLength(1);
    expect(await library.add([])).toMatchObject({ added: 0, removed: 1, unchanged: 3 });
    await expect(library.add([join(folder, "misspelt")])).rejects.toThrow(/no file or folder .*misspelt/);
    await library.close();
  });

  test("a subfolder that is suddenly empty may be an offline disk: nothing is forgotten", async () => {
    const { folder, library } = await setUp({ "disk/a.jpg": "cat", "b.jpg": "dog" });
    await library.add([folder]);
    rmSync(join(folder, "disk/a.jpg"));
    const part = join(folder, "disk");
    expect(await library.add([part])).toMatchObject({ offline: [part], removed: 0 });
    expect((await library.within(everything).status()).images).toBe(2);
    expect(await library.roots()).toMatchObject([{ path: folder, state: "online" }]);
    await library.close();
  });

  test("a folder absorbs the roots inside it, but not while one of them is offline", async () => {
    const { folder, library } = await setUp({ "a.jpg": "cat", "disk/b.jpg": "dog" });
    await library.add([join(folder, "disk")]);
    renameSync(join(folder, "disk"), `${folder}-unplugged`);
    await expect(library.add([folder])).rejects.toThrow(/disk was added before and is away/);
    expect((await library.within(everything).status()).images).toBe(1);
    renameSync(`${folder}-unplugged`, join(folder, "disk"));
    expect(await library.add([folder])).toMatchObject({ added: 1, unchanged: 1 });
    expect((await library.roots()).map(({ path }) => path)).toEqual([folder]);
    await library.close();
  });

  test("a moved file keeps its vector and its tags", async () => {
    const { folder, library, embedder } = await setUp({ "a.jpg": "cat", "b.jpg": "dog" });
    await library.add([folder]);
    const [cat] = (await library.within(everything).find({ terms: [{ text: "cat" }] })).hits;
    await library.tags.put(cat?.id ?? "", "pet");
    renameSync(join(folder, "a.jpg"), join(folder, "renamed.jpg"));
    expect(await library.add([folder])).toMatchObject({ added: 0, known: 1, removed: 1 });
    expect(embedder.calls.pictures).toBe(2);
    expect(await pathsFor(library, "cat")).toEqual([join(folder, "renamed.jpg")]);
    expect((await library.within(everything).image(cat?.id ?? "")).tags).toMatchObject([
      { tag: "pet", by: "person" },
    ]);
    await library.close();
  });

  test("a file moved from one added folder to another keeps its vector and its tags", async () => {
    const { folder, library, embedder } = await setUp({ "one/a.jpg": "cat", "two/b.jpg": "dog" });
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    await library.add([one, two]);
    const { hits } = await library.within(everything).find({ terms: [{ text: "cat" }], limit: 1 });
    await library.tags.put(hits[0]?.id ?? "", "pet");
    renameSync(join(one, "a.jpg"), join(two, "a.jpg"));
    writePictures(one, { "other.jpg": "tree" });
    expect(await library.add([])).toMatchObject({ added: 1, known: 1, removed: 1 });
    expect(embedder.calls.pictures).toBe(3);
    expect((await library.within(everything).image(hits[0]?.id ?? "")).tags).toMatchObject([{ tag: "pet" }]);
    await library.close();
  });

  test("an explicitly added file that scans exclude stays, and one that is not read is reported", async () => {
    const { folder, library } = await setUp({
      "in/photo": "cat",
      "in/.hidden.jpg": "dog",
      "in/b.jpg": "tree",
    });
    await library.add([join(folder, "in/photo"), join(folder, "in/.hidden.jpg")]);
    expect(await library.add([folder])).toMatchObject({ added: 1, unchanged: 2, removed: 0 });
    writePictures(folder, { "in/film.wmv": "boat" });
    const film = join(folder, "in/film.wmv");
    expect(await library.add([film])).toMatchObject({
      added: 0,
      refused: [{ origin: film, reason: "Files of the kind WMV are not read." }],
    });
    rmSync(join(folder, "in/photo"));
    expect(await library.add([folder])).toMatchObject({ unchanged: 2, removed: 1 });
    await library.close();
  });

  test.skipIf(process.platform !== "linux")("a name that cannot be stored is still reported", async () => {
    const { folder, library } = await setUp({ "a.jpg": "cat" });
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff]), Buffer.from(".jpg")]),
      "dog",
    );
    for (let run = 0; run < 3; run++) {
      expect(await library.add([folder])).toMatchObject({ removed: 0 });
      expect(await library.failures()).toHaveLength(1);
    }
    await library.close();
  });

  // Permissions do not apply to root.
  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "files without read permission are reported and kept, not treated as deleted",
    async () => {
      const { folder, library } = await setUp({
        "a.jpg": "cat",
        "listed/b.jpg": "dog",
        "shut/c.jpg": "tree",
      });
      await library.add([folder]);
      chmodSync(join(folder, "listed"), 0o444);
      chmodSync(join(folder, "shut"), 0o000);
      try {
        for (let run = 0; run < 3; run++) {
          expect(await library.add([folder])).toMatchObject({ removed: 0, unchanged: 1 });
          expect(await library.failures()).toHaveLength(2);
        }
      } finally {
        for (const name of ["listed", "shut"]) chmodSync(join(folder, name), 0o755);
      }
      expect(await library.add([folder])).toMatchObject({ added: 0, removed: 0, known: 1, unchanged: 2 });
      expect(await library.failures()).toEqual([]);
      await library.close();
    },
  );

  test("a changed file is embedded again and the old picture is erased", async () => {
    const { folder, library } = await setUp({ "a.jpg": "cat", "b.jpg": "tree" });
    await library.add([folder]);
    writePictures(folder, { "a.jpg": "elephant" });
    expect(await library.add([folder])).toMatchObject({ added: 1, unchanged: 1 });
    expect((await library.within(everything).status()).images).toBe(2);
    expect(await pathsFor(library, "elephant")).toEqual([join(folder, "a.jpg")]);
    await library.close();
  });

  test("a deleted file disappears from the results, an offline folder does not", async () => {
    const { folder, library } = await setUp({ "a.jpg": "cat", "b.jpg": "dog" });
    await library.add([folder]);
    rmSync(join(folder, "b.jpg"));
    expect(await library.add([folder])).toMatchObject({ removed: 1, unchanged: 1 });
    renameSync(folder, `${folder}-away`);
    expect(await library.add([])).toMatchObject({ offline: [folder], removed: 0 });
    const [hit] = (await library.within(everything).find({ terms: [{ text: "cat" }] })).hits;
    expect(hit?.placements).toMatchObject([{ path: join(folder, "a.jpg"), online: false }]);
    renameSync(`${folder}-away`, folder);
    expect(await library.add([])).toMatchObject({ offline: [], unchanged: 1 });
    await library.close();
  });

  test("broken files are skipped with their reason, listed later, and not read again", async () => {
    const { folder, library } = await setUp({
      "a.jpg": "cat",
      "bad.jpg": "broken",
      "empty.jpg": "",
      "no.jpg": "text",
    });
    const report = await library.add([folder]);
    expect(report.added).toBe(1);
    expect(report.skipped.map(({ code }) => code).sort()).toEqual(["damaged", "empty", "not-a-picture"]);
    expect(await library.failures()).toHaveLength(3);
    expect(await library.add([folder])).toMatchObject({ unchanged: 4, skipped: [] });
    writePictures(folder, { "bad.jpg": "mended bird" });
    expect(await library.add([folder])).toMatchObject({ added: 1 });
    expect(await library.failures()).toHaveLength(2);
    await library.close();
  });

  test("a system failure is retried, a failure of the picture is not", async () => {
    let crashes = 1;
    const embedder = new FakeEmbedder({
      beforePicture: () => {
        if (crashes-- > 0) throw new PictureError("unreadable", "the disk could not read it");
      },
    });
    const { folder, library } = await setUp({ "a.jpg": "cat" }, embedder);
    expect((await library.add([folder])).skipped).toMatchObject([{ code: "unreadable" }]);
    expect(await library.add([folder])).toMatchObject({ added: 1 });
    expect(await library.failures()).toEqual([]);
    await library.close();
  });

  test("an aborted run keeps what was committed and the next one continues", async () => {
    const stop = new AbortController();
    let seen = 0;
    const embedder = new FakeEmbedder({
      beforePicture: () => {
        if (++seen === 40) stop.abort();
      },
    });
    const pictures = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`${at}.jpg`, `picture number ${at}`]),
    );
    const { folder, library } = await setUp(pictures, embedder);
    const report = await library.add([folder], { signal: stop.signal });
    expect(report.cancelled).toBe(true);
    expect(report.added).toBeLessThan(100);
    expect((await library.within(everything).status()).images).toBe(report.added);
    expect(await library.add([folder])).toMatchObject({ added: 100 - report.added, unchanged: report.added });
    await library.close();
  });

  test("the error names a path that does not exist", async () => {
    const { folder, library } = await setUp({});
    await expect(library.add([folder, `${folder}-nowhere`])).rejects.toThrow(/no file or folder .*nowhere/);
    expect(await library.roots()).toEqual([]);
    await library.close();
  });

  test("an explicitly added file that is no picture is refused, and leaves nothing behind", async () => {
    const { folder, library } = await setUp({ "a.jpg": "cat", "notes.txt": "text", "empty.jpg": "" });
    const [notes, empty] = [join(folder, "notes.txt"), join(folder, "empty.jpg")];
    const report = await library.add([notes, empty, join(folder, "a.jpg")]);
    expect(report).toMatchObject({ added: 1, skipped: [] });
    expect(report.refused.map(({ origin, code }) => [origin, code]).sort()).toEqual([
      [empty, "empty"],
      [notes, "not-a-picture"],
    ]);
    expect((await library.roots()).map(({ path }) => path)).toEqual([join(folder, "a.jpg")]);
    expect(await library.failures()).toEqual([]);
    await library.close();
  });

  test("a file of an added folder that is named and does not become a picture is refused, each time", async () => {
    const files = {
      "a.jpg": "cat",
      "notes.txt": "text",
      "empty.jpg": "",
      ".hidden.jpg": "dog",
      "b.CRW": "raw",
    };
    const { folder, library } = await setUp(files);
    await library.add([folder]);
    const refusedOf = async (...names: string[]) => {
      const { refused, skipped, text, ...report } = await library.add(
        names.map((name) => join(folder, name)),
      );
      expect(skipped).toEqual([]);
      return { refused: refused.map(({ origin }) => basename(origin)).sort(), text, ...report };
    };
    for (const name of ["notes.txt", "empty.jpg", ".hidden.jpg", "b.CRW"])
      for (let time = 0; time < 2; time++)
        expect(await refusedOf(name), name).toMatchObject({ refused: [name], text: undefined });
    expect(await refusedOf(".", "notes.txt")).toMatchObject({ refused: ["notes.txt"], unchanged: 2 });
    expect(await refusedOf("a.jpg", "notes.txt", "empty.jpg")).toMatchObject({
      refused: ["empty.jpg", "notes.txt"],
      unchanged: 1,
    });
    // What a scan of the folder would not have met leaves nothing behind.
    expect((await library.failures()).map(({ origin }) => basename(origin))).toEqual(["empty.jpg"]);
    await library.close();
  });

  test.skipIf(process.platform === "win32")(
    "devices, pipes and sockets are refused when added explicitly, and skipped in a folder",
    async () => {
      const { folder, library } = await setUp({ "a.jpg": "cat" });
      const [pipe, socket] = [join(folder, "pipe.jpg"), join(folder, "socket.jpg")];
      execFileSync("mkfifo", [pipe]);
      const server = createServer().listen(socket);
      await once(server, "listening");
      for (const [path, what] of [
        ["/dev/null", "a device"],
        [pipe, "a pipe"],
        [socket, "a socket"],
      ] as const) {
        await expect(library.add([folder, path])).rejects.toThrow(UsageError);
        await expect(library.add([folder, path])).rejects.toThrow(`${path} is ${what}`);
      }
      expect(await library.roots()).toEqual([]);
      expect(await library.add([folder])).toMatchObject({ added: 1, skipped: [], refused: [] });
      server.close();
      await library.close();
    },
  );

  test("unsupported pictures and videos are counted in the report and the status", async () => {
    const { folder, library } = await setUp({
      "a.jpg": "cat",
      "b.CRW": "raw",
      "sub/c.jxl": "jxl",
      "sub/d.wmv": "film",
      "sub/e.WMV": "film",
      "notes.txt": "text",
      "scan.pdf": "scan",
      ".hidden.wmv": "film",
    });
    const otherKinds = { CRW: 1, JXL: 1, PDF: 1, WMV: 2 };
    expect((await library.add([folder])).otherKinds).toEqual(otherKinds);
    expect(describeOtherKinds(otherKinds)).toBe("5 files of kinds not read: 2 WMV, 1 CRW, 1 JXL, 1 PDF");
    expect((await library.add([join(folder, "sub")])).otherKinds).toEqual({ JXL: 1, WMV: 2 });
    expect((await library.within(everything).status()).roots).toMatchObject([{ otherKinds }]);
    // Named itself, it is refused, with the reason.
    const named = join(folder, "b.CRW");
    expect(await library.add([named])).toMatchObject({
      otherKinds: {},
      refused: [{ origin: named, code: "unsupported-format", reason: expect.stringContaining("CRW") }],
    });
    rmSync(named);
    await library.add([]);
    expect((await library.within(everything).status()).roots).toMatchObject([
      { otherKinds: { JXL: 1, WMV: 2 } },
    ]);
    await library.remove({ paths: [folder] });
    expect(await library.check()).toEqual([]);
    await library.close();
  });

  test("files whose decoder is missing are counted by their kind, and tried again once it is there", async () => {
    let isThere = false;
    const heic = new PictureError("decoder-missing", "Install it.");
    const embedder = new FakeEmbedder({
      beforePicture: (bytes) => {
        if (!isThere && Buffer.from(bytes).toString().startsWith("heic")) throw heic;
      },
    });
    const { folder, library } = await setUp(
      { "a.HEIC": "heic 1", "b.heif": "heic 2", "c.heic": "cat", "d.hif": "heic 3" },
      embedder,
    );
    const found = { added: 1, skipped: [], otherKinds: { HEIC: 1, HEIF: 1, HIF: 1 } };
    expect(await library.add([folder])).toMatchObject(found);
    expect((await library.within(everything).status()).roots).toMatchObject([
      { otherKinds: found.otherKinds },
    ]);
    const named = join(folder, "a.HEIC");
    writePictures(folder, { "a.HEIC": "heic once more" });
    expect(await library.add([named])).toMatchObject({ refused: [{ origin: named }], otherKinds: {} });
    isThere = true;
    expect(await library.add([folder])).toMatchObject({ added: 3, skipped: [], otherKinds: {} });
    await library.close();
  });

  test("what is left out is counted by its reason, in the report and in the status", async () => {
    const { folder, library } = await setUp({
      "a.jpg": "cat",
      "b.wmv": "film",
      "#recycle/c.jpg": "dog",
      "sub/@Recycle/deep/d.jpg": "cow",
      "sub/@Recycle/notes.txt": "text",
      "WhatsApp/.nomedia": "",
      "WhatsApp/e.jpg": "fox",
      "WhatsApp/sent/f.jpg": "hen",
      "@Recently-Snapshot/one/a.jpg": "cat",
      "Photos.photoslibrary/originals/g.jpg": "pig",
      ".hidden.jpg": "owl",
      ".thumbnails/h.jpg": "owl",
      ".glimpseignore": "drafts/\n*.gif\n",
      "drafts/i.jpg": "elk",
      "j.gif": "ant",
    });
    const report = await library.add([folder]);
    const leftOut = {
      "recycle-bin": { pictures: 2, folders: 2 },
      nomedia: { pictures: 2, folders: 1 },
      snapshot: { pictures: 0, folders: 1 },
      "photo-library": { pictures: 0, folders: 1 },
      hidden: { pictures: 1, folders: 1 },
      glimpseignore: { pictures: 1, folders: 1 },
    };
    expect(report).toMatchObject({ added: 1, skipped: [], leftOut, nowLeftOut: {} });
    expect(describeNotRead([report])).toBe(
      "1 file of a kind not read: 1 WMV; pictures left out: 2 in a recycle bin, 2 in folders marked .nomedia, 1 hidden, 1 listed in a .glimpseignore; folders not looked into: 1 of snapshots, 1 of other programs' photo libraries, 1 hidden, 1 listed in a .glimpseignore",
    );
    expect((await library.within(everything).status()).roots).toMatchObject([{ leftOut }]);
    const bin = join(folder, "#recycle");
    expect(await library.add([bin])).toMatchObject({
      added: 0,
      refused: [{ origin: bin, reason: expect.stringContaining("in a recycle bin") }],
    });
    await library.remove({ paths: [folder] });
    expect(await library.check()).toEqual([]);
    await library.close();
  });

  test("pictures that are left out now leave the library, and the report says so", async () => {
    const { folder, library } = await setUp({
      ".glimpseignore": "!\\#recycle/\n!*.photoslibrary/\n!.nomedia\n",
      "#recycle/a.jpg": "cat",
      "b.photoslibrary/originals/b.jpg": "dog",
      "sub/.nomedia": "",
      "sub/c.jpg": "tree",
    });
    expect(await library.add([folder]), "all are taken back").toMatchObject({ added: 3, leftOut: {} });
    writePictures(folder, { ".glimpseignore": "" });
    expect(await library.add([folder])).toMatchObject({
      removed: 3,
      offline: [],
      nowLeftOut: { "recycle-bin": 1, "photo-library": 1, nomedia: 1 },
    });
    expect((await library.within(everything).status()).images).toBe(0);
    await library.close();
  });

  test("what was too large is tried again when the limit has grown, and not before", async () => {
    const [home, folder] = [temporaryFolder(), temporaryFolder()];
    writePictures(folder, { "a.jpg": "cat", "large.jpg": "a scan of a map" });
    const addWith = async (maxBytes: number) => {
      const tooLarge = new PictureError("too-many-pixels", "It takes too much memory.");
      const fake = new FakeEmbedder({
        beforePicture: (bytes) => {
          if (bytes.length > maxBytes) throw tooLarge;
        },
      });
      const embedder = Object.assign(fake, { maxBytes });
      const { library } = await openTestLibrary(home, { embedder });
      const { added, skipped, unchanged } = await library.add([folder]);
      await library.close();
      return { added, skipped: skipped.map(({ code }) => code), unchanged };
    };
    expect(await addWith(12)).toEqual({ added: 1, skipped: ["too-many-pixels"], unchanged: 0 });
    expect(await addWith(12)).toEqual({ added: 0, skipped: [], unchanged: 2 });
    expect(await addWith(1000)).toEqual({ added: 1, skipped: [], unchanged: 1 });
  });

  test("a file far too large for a picture is skipped unread, and read when it has shrunk", async () => {
    const { folder, library, embedder } = await setUp({ "a.jpg": "cat", "huge.jpg": "dog" });
    truncateSync(join(folder, "huge.jpg"), 2 ** 41);
    const report = await library.add([folder]);
    expect(report).toMatchObject({ added: 1, skipped: [{ code: "too-many-bytes" }] });
    expect(embedder.calls.pictures).toBe(1);
    truncateSync(join(folder, "huge.jpg"), 3);
    expect(await library.add([])).toMatchObject({ added: 1, skipped: [] });
    await library.close();
  });

  test.skipIf(process.platform === "win32")(
    "files that vanish or turn into something else before they are read are skipped with a reason",
    async () => {
      const names = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"];
      const folder = temporaryFolder();
      writePictures(folder, Object.fromEntries(names.map((name) => [name, name])));
      const [, b = "", c = "", d = "", e = ""] = names.map((name) => join(folder, name));
      const around = (catalog: Catalog): Catalog => ({
        ...catalog,
        files: {
          ...catalog.files,
          // After the scan and before any file is read.
          putLeftOut: async () => {
            for (const path of [b, c, d, e]) rmSync(path);
            mkdirSync(c);
            execFileSync("mkfifo", [d]);
            symlinkSync(e, e);
          },
        },
      });
      const { library } = await openTestLibrary(temporaryFolder(), { around });
      const { added, skipped } = await library.add([folder]);
      expect(added).toBe(1);
      expect(skipped.map(({ origin, code }) => [origin, code]).sort()).toEqual([
        [b, "changed-while-reading"],
        [c, "unreadable"],
        [d, "unreadable"],
        [e, "unreadable"],
      ]);
      await library.close();
    },
  );

  test("a file that changed and was given its former size and time is noticed", async () => {
    const { folder, library } = await setUp({ "a.jpg": "cat", "b.jpg": "tree", "c.jpg": "broken" });
    const at = new Date(2020, 1, 1);
    const rewrite = async (pictures: Record<string, string>) => {
      await sleep(5);
      writePictures(folder, pictures);
      for (const name of Object.keys(pictures)) utimesSync(join(folder, name), at, at);
    };
    await rewrite({ "a.jpg": "cat", "c.jpg": "broken" });
    await library.add([folder]);
    await rewrite({ "a.jpg": "dog", "c.jpg": "boat 1" });
    expect(await library.add([])).toMatchObject({ added: 2, unchanged: 1, skipped: [] });
    expect(await pathsFor(library, "dog")).toEqual([join(folder, "a.jpg")]);
    expect((await library.within(everything).status()).images).toBe(3);
    await library.close();
  });

  test("files whose mode or links changed are hashed once, and not embedded again", async () => {
    const { folder, library, embedder } = await setUp({ "a.jpg": "cat", "b.jpg": "tree" });
    const stages = new Set<string>();
    const add = () => {
      stages.clear();
      return library.add([folder], { onProgress: ({ stage }) => stages.add(stage) });
    };
    await add();
    await sleep(5);
    chmodSync(join(folder, "a.jpg"), 0o600);
    linkSync(join(folder, "b.jpg"), join(temporaryFolder(), "b.jpg"));
    expect(await add()).toMatchObject({ added: 0, known: 0, unchanged: 2, skipped: [] });
    expect(stages).toContain("checking");
    expect(await add()).toMatchObject({ unchanged: 2 });
    expect(stages).not.toContain("checking");
    expect(embedder.calls.pictures).toBe(2);
    await library.close();
  });

  test("files of a library that did not record change times are taken as unchanged, and watched from then on", async () => {
    const directory = temporaryFolder();
    const folder = temporaryFolder();
    writePictures(folder, { "a.jpg": "cat" });
    const at = new Date(2020, 1, 1);
    utimesSync(join(folder, "a.jpg"), at, at);
    const { library, embedder } = await openTestLibrary(directory);
    await library.add([folder]);
    const db = new Database(join(directory, "catalog.db"));
    db.exec("UPDATE files SET changed_at = NULL");
    db.close();
    expect(await library.add([])).toMatchObject({ unchanged: 1 });
    await sleep(5);
    writePictures(folder, { "a.jpg": "dog" });
    utimesSync(join(folder, "a.jpg"), at, at);
    expect(await library.add([])).toMatchObject({ added: 1, unchanged: 0 });
    expect(embedder.calls.pictures).toBe(2);
    await library.close();
  });

  test("reading everything again replaces what is known of a picture, but not what a user said of it", async () => {
    let width = 640;
    const embedder = new FakeEmbedder({
      facts: () => ({
        width,
        takenAt: { wallClock: width, source: "xmp" },
        thumbnail: Buffer.from(`thumbnail ${width}`),
        fingerprint: Buffer.from(`fingerprint ${width}`),
      }),
    });
    const { folder, library, catalog } = await setUp({ "a.jpg": "cat", "copy.jpg": "cat" }, embedder);
    await library.add([folder]);
    const view = library.within(everything);
    const { id } = await view.resolveImage(join(folder, "a.jpg"));
    await library.tags.put(id, "pet");
    width = 320;
    embedder.place(Buffer.from("cat"), "dog");
    expect(await library.add([])).toMatchObject({ unchanged: 2 });
    expect(await view.image(id)).toMatchObject({ width: 640 });
    expect(await library.add([], { rereadAll: true })).toMatchObject({ added: 0, known: 2, unchanged: 0 });
    expect(embedder.calls.pictures).toBe(2);
    expect(await view.image(id)).toMatchObject({
      width: 320,
      takenAt: { wallClock: 320 },
      tags: [{ tag: "pet", by: "person" }],
    });
    expect(Buffer.from((await catalog.images.thumbnail(id)) ?? []).toString()).toBe("thumbnail 320");
    const [image] = await catalog.images.byId([id]);
    expect(Buffer.from((await catalog.images.fingerprint(image?.key ?? 0)) ?? []).toString()).toBe(
      "fingerprint 320",
    );
    const { hits } = await view.find({ terms: [{ text: "dog" }], sort: "newest" });
    expect(hits.map((hit) => [hit.id, hit.score > 0.6])).toEqual([[id, true]]);
    expect(await catalog.images.count({ ...everything, until: { wallClock: 321, instant: 321 } })).toBe(1);
    expect(await library.check()).toEqual([]);
    await library.close();
  });

  test("two concurrent runs produce the same library as one", async () => {
    const directory = temporaryFolder();
    const folder = temporaryFolder();
    const pictures = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`${at}.jpg`, `thing ${at % 50}`]),
    );
    writePictures(folder, pictures);
    const [one, two] = [await openTestLibrary(directory), await openTestLibrary(directory)];
    const waits: string[] = [];
    const onWait = (at: string) => waits.push(at);
    await Promise.all([one.library.add([folder], { onWait }), two.library.add([folder], { onWait })]);
    expect(one.embedder.calls.pictures + two.embedder.calls.pictures).toBe(50);
    expect(waits).toEqual([folder]);
    expect(await one.library.within(everything).status()).toMatchObject({
      images: 50,
      placements: 60,
      failed: 0,
    });
    expect(await two.library.check()).toEqual([]);
    await one.library.close();
    await two.library.close();
  });

  test("two runs on different roots embed shared bytes once, in whichever order they reach them", async () => {
    const directory = temporaryFolder();
    const folders = [temporaryFolder(), temporaryFolder()] as const;
    const names = Array.from({ length: 60 }, (_, at) => at);
    writePictures(folders[0], Object.fromEntries(names.map((at) => [`${100 + at}.jpg`, `thing ${at % 50}`])));
    writePictures(folders[1], Object.fromEntries(names.map((at) => [`${200 - at}.jpg`, `thing ${at % 50}`])));
    const slow = () => new FakeEmbedder({ beforePicture: () => sleep(10) });
    const [one, two] = [
      await openTestLibrary(directory, { embedder: slow() }),
      await openTestLibrary(directory, { embedder: slow() }),
    ];
    const reports = await Promise.all([one.library.add([folders[0]]), two.library.add([folders[1]])]);
    expect(reports.map(({ added, known }) => added + known)).toEqual([60, 60]);
    expect(one.embedder.calls.pictures + two.embedder.calls.pictures).toBe(50);
    expect(await one.library.within(everything).status()).toMatchObject({
      images: 50,
      placements: 120,
      failed: 0,
    });
    await one.library.close();
    await two.library.close();
    const catalog = new Database(join(directory, "catalog.db"));
    expect(catalog.prepare("SELECT count(*) FROM leases").pluck().get()).toBe(0);
    catalog.close();
  });

  test("bytes that one run cannot embed are left to the other", async () => {
    const directory = temporaryFolder();
    const folders = [temporaryFolder(), temporaryFolder()] as const;
    for (const folder of folders) writePictures(folder, { "a.jpg": "cat" });
    const refusing = new FakeEmbedder({
      beforePicture: async () => {
        await sleep(100);
        throw new PictureError("unreadable", "its disk had a hiccup");
      },
    });
    const one = await openTestLibrary(directory, { embedder: refusing });
    const two = await openTestLibrary(directory);
    const first = one.library.add([folders[0]]);
    await sleep(50);
    expect(await two.library.add([folders[1]])).toMatchObject({ added: 1 });
    expect(await first).toMatchObject({ added: 0 });
    await one.library.close();
    await two.library.close();
  });

  test("a run waiting for another continues when the other is killed, and stops when aborted", async () => {
    const directory = temporaryFolder();
    const folder = temporaryFolder();
    writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
    const child = startScript(new URL("stuck-adding-child.ts", import.meta.url), [directory, folder]);
    await once(child.stdout ?? child, "data");
    const { library, embedder } = await openTestLibrary(directory);
    const stop = new AbortController();
    const aborted = await library.add([folder], { signal: stop.signal, onWait: () => stop.abort() });
    expect(aborted).toMatchObject({ cancelled: true, added: 0 });
    const report = await library.add([folder], { onWait: () => child.kill("SIGKILL") });
    expect(report).toMatchObject({ added: 2 });
    expect(embedder.calls.pictures).toBe(2);
    await library.close();
  });
});
