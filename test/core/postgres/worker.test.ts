import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { file, post } from "../../support/new-image.ts";
import { NEEDS_SERVER, TEST_SERVER, type TestDatabases, testDatabases } from "../../support/postgres.ts";
import {
  openServerTestLibrary,
  type ServerTestLibrary,
  type ServerTestLibraryOptions,
} from "../../support/server-test-library.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, writePictures } from "../../support/test-library.ts";

describe.skipIf(!TEST_SERVER)(`a library and its workers (${NEEDS_SERVER})`, () => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await testDatabases();
  });
  afterAll(() => databases?.close());

  interface Running extends ServerTestLibrary {
    readonly notes: string[];
    stop(): Promise<void>;
  }

  const startWorker = async (
    address: string,
    { posts = false, ...options }: WorkerTestOptions = {},
  ): Promise<Running> => {
    const opened = await openServerTestLibrary(address, options);
    const end = new AbortController();
    const notes: string[] = [];
    const readers = {
      discord: async (at: { attachmentId: string }) => ({ bytes: Buffer.from(`posted ${at.attachmentId}`) }),
    };
    if (posts) opened.library.readOriginalsWith(readers);
    const done = opened.library.work({
      ...{ signal: end.signal, posts, attendMs: 100, concurrency: 2 },
      onNote: (note) => notes.push(note),
    });
    await eventually(async () => expect((await opened.work.status()).workers.length).toBeGreaterThan(0));
    const stop = async () => {
      end.abort();
      await done;
      await opened.library.close();
    };
    return { ...opened, notes, stop };
  };
  interface WorkerTestOptions extends ServerTestLibraryOptions {
    readonly posts?: boolean;
  }

  const sharing =
    (work: (adder: ServerTestLibrary, address: string) => Promise<void>, options = {}) =>
    async () => {
      const address = await databases.create();
      const adder = await openServerTestLibrary(address, options);
      try {
        await work(adder, address);
        expect(await adder.catalog.check()).toEqual([]);
      } finally {
        await adder.library.close();
        databases.free(address);
      }
    };
  const idle = ({ work }: ServerTestLibrary) =>
    eventually(async () => {
      const { waiting, active } = await work.status();
      expect([active, ...Object.values(waiting)]).toEqual([0, 0, 0, 0, 0]);
    });

  test(
    "new pictures are left to a worker that lives, and embedded by the run itself when none does",
    sharing(async (adder, address) => {
      const folder = temporaryFolder();
      writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog", "c.jpg": "broken" });
      const worker = await startWorker(address);
      expect(await adder.library.add([folder])).toMatchObject({ added: 0, queued: 3, skipped: [] });
      await idle(adder);
      expect(await adder.catalog.images.totals()).toEqual({ images: 2, placements: 2, failed: 1 });
      expect([adder.embedder.calls.pictures, worker.embedder.calls.pictures]).toEqual([0, 2]);
      await worker.stop();
      writePictures(folder, { "d.jpg": "bird" });
      expect(await adder.library.add([folder])).toMatchObject({ added: 1, queued: 0, unchanged: 3 });
    }),
  );

  test(
    "what is removed while a run adds it stays removed: a folder inside, then the added one",
    sharing(async (other, address) => {
      const folder = temporaryFolder();
      const names = Array.from({ length: 40 }, (_, at) => `${at < 20 ? "a" : "b"}/${100 + at}.jpg`);
      writePictures(folder, Object.fromEntries(names.map((name) => [name, `picture ${name}`])));
      let meanwhile: Promise<unknown> | undefined;
      let isOver = false;
      let remove = () => other.library.remove({ paths: [join(folder, "a")] });
      const embedder = new FakeEmbedder({
        beforePicture: async () => {
          if (isOver) return;
          meanwhile ??= remove().finally(() => (isOver = true));
          // The run is at its pictures until it has looked for removals once more, which it does five times a second.
          while (!isOver && (await other.catalog.state.list("removal/")).size === 0) await sleep(10);
          if (!isOver) await sleep(400);
        },
      });
      const adder = await openServerTestLibrary(address, { embedder });
      await adder.library.add([folder]);
      await meanwhile;
      expect((await other.catalog.images.totals()).images).toBe(20);
      remove = () => other.library.remove({ paths: [folder] });
      meanwhile = undefined;
      isOver = false;
      expect(await adder.library.add([folder])).toMatchObject({ added: 0, refused: [{ origin: folder }] });
      await meanwhile;
      expect(await other.library.roots()).toEqual([]);
      expect(await other.catalog.images.totals()).toEqual({ images: 0, placements: 0, failed: 0 });
      await adder.library.close();
    }),
  );

  test(
    "a run without workers does what was left to them, once",
    sharing(async (adder, address) => {
      const folder = temporaryFolder();
      writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
      const worker = await startWorker(address, {
        embedder: new FakeEmbedder({ beforePicture: () => new Promise((done) => setTimeout(done, 300)) }),
      });
      await worker.stop();
      await adder.work.attend({
        ...{ concurrency: 1, done: 0, failed: 0, perSecond: 0, note: null },
        routes: [`host.${hostname()}`],
      });
      expect(await adder.library.add([folder])).toMatchObject({ queued: 2 });
      await adder.work.leave();
      expect(await adder.library.add([folder])).toMatchObject({ added: 2, queued: 0 });
      await idle(adder);
    }),
  );

  test(
    "a file that was moved keeps its tags, though its new place would be a worker's",
    sharing(async (adder, address) => {
      const folder = temporaryFolder();
      writePictures(folder, { "a.jpg": "cat in a box" });
      await adder.library.add([folder]);
      const [image] = (await adder.library.within(everything).find({ terms: [{ text: "cat" }], limit: 1 }))
        .hits;
      await adder.library.tags.put(image?.id ?? "", "mine");
      const worker = await startWorker(address);
      mkdirSync(join(folder, "sub"));
      renameSync(join(folder, "a.jpg"), join(folder, "sub/b.jpg"));
      writePictures(folder, { "new.jpg": "a dog" });
      expect(await adder.library.add([folder])).toMatchObject({ known: 1, removed: 1, queued: 1 });
      expect(
        (await adder.library.within(everything).image(image?.id ?? "")).tags.map(({ tag }) => tag),
      ).toEqual(["mine"]);
      await idle(adder);
      await worker.stop();
    }),
  );

  test(
    "files of another host are read where this host has their volume; one that is not mounted is not gone",
    sharing(async (adder, address) => {
      const mount = temporaryFolder();
      await adder.catalog.files.putRoot("/elsewhere/photos", "folder");
      await adder.db.write(async (session) => {
        await session.run("UPDATE roots SET host = 'nas-box'");
        await session.run("INSERT INTO volumes (volume, host, path) VALUES ('nas', 'nas-box', '/elsewhere')");
      });
      await adder.library.putVolume("nas", mount);
      const [root] = await adder.library.roots();
      const route = await adder.work.routeOf(root ?? { path: "", host: "" });
      expect(route).toBe("volume.nas");
      await adder.work.enqueueFiles(route, [file("/elsewhere/photos/a.jpg", { root: "/elsewhere/photos" })]);
      const worker = await startWorker(address);
      await eventually(() => expect(worker.notes.join()).toMatch(/cannot be reached or is empty/));
      expect(await adder.catalog.files.failures()).toEqual([]);
      mkdirSync(join(mount, "photos"));
      writeFileSync(join(mount, "photos/a.jpg"), "a lighthouse");
      await idle(adder);
      expect((await adder.catalog.files.placement("/elsewhere/photos/a.jpg"))?.placement.root).toBe(
        "/elsewhere/photos",
      );
      await worker.stop();
    }),
  );

  test(
    "posts are added by a worker that fetches them, and by nobody else when there is none",
    sharing(async (adder, address) => {
      expect(await adder.library.letWorkersAdd(post("early"))).toBeUndefined();
      const worker = await startWorker(address, { posts: true });
      await eventually(async () => expect(await adder.library.postsAreShared()).toBe(true));
      const added = await Promise.all(
        ["a", "b"].map((id) => adder.library.letWorkersAdd(post(id, { caption: "words" }))),
      );
      expect(added.map((image) => image?.placements)).toMatchObject([
        [{ attachmentId: "a" }],
        [{ attachmentId: "b" }],
      ]);
      expect(worker.embedder.calls.pictures).toBe(2);
      const stop = new AbortController();
      stop.abort();
      await expect(adder.library.letWorkersAdd(post("late"), stop.signal)).rejects.toThrow();
      await idle(adder);
      await worker.stop();
    }),
  );

  const other = () => new FakeEmbedder({ space: "other@00000000", dimensions: 64 });
  test(
    "a switch of models is left to workers that have the model",
    sharing(
      async (adder, address) => {
        const folder = temporaryFolder();
        writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
        await adder.library.add([folder]);
        const theirs = other();
        const worker = await startWorker(address, { models: { other: theirs } });
        expect(await adder.library.useModel("other")).toMatchObject({
          switched: true,
          embedded: 0,
          unreachable: 0,
        });
        expect(theirs.calls.pictures).toBe(2);
        await idle(adder);
        await worker.stop();
      },
      { models: { other: other() } },
    ),
  );
});
