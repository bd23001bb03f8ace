import { setTimeout as pause } from "node:timers/promises";
import { createLog } from "../../../src/discord/log.ts";
import { supervise } from "../../../src/discord/supervise.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { openTestLibrary } from "../../support/test-library.ts";
import { requestsToFake, TOKEN } from "./start-bot.ts";

/** The bot as a process of its own, to be killed: `bot-child.ts <library folder> <fake's origin>`. */
const [folder = "", origin = ""] = process.argv.slice(2);
// Slow enough to be killed in the middle of a page.
const embedder = new FakeEmbedder({ beforePicture: () => pause(2) });
const { library } = await openTestLibrary(folder, { embedder });
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
await supervise({
  token: TOKEN,
  library,
  log: createLog("warn"),
  rest: { api: `${origin}/api`, globalRequestsPerSecond: 100_000 },
  openRequest: requestsToFake(origin),
  times: { maintenanceMs: 500, retryRounds: 1 },
  signal: stop.signal,
});
await library.close();
