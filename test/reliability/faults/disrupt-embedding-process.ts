import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OnnxEmbedder } from "../../../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { drawing } from "../../core/image/drawing.ts";
import { libraryDigest } from "../../support/library-digest.ts";
import { openTestLibrary } from "../../support/test-library.ts";
import type { FaultReport } from "./every-write-fails.ts";

const PICTURES = 60;
/** Twice, well apart: a picture that was in progress when two processes died is deliberately skipped. */
const DISRUPT_AT = new Set([8, 50]);

/** The embedding process is stopped or killed while adding; every picture is still added. */
export async function disruptEmbeddingProcess(
  home: string,
  signal: "SIGSTOP" | "SIGKILL",
): Promise<FaultReport | undefined> {
  if (process.platform !== "linux") return undefined;
  const [directory, pictures] = [join(home, "library"), join(home, "pictures")];
  mkdirSync(pictures, { recursive: true });
  for (let n = 0; n < PICTURES; n++) {
    writeFileSync(join(pictures, `${n}.jpg`), await drawing(n, 200, 150).jpeg().toBuffer());
  }
  const model = await new ModelStore({ directory }).locate("pocket");
  const embedder = new OnnxEmbedder({ model, hangMs: 6000 });
  const before = new Set(children());
  const { library } = await openTestLibrary(directory, { real: embedder });
  let injected = 0;
  const left = new Set(DISRUPT_AT);
  const report = await library.add([pictures], {
    onProgress: ({ done }) => {
      if (!left.delete(done)) return;
      for (const pid of children().filter((child) => !before.has(child))) {
        process.kill(pid, signal);
        injected += 1;
      }
    },
  });
  await library.close();
  await embedder.close();
  const problems =
    report.added === PICTURES ? [] : [`${report.added} of ${PICTURES}; ${JSON.stringify(report.skipped)}`];
  return { injected, problems: [...problems, ...(await libraryDigest(directory)).problems] };
}

function children(): number[] {
  const lists = readdirSync("/proc/self/task").map((task) =>
    readFileSync(`/proc/self/task/${task}/children`, "utf8"),
  );
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}
