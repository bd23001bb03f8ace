import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { expect, test } from "vitest";
import { BackfillProgress } from "../../src/discord/backfill/backfill-progress.ts";
import { ProgressMessages } from "../../src/discord/backfill/progress-messages.ts";
import { RetryQueue } from "../../src/discord/ingest/retry-queue.ts";
import { english } from "../../src/discord/texts/english.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openTestLibrary } from "../support/test-library.ts";

test("closing waits for an edit in progress and starts no more", async () => {
  const { library } = await openTestLibrary(temporaryFolder());
  const edits: string[] = [];
  const notes = new ProgressMessages({
    state: library.state,
    posts: library.posts,
    api: {
      send: async () => "200000000000000001",
      edit: async () => {
        edits.push("begun");
        await delay(40);
        edits.push("done");
      },
      delete: async () => undefined,
    },
    readersCanRead: async () => true,
    textsOf: () => english.answers,
    directory: { readableChannel: async () => undefined, isThreadMember: async () => false },
    backfillProgress: new BackfillProgress(library.state),
    retryQueue: new RetryQueue(library.state),
    log: pino({ level: "silent" }),
    intervalMs: 1,
  });
  const place = { guildId: "200000000000000002", rootId: "200000000000000003" };
  await notes.start(place.guildId, place.rootId, place.rootId);
  while (edits.length === 0) await delay(1);
  await notes.close();
  expect(edits).toEqual(["begun", "done"]);
  notes.scheduleUpdate(place);
  await delay(30);
  expect(edits).toHaveLength(2);
  await library.close();
});
