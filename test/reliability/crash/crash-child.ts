/**
 * Runs a workload on a library until it is killed, or kills itself at the named point: `before:images.put:2`.
 * Arguments: library, pictures, hub, work, seed, point. Prints what it acknowledged; see write-message.ts.
 */
import { writeSync } from "node:fs";
import { aroundWrites, type Write } from "../../support/around-catalog.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { openTestLibrary } from "../../support/test-library.ts";
import { GRAPH_FROM, workloads } from "./workloads.ts";
import { describeWrite, type WriteMessage } from "./write-message.ts";

const [directory = "", pictures = "", hub = "", work = "", seed = "0", point = ""] = process.argv.slice(2);
const [when, method, nth] = point.split(":");
const emit = (message: WriteMessage) => writeSync(1, `${JSON.stringify(message)}\n`);

const seen = new Map<string, number>();
let number = 0;

function dieAt(moment: string, { name }: Write): void {
  if (moment !== when || name !== method) return;
  const times = (seen.get(name) ?? 0) + 1;
  seen.set(name, times);
  if (times >= Number(nth)) process.kill(process.pid, "SIGKILL");
}

const opened = await openTestLibrary(directory, {
  index: { hnswFrom: GRAPH_FROM, buildAfterMs: 0 },
  around: (catalog) =>
    aroundWrites(catalog, async (write, run) => {
      const mine = ++number;
      dieAt("before", write);
      emit({ begin: mine, ...describeWrite(write) });
      const result = await run();
      dieAt("unacknowledged", write);
      emit({ end: mine });
      dieAt("after", write);
      return result;
    }),
});
emit({ state: "ready" });
await workloads[work]?.({ ...opened, directory, pictures, hub, random: seededRandom(Number(seed)) });
