import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterEach, describe, expect, test } from "vitest";
import { OnnxEmbedder, type OnnxEmbedderOptions } from "../../../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { startScript } from "../../support/start-script.ts";

const directory = mkdtempSync(join(tmpdir(), "glimpse-process-"));
const model = await new ModelStore({ directory }).locate("pocket");
const bytes = await sharp({ create: { width: 80, height: 60, channels: 3, background: "#a63" } })
  .png()
  .toBuffer();

const opened: OnnxEmbedder[] = [];
afterEach(() => Promise.all(opened.splice(0).map((embedder) => embedder.close())));

function open(options: Partial<OnnxEmbedderOptions> = {}): OnnxEmbedder {
  const embedder = new OnnxEmbedder({ model, ...options });
  opened.push(embedder);
  return embedder;
}

/** Process ids of the embedding processes of this process, from the system's own list. */
function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        return Number(fields[1]) === parent && fields[0] !== "Z";
      } catch {
        return false;
      }
    });
}

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}

describe.skipIf(process.platform !== "linux")("the embedding process (read from /proc)", () => {
  test.each(["SIGKILL", "SIGSTOP"] as const)("%s in the middle of work loses nothing", async (signal) => {
    const embedder = open({ hangMs: 6000 });
    await embedder.embedPicture({ bytes });
    const [pid = 0] = childrenOf(process.pid);
    const answers = Array.from({ length: 12 }, () => embedder.embedPicture({ bytes }));
    process.kill(pid, signal);
    expect(await Promise.all(answers)).toHaveLength(12);
    expect(childrenOf(process.pid)).not.toContain(pid);
  });

  test("it ends by itself when its parent is killed, and does not keep an idle parent alive", async () => {
    const script = new URL("parent-child.ts", import.meta.url);
    const start = (how: string) => startScript(script, [JSON.stringify({ model }), how]);
    const passing = start("pass");
    const [code] = await new Promise<unknown[]>((resolve) => passing.once("exit", (...end) => resolve(end)));
    expect(code).toBe(0);

    const staying = start("stay");
    const output = await new Promise<Buffer>((resolve) => staying.stdout?.once("data", resolve));
    expect(output.toString()).toBe("answered\n");
    const [child = 0] = childrenOf(staying.pid ?? 0);
    expect(child).toBeGreaterThan(0);
    staying.kill("SIGKILL");
    expect(await gone(child)).toBe(true);
  });

  test("it can be inspected: it prints the address of its debugger on this process's stderr", async () => {
    const script = new URL("parent-child.ts", import.meta.url);
    const options = { model, childProcess: { inspect: true } };
    const child = startScript(script, [JSON.stringify(options), "close"], {
      stdio: ["ignore", "inherit", "pipe"],
    });
    if (!child.stderr) throw new Error("the script has no stderr");
    expect(await text(child.stderr)).toMatch(/Debugger listening on ws:\/\/127\.0\.0\.1:\d+/);
  });

  test("its environment is the one chosen for it: secrets of this process do not reach it", async () => {
    const embedder = open({ childProcess: { env: { TZ: "Asia/Tokyo" } } });
    await embedder.embedTexts(["a cat"]);
    const [pid = 0] = childrenOf(process.pid);
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
    const names = environment.map((line) => line.split("=")[0]);
    expect(names.toSorted()).toEqual([
      "NODE_CHANNEL_FD",
      "NODE_CHANNEL_SERIALIZATION_MODE",
      "TZ",
      "UV_THREADPOOL_SIZE",
    ]);
  });
});

test("a model whose files do not fit its descriptor is an error, not a wrong answer", async () => {
  const wrong = (change: object) =>
    open({ model: { ...model, descriptor: { ...model.descriptor, ...change } } }).embedTexts(["a cat"]);
  await expect(wrong({ dimensions: 512 })).rejects.toThrow(
    /text\.onnx gives vectors of 256 numbers, but its descriptor says 512/,
  );
  const { text } = model.descriptor;
  await expect(wrong({ text: { ...text, input: "tokens" } })).rejects.toThrow(
    /takes "input_ids", but its descriptor feeds only "tokens"/,
  );
  await expect(wrong({ text: { ...text, output: "vectors" } })).rejects.toThrow(/reads "vectors"/);
});

test("a damaged tower is an error in one sentence, and the other tower still works", async () => {
  const paths = { ...model.paths, image: model.paths.tokenizer };
  const embedder = open({ model: { ...model, paths } });
  await expect(embedder.embedPicture({ bytes })).rejects.toThrow(
    /tokenizer\.json cannot be loaded as an ONNX model/,
  );
  expect(await embedder.embedTexts(["a cat"])).toHaveLength(1);
});
