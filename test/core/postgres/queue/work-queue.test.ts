import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Catalog, FinishedJob, Job } from "../../../../src/core/ports.ts";
import { Connection } from "../../../../src/core/postgres/connection.ts";
import { pooledServer } from "../../../../src/core/postgres/pooled-server.ts";
import { ServerWorkQueue } from "../../../../src/core/postgres/queue/work-queue.ts";
import { readAddress } from "../../../../src/core/postgres/server-address.ts";
import { catalogOn } from "../../../../src/core/postgres/server-library.ts";
import { eventually } from "../../../support/eventually.ts";
import { file, idOf, newImage, post } from "../../../support/new-image.ts";
import { NEEDS_SERVER, TEST_SERVER, type TestDatabases, testDatabases } from "../../../support/postgres.ts";

const ROUTE = "host.here";
const STATE = { concurrency: 1, routes: [ROUTE, "discord"], done: 0, failed: 0, perSecond: 0, note: null };
const SILENCE_MS = 300;

describe.skipIf(!TEST_SERVER)(`work shared among workers (${NEEDS_SERVER})`, () => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await testDatabases();
  });
  afterAll(() => databases?.close());

  interface Shared {
    readonly catalog: Catalog;
    readonly db: Connection;
    /** A process that has not said yet that it lives. */
    worker(): ServerWorkQueue;
    /** One that has. */
    living(silenceMs?: number): Promise<ServerWorkQueue>;
  }

  const sharing = (work: (shared: Shared) => Promise<void>) => async () => {
    const address = await databases.create();
    const db = new Connection(await pooledServer(readAddress(address), 6));
    const catalog = catalogOn(db);
    await catalog.files.putRoot("/photos", "folder");
    const worker = (silenceMs?: number) => new ServerWorkQueue(db, { silenceMs });
    const living = async (silenceMs?: number) => {
      const queue = worker(silenceMs);
      await queue.attend(STATE);
      return queue;
    };
    try {
      await work({ catalog, db, worker, living });
      expect(await catalog.check()).toEqual([]);
    } finally {
      await catalog.close();
      databases.free(address);
    }
  };

  const files = (count: number) => Array.from({ length: count }, (_, at) => file(`/photos/${at}.jpg`));
  const pathOf = ({ task }: Job) => (task.kind === "file" ? task.placement.path : "");
  const pictureOf = (job: Job): FinishedJob => {
    const { task } = job;
    if (task.kind !== "file" && task.kind !== "post") throw new Error(`no picture is made of ${task.kind}`);
    const { placement } = task;
    const content = placement.kind === "file" ? placement.path : placement.attachmentId;
    return { job, outcome: { image: newImage(content, placement) } };
  };
  const counts = async ({ db }: Shared) => {
    const [row] = await db.rows<{ work: number; jobs: number }>(
      "SELECT (SELECT count(*) FROM work) AS work, (SELECT count(*) FROM glimpse_jobs.job) AS jobs",
    );
    return row;
  };
  const forgotten = async (queue: ServerWorkQueue, other: ServerWorkQueue) => {
    await eventually(async () => {
      await other.attend(STATE);
      expect(await other.status()).toMatchObject({ active: 0 });
    });
    return queue;
  };

  test(
    "a job's end and its picture are one step, and nothing of it stays in the queue",
    sharing(async (shared) => {
      const queue = await shared.living();
      expect(await queue.enqueueFiles(ROUTE, files(3))).toBe(3);
      const jobs = await queue.take([ROUTE], 10);
      expect(jobs.map(pathOf)).toEqual(files(3).map(({ path }) => path));
      expect(await queue.finish(jobs.map(pictureOf))).toEqual([]);
      expect(await shared.catalog.images.totals()).toEqual({ images: 3, placements: 3, failed: 0 });
      expect(await counts(shared)).toEqual({ work: 0, jobs: 0 });
    }),
  );

  test(
    "a file waits once, as it is now",
    sharing(async ({ living }) => {
      const queue = await living();
      await queue.enqueueFiles(ROUTE, files(2));
      const grown = files(3).map((each) => ({ ...each, bytes: 77 }));
      expect(await queue.enqueueFiles(ROUTE, grown)).toBe(1);
      const jobs = await queue.take([ROUTE], 10);
      expect(jobs.map(({ task }) => (task.kind === "file" ? task.placement.bytes : 0))).toEqual([77, 77, 77]);
    }),
  );

  test(
    "what is withdrawn is done by nobody, not by whoever has it already either",
    sharing(async (shared) => {
      const queue = await shared.living();
      const names = ["/photos/a/1.jpg", "/photos/a/2.jpg", "/photos/a2/3.jpg", "/photos/a.jpg"];
      await queue.enqueueFiles(
        ROUTE,
        names.map((name) => file(name)),
      );
      const taken = await queue.take([ROUTE], 10);
      expect(await queue.withdrawFiles("/photos/a")).toBe(2);
      expect(await queue.withdrawFiles("/photos/a.jpg")).toBe(1);
      expect(await queue.withdrawFiles("/photos/a.jpg")).toBe(0);
      expect(await queue.finish(taken.map(pictureOf))).toHaveLength(3);
      expect((await shared.catalog.files.placement("/photos/a2/3.jpg"))?.id).toBe(idOf("/photos/a2/3.jpg"));
      expect(await shared.catalog.images.totals()).toMatchObject({ images: 1 });
    }),
  );

  test(
    "two workers never have the same job",
    sharing(async ({ living }) => {
      const [one, other] = [await living(), await living()];
      await one.enqueueFiles(ROUTE, files(100));
      const takeAll = async (queue: ServerWorkQueue) => {
        const taken: Job[] = [];
        for (;;) {
          const jobs = await queue.take([ROUTE], 7);
          if (jobs.length === 0) return taken;
          taken.push(...jobs);
        }
      };
      const taken = (await Promise.all([takeAll(one), takeAll(other)])).flat();
      expect(new Set(taken.map(pathOf)).size).toBe(100);
      expect(taken).toHaveLength(100);
    }),
  );

  test(
    "what a dead worker had is given to another, one at a time; it comes too late and stores nothing",
    sharing(async (shared) => {
      const slow = await shared.living(SILENCE_MS);
      await slow.enqueueFiles(ROUTE, files(3));
      const late = await slow.take([ROUTE], 10);
      const other = await shared.living();
      await forgotten(slow, other);
      const again: Job[] = [];
      for (let jobs = await other.take([ROUTE], 10); jobs.length > 0; jobs = await other.take([ROUTE], 10)) {
        expect(jobs).toMatchObject([{ isAlone: true }]);
        again.push(...jobs);
      }
      expect(again.map(pathOf).sort()).toEqual(late.map(pathOf));
      expect(await slow.finish(late.map(pictureOf))).toHaveLength(3);
      expect((await shared.catalog.images.totals()).images).toBe(0);
      expect(await other.finish(again.map(pictureOf))).toEqual([]);
      expect((await shared.catalog.images.totals()).images).toBe(3);
      expect(await counts(shared)).toEqual({ work: 0, jobs: 0 });
    }),
  );

  test(
    "of what one finished, only that is left out which is another's by now",
    sharing(async (shared) => {
      const slow = await shared.living(SILENCE_MS);
      await slow.enqueueFiles(ROUTE, files(2));
      const [lost] = await slow.take([ROUTE], 1);
      const other = await shared.living();
      await forgotten(slow, other);
      await other.take([ROUTE], 1);
      const [kept] = await slow.take([ROUTE], 1);
      if (!lost || !kept) throw new Error("there is nothing to do");
      expect(await slow.finish([lost, kept].map(pictureOf))).toMatchObject([{ job: { id: lost.id } }]);
      expect(await shared.catalog.files.placement(pathOf(kept))).toBeDefined();
      expect(await shared.catalog.files.placement(pathOf(lost))).toBeUndefined();
    }),
  );

  test(
    "a file whose workers die again and again is recorded as failed and holds up nobody",
    sharing(async (shared) => {
      const other = await shared.living();
      await other.enqueueFiles(ROUTE, files(1));
      for (let deaths = 0; deaths < 4; deaths += 1) {
        const dying = await shared.living(SILENCE_MS);
        expect(await dying.take([ROUTE], 10)).toHaveLength(1);
        await forgotten(dying, other);
      }
      expect(await other.take([ROUTE], 10)).toEqual([]);
      expect(await shared.catalog.files.failures()).toMatchObject([
        { origin: "/photos/0.jpg", code: "crashed-decoder", bytes: 12_345, modifiedAt: 1000 },
      ]);
      expect(await counts(shared)).toEqual({ work: 0, jobs: 0 });
    }),
  );

  test(
    "what a worker gives up at its own end costs no attempt",
    sharing(async (shared) => {
      for (let ends = 0; ends < 6; ends += 1) {
        const queue = await shared.living();
        await queue.enqueueFiles(ROUTE, files(2));
        expect((await queue.take([ROUTE], 10)).map(({ isAlone }) => isAlone)).toEqual([false, false]);
        await queue.leave();
        expect((await queue.status()).workers).toEqual([]);
      }
      expect(await shared.catalog.files.failures()).toEqual([]);
    }),
  );

  test(
    "of a folder that was removed nothing waits, and what is under way comes to nothing",
    sharing(async (shared) => {
      const queue = await shared.living();
      await queue.enqueueFiles(ROUTE, files(4));
      const jobs = await queue.take([ROUTE], 2);
      await shared.catalog.files.removeRoot("/photos");
      expect(await queue.finish(jobs.map(pictureOf))).toHaveLength(2);
      expect(await queue.take([ROUTE], 10)).toEqual([]);
      expect(await shared.catalog.files.roots()).toEqual([]);
      expect(await counts(shared)).toMatchObject({ work: 0 });
    }),
  );

  test(
    "a post that is deleted meanwhile is not added, and one that was is forgotten by its caption",
    sharing(async (shared) => {
      const queue = await shared.living();
      await queue.enqueuePosts([post("gone", { caption: "a" }), post("stays", { caption: "secret" })]);
      await queue.enqueuePosts([post("waits")]);
      const jobs = await queue.take(["discord"], 2);
      expect(await queue.waitingAttachments(["gone", "stays", "waits", "never"])).toEqual(
        new Set(["gone", "stays", "waits"]),
      );
      await shared.catalog.posts.remove({ guildId: "g1", messageIds: ["m-gone"] });
      await shared.catalog.posts.eraseCaptions("g1");
      expect(await queue.finish(jobs.map(pictureOf))).toHaveLength(1);
      const placed = await shared.catalog.posts.placements({ guildId: "g1" });
      expect(placed.map(({ placement }) => [placement.attachmentId, placement.caption])).toEqual([
        ["stays", undefined],
      ]);
      await shared.catalog.posts.remove({ guildId: "g1" });
      expect(await queue.take(["discord"], 10)).toEqual([]);
    }),
  );

  test(
    "what is added otherwise does not wait any longer",
    sharing(async (shared) => {
      const queue = await shared.living();
      await queue.enqueueFiles(ROUTE, files(2));
      await shared.catalog.images.put([newImage("x", file("/photos/0.jpg"))]);
      expect((await queue.take([ROUTE], 10)).map(pathOf)).toEqual(["/photos/1.jpg"]);
    }),
  );

  test(
    "a job of a known picture whose image is erased meanwhile is tried again later",
    sharing(async (shared) => {
      const queue = await shared.living();
      await queue.enqueueFiles(ROUTE, files(2));
      const [one, other] = await queue.take([ROUTE], 2);
      if (!one || !other || one.task.kind !== "file") throw new Error("there is nothing to do");
      const known = { job: one, outcome: { known: idOf("erased"), placement: one.task.placement } };
      expect(await queue.finish([known, pictureOf(other)])).toEqual([known]);
      await queue.giveBack([one], "later");
      expect(await queue.status()).toMatchObject({ waiting: { file: 1 }, active: 0 });
      expect((await shared.catalog.images.totals()).images).toBe(1);
    }),
  );

  test(
    "rows whose jobs are gone, as after a restore, are given out again",
    sharing(async (shared) => {
      await (await shared.living()).enqueueFiles(ROUTE, files(2));
      await shared.db.write((session) => session.run("DELETE FROM glimpse_jobs.job"));
      const queue = await shared.living();
      expect(await queue.take([ROUTE], 10)).toHaveLength(2);
    }),
  );

  test(
    "text is read once of each image, where a worker reaches an original; what no worker does is withdrawn",
    sharing(async (shared) => {
      await shared.catalog.images.put([newImage("a"), newImage("b")]);
      const queue = await shared.living();
      const [root] = await shared.catalog.files.roots();
      const route = `${await queue.routeOf(root ?? { path: "", host: "" })}~text`;
      expect(await queue.enqueueTexts(["host.elsewhere~text"], 10)).toBe(0);
      expect(await queue.enqueueTexts([route], 10)).toBe(2);
      expect(await queue.enqueueTexts([route], 10)).toBe(0);
      expect(await shared.catalog.readings.waiting(0, 10)).toEqual([]);
      const [job, ...rest] = await queue.take([route], 10);
      if (job?.task.kind !== "text") throw new Error("there is nothing to read");
      const reading = { id: job.task.image.record.id, engine: "e", lines: [] };
      expect(await queue.finish([{ job, outcome: { reading } }])).toEqual([]);
      await queue.giveBack(rest, "later");
      expect(await shared.catalog.readings.counts()).toEqual({ read: 1, waiting: 1 });
      await queue.withdrawImages(new Set());
      expect(await shared.catalog.readings.waiting(0, 10)).toHaveLength(1);
    }),
  );

  test(
    "a volume is where each host has it; the innermost one is a folder's route",
    sharing(async ({ worker, db }) => {
      const queue = worker();
      await queue.putVolume("nas", "/mnt/nas");
      await queue.putVolume("cameras", "/mnt/nas/cameras");
      await db.write((session) =>
        session.run("INSERT INTO volumes (volume, host, path) VALUES ('nas', 'pc', 'N:\\')"),
      );
      const [here] = (await queue.volumes()).filter(({ path }) => path === "/mnt/nas");
      const host = here?.host ?? "";
      expect(await queue.routeOf({ host, path: "/mnt/nas/2024" })).toBe("volume.nas");
      expect(await queue.routeOf({ host, path: "/mnt/nas/cameras/one" })).toBe("volume.cameras");
      expect(await queue.routeOf({ host, path: "/mnt/nas2" })).toBe(`host.${host}`);
      expect(await queue.routeOf({ host: "pc", path: "N:\\2024" })).toBe("volume.nas");
      expect(await queue.routeOf({ host: "pc", path: "/mnt/nas/2024" })).toBe("host.pc");
      await queue.putVolume("nas", undefined);
      expect(await queue.routeOf({ host, path: "/mnt/nas/2024" })).toBe(`host.${host}`);
    }),
  );
});
