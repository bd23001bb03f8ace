import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LongWork, Progress } from "../../src/core/index.ts";
import { waitUntil } from "../support/eventually.ts";
import { startSession } from "./support/session.ts";
import { pictureNamed, replaceReads, standInLibrary } from "./support/stand-in-library.ts";

const dog = pictureNamed("dog.jpg");

/** Work that ends only when it is cancelled or released; reports progress once. */
function slowWork() {
  let release = () => {};
  const started: AbortSignal[] = [];
  const wait = ({ signal, onProgress }: LongWork) =>
    new Promise<void>((resolve, reject) => {
      if (signal) started.push(signal);
      onProgress?.({ stage: "comparing", done: 3, total: 10 });
      release = resolve;
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  return { wait, started, release: () => release() };
}

async function folder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "glimpse-mcp-")));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("a search cancelled midway stops in the library and leaves nothing behind", async () => {
  const { wait, started } = slowWork();
  const library = standInLibrary([dog]);
  const { client, service, log } = await startSession(
    replaceReads(library, (view) => ({
      find: async (request) => {
        await wait(request);
        return view.find(request);
      },
    })),
  );
  const cancel = new AbortController();
  const call = client.callTool({ name: "search_images", arguments: { query: "dog" } }, undefined, {
    signal: cancel.signal,
  });
  await waitUntil(() => started.length > 0);
  cancel.abort();
  await expect(call).rejects.toThrow();
  await waitUntil(() => started[0]?.aborted);
  expect(service.jobs.all()).toEqual([]);
  expect(log).toEqual([]);
});

test("work that takes longer than a client waits is stopped with advice", async () => {
  const { wait, started } = slowWork();
  const library = standInLibrary([dog]);
  const { call } = await startSession(
    replaceReads(library, (view) => ({
      find: async (request) => {
        await wait(request);
        return view.find(request);
      },
    })),
    { timeLimitMs: 50 },
  );
  const answer = await call("search_images", { query: "dog" });
  expect(answer).toMatchObject({ isError: true, text: expect.stringContaining("Call it again") });
  expect(started[0]?.aborted).toBe(true);
});

test("a search for duplicates cancelled midway leaves no job", async () => {
  const { wait, started } = slowWork();
  const { client, service } = await startSession(
    standInLibrary([dog], {
      duplicates: async (request = {}) => {
        await wait(request);
        return [];
      },
    }),
  );
  const cancel = new AbortController();
  const call = client.callTool({ name: "find_duplicates", arguments: {} }, undefined, {
    signal: cancel.signal,
  });
  await waitUntil(() => started.length > 0);
  cancel.abort();
  await expect(call).rejects.toThrow();
  await waitUntil(() => started[0]?.aborted && service.jobs.all().length === 0);
});

test("a long search for duplicates becomes a job whose result has the cursor of the groups", async () => {
  const { wait, started, release } = slowWork();
  const library = standInLibrary([dog, pictureNamed("dog again.jpg")]);
  const { call } = await startSession(
    replaceReads(library, (view) => ({
      duplicates: async (request = {}) => {
        await wait(request);
        return view.duplicates(request);
      },
    })),
    { syncWaitMs: 20 },
  );
  const first = await call("find_duplicates", { kind: "same" });
  expect(first.data).toMatchObject({ groups: [], job_id: expect.any(String) });
  expect(started).toHaveLength(1);
  release();
  const { data } = await call("job", { id: first.data?.job_id });
  expect(data).toMatchObject({ state: "done", cursor: expect.any(String) });
  const groups = await call("find_duplicates", { kind: "same", cursor: data?.cursor });
  expect(groups.data).toMatchObject({ total: 1 });
});

test("a search for duplicates that is repeated after its job has ended is answered from it", async () => {
  const { wait, started, release } = slowWork();
  const library = standInLibrary([dog, pictureNamed("dog again.jpg")]);
  let revision = 1;
  const { call, service } = await startSession(
    replaceReads({ ...library, revision: async () => String(revision) }, (view) => ({
      duplicates: async (request = {}) => {
        await wait(request);
        return view.duplicates(request);
      },
    })),
    { syncWaitMs: 20 },
  );
  expect((await call("find_duplicates")).data).toMatchObject({ job_id: expect.any(String) });
  release();
  await waitUntil(() => service.jobs.all()[0]?.state === "done");
  revision += 1;
  for (const at of [1, 2]) {
    const { data } = await call("find_duplicates");
    // Nobody had seen it: it is shown once, though the library has changed.
    if (at === 1) expect(data).toMatchObject({ total: 1 });
    else expect(data).toMatchObject({ job_id: expect.any(String) });
  }
  release();
  await waitUntil(() => service.jobs.all().every(({ state }) => state === "done"));
  for (const _ of [1, 2, 3]) expect((await call("find_duplicates")).data).toMatchObject({ total: 1 });
  expect(started).toHaveLength(2);
});

test("a client that requested progress gets notifications", async () => {
  const { wait, started, release } = slowWork();
  const { client } = await startSession(
    standInLibrary([dog], {
      duplicates: async (request = {}) => {
        await wait(request);
        return [];
      },
    }),
  );
  const sent: Pick<Progress, "total">[] = [];
  const call = client.callTool({ name: "find_duplicates", arguments: {} }, undefined, {
    onprogress: ({ progress, total = null, message }) => sent.push({ progress, total, message } as never),
  });
  await waitUntil(() => started.length > 0 && sent.length > 0);
  release();
  await call;
  expect(sent).toContainEqual({ progress: 3, total: 10, message: "comparing" });
});

test("indexing that ends quickly is reported at once and leaves no job", async () => {
  const path = await folder();
  const { call, service } = await startSession(standInLibrary([dog]), { folders: [path] });
  const { data } = await call("index_folder", { path });
  expect(data).toMatchObject({ state: "done", outcome: expect.stringContaining("2 pictures added") });
  expect(service.jobs.all()).toEqual([]);
});

test("indexing that takes longer becomes a job to follow and to stop", async () => {
  const path = await folder();
  const { wait } = slowWork();
  const library = standInLibrary([dog]);
  const { call } = await startSession(
    {
      ...library,
      add: async (paths, work = {}) => {
        await wait(work);
        return library.add(paths, work);
      },
    },
    { folders: [path], syncWaitMs: 20 },
  );
  const { data } = await call("index_folder", { path });
  expect(data).toMatchObject({ state: "running", job_id: expect.any(String) });
  const id = data?.job_id;
  expect((await call("library_status")).text).toContain(String(id));
  expect(await call("index_folder", { path: "." })).toMatchObject({ data: { job_id: id } });
  const stopped = await call("job", { id, cancel: true });
  expect(stopped.data).toMatchObject({ state: "cancelled", done: 3, total: 10 });
});

test("only allowed folders are indexed, by their real path", async () => {
  const path = await folder();
  const indexed: string[] = [];
  const library = standInLibrary([dog]);
  const { call } = await startSession(
    {
      ...library,
      add: (paths) => {
        indexed.push(...paths);
        return library.add(paths);
      },
    },
    { folders: [path] },
  );
  expect((await call("index_folder", { path: tmpdir() })).isError).toBe(true);
  await call("index_folder", { path: join(path, ".") });
  expect(indexed).toEqual([path]);
});
