import { expect, test } from "vitest";
import { NotFoundError, UsageError } from "../../src/core/errors.ts";
import { Jobs, type JobWork } from "../../src/mcp/jobs.ts";

const longWait = { ms: 10_000, progress: () => {} };
const shortWait = { ms: 1, progress: () => {} };
const never = new AbortController().signal;

/** Work that ends by `finish`, or when it is aborted. */
function controlled(key = "work") {
  let finish = (_text: string) => {};
  let stopped = false;
  const work: JobWork = {
    title: "Working",
    key,
    run: ({ signal, onProgress }) =>
      new Promise((resolve, reject) => {
        onProgress?.({ stage: "working", done: 1, total: 2 });
        finish = (text) => resolve({ text });
        signal?.addEventListener("abort", () => {
          stopped = true;
          reject(signal.reason);
        });
      }),
  };
  return { work, finish: (text: string) => finish(text), wasStopped: () => stopped };
}

test("work that ends in time is answered and leaves no job", async () => {
  const jobs = new Jobs();
  const job = await jobs.run(
    { title: "Quick", key: "q", run: async () => ({ text: "ready" }) },
    { ...longWait, signal: never },
  );
  expect(job).toMatchObject({ state: "done", outcome: { text: "ready" } });
  expect(jobs.all()).toEqual([]);
});

test("work that takes longer goes on under an id that cannot be guessed", async () => {
  const jobs = new Jobs();
  const { work, finish } = controlled();
  const job = await jobs.run(work, { ...shortWait, signal: never });
  expect(job).toMatchObject({ state: "running", progress: { done: 1 } });
  expect(job.id).toMatch(/^[\w-]{12}$/);
  finish("ready");
  expect(await jobs.follow(job.id, { ...longWait, signal: never })).toMatchObject({ state: "done" });
});

test("the same work started twice runs once", async () => {
  const jobs = new Jobs();
  const { work } = controlled();
  const first = await jobs.run(work, { ...shortWait, signal: never });
  const second = await jobs.run(work, { ...shortWait, signal: never });
  expect(second.id).toBe(first.id);
  await jobs.close();
});

test("a cancelled call stops its work and leaves no job", async () => {
  const jobs = new Jobs();
  const { work, wasStopped } = controlled();
  const caller = new AbortController();
  const answer = jobs.run(work, { ...longWait, signal: caller.signal });
  caller.abort();
  await expect(answer).rejects.toThrow();
  expect(wasStopped()).toBe(true);
  expect(jobs.all()).toEqual([]);
});

test("a cancelled call does not stop work that another call waits for", async () => {
  const jobs = new Jobs();
  const { work, finish, wasStopped } = controlled();
  const caller = new AbortController();
  const cancelled = jobs.run(work, { ...longWait, signal: caller.signal });
  const waiting = jobs.run(work, { ...longWait, signal: never });
  caller.abort();
  await expect(cancelled).rejects.toThrow();
  expect(wasStopped()).toBe(false);
  finish("ready");
  expect(await waiting).toMatchObject({ state: "done" });
});

test("cancelling a job waits for its end", async () => {
  const jobs = new Jobs();
  const { work, wasStopped } = controlled();
  const { id } = jobs.background(work);
  expect(await jobs.cancel(id)).toMatchObject({ state: "cancelled" });
  expect(wasStopped()).toBe(true);
});

test("a failure is kept with the job", async () => {
  const jobs = new Jobs();
  const failing: JobWork = {
    title: "Failing",
    key: "f",
    run: () => Promise.reject(new UsageError("no such folder")),
  };
  const job = await jobs.run(failing, { ...longWait, signal: never });
  expect(job).toMatchObject({ state: "failed", error: expect.any(UsageError) });
});

test("too many jobs at once are an error that names those running, and unknown ids are not found", async () => {
  const jobs = new Jobs();
  const ids = ["a", "b", "c", "d"].map((key) => jobs.background(controlled(key).work).id);
  await expect(jobs.run(controlled("e").work, { ...shortWait, signal: never })).rejects.toThrow(ids[0]);
  await expect(jobs.cancel("nothing")).rejects.toThrow(NotFoundError);
  await jobs.close();
  expect(jobs.all().every(({ state }) => state === "cancelled")).toBe(true);
});
