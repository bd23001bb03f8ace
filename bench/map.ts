/**
 * The map of a large library: how long it takes and how much memory, how near neighbours stay, how long the event loop
 * is held, and how smoothly a browser moves it: `npm run bench -- map [pictures] [dimensions]`. A built page (`npm run
 * build`) and Chromium are needed for the last; without a graphics card it draws by the processor, and says so.
 */
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { ENTIRE_LIBRARY } from "../src/core/scopes.ts";
import type { Embedding, PictureMap, Progress } from "../src/core/types.ts";
import { VisibleFolders } from "../src/shared/visible-folders.ts";
import { BackgroundWork } from "../src/web/background-work.ts";
import { readClientFiles } from "../src/web/client-files.ts";
import { Examples } from "../src/web/examples.ts";
import { listen } from "../src/web/server.ts";
import { startChromium } from "../test/support/chromium.ts";
import { FakeEmbedder } from "../test/support/fake-embedder.ts";
import { normal, normalized, randomEmbedding, seededRandom } from "../test/support/random-embeddings.ts";
import { openTestLibrary, type TestLibrary } from "../test/support/test-library.ts";
import { trustworthiness } from "../test/support/trustworthiness.ts";
import { fillCatalog } from "./catalog-by-sql.ts";
import { inTemporaryFolder, table } from "./report.ts";

const pictures = Number(process.argv[2] ?? 100_000);
const dimensions = Number(process.argv[3] ?? 256);
const GROUPS = 200;
/** Trustworthiness compares each picture asked with all others: of this many. */
const COMPARED = 4000;
const ASKED = 200;
const random = seededRandom(1);
const centres = Array.from({ length: GROUPS }, () => randomEmbedding(random, dimensions));
const vectors: Embedding[] = [];

await inTemporaryFolder("glimpse-map-", async (folder) => {
  const embedder = new FakeEmbedder({ dimensions });
  await fill(folder, embedder.space);
  const opened = await openTestLibrary(folder, {
    embedder,
    index: { hnswFrom: Number.POSITIVE_INFINITY },
  });
  const map = await layOut(opened);
  await again(opened);
  await frames(opened);
  neighbours(map);
  await opened.library.close();
});

/** Each picture is of one of 200 groups of very different sizes. */
async function fill(folder: string, space: string): Promise<void> {
  const thumbnails = await Promise.all(centres.map((_, at) => thumbnail(at)));
  await fillCatalog(folder, { space, dimensions }, (database, rows) => {
    const putThumbnail = database.prepare("INSERT INTO thumbnails (image, webp) VALUES (?, ?)");
    for (let at = 0; at < pictures; at++) {
      const group = Math.floor(random() ** 2 * GROUPS);
      const centre = centres[group] ?? new Float32Array(dimensions);
      const noise = 0.8 / Math.sqrt(dimensions);
      const vector = normalized(centre.map((value) => value + noise * normal(random)));
      vectors.push(vector);
      const key = rows.image(vector);
      putThumbnail.run(key, thumbnails[group]);
      rows.file(`/photos/${group}/${key}.jpg`, key, 1);
    }
  });
}

function thumbnail(group: number): Promise<Buffer> {
  const background = { r: (group * 67) % 256, g: (group * 131) % 256, b: (group * 199) % 256 };
  return sharp({ create: { width: 256, height: 192, channels: 3, background } })
    .webp()
    .toBuffer();
}

async function layOut({ library }: TestLibrary): Promise<PictureMap> {
  const began = performance.now();
  const stages = new Map<string, number>();
  const onProgress = ({ stage }: Progress) => stages.set(stage, performance.now() - began);
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 200);
  const before = process.memoryUsage().rss;
  const processor = process.cpuUsage();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const map = await library.within(ENTIRE_LIBRARY).map({ onProgress });
  delay.disable();
  clearInterval(watch);
  const { user, system } = process.cpuUsage(processor);
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
  table(
    [
      "pictures",
      "wall, s",
      "processor, s",
      "laid out after, s",
      "memory before, MiB",
      "at most, MiB",
      "longest hold, ms",
    ],
    [
      [
        pictures,
        seconds(performance.now() - began),
        seconds((user + system) / 1000),
        seconds(stages.get("laying out") ?? 0),
        mebibytes(before),
        mebibytes(peak),
        (delay.max / 1e6).toFixed(0),
      ],
    ],
  );
  return map;
}

/** The same map when it is kept. */
async function again({ library }: TestLibrary): Promise<void> {
  const began = performance.now();
  await library.within(ENTIRE_LIBRARY).map();
  console.log(`\nasked again: ${((performance.now() - began) / 1000).toFixed(2)} s`);
}

function neighbours({ positions }: PictureMap): void {
  const step = Math.max(1, Math.floor(pictures / COMPARED));
  const chosen = vectors.map((_, at) => at).filter((at) => at % step === 0);
  const some = chosen.map((at) => vectors[at] ?? new Float32Array());
  const places = Float32Array.from(
    chosen.flatMap((at) => [positions[2 * at] ?? 0, positions[2 * at + 1] ?? 0]),
  );
  const asked = [...some.keys()].filter((at) => at % Math.floor(some.length / ASKED) === 0);
  console.log(
    `trustworthiness, 15 neighbours, of ${some.length.toLocaleString("en")} of the pictures: ${trustworthiness(some, places, 15, asked).toFixed(3)}`,
  );
}

async function frames({ library }: TestLibrary): Promise<void> {
  const browser = await startChromium();
  if (!browser) return;
  const web = {
    library,
    visible: new VisibleFolders([]),
    examples: new Examples(),
    version: "0.0.0-bench",
    signal: new AbortController().signal,
    work: new BackgroundWork(new AbortController().signal, console.error),
    mayEdit: false,
    mayMove: false,
    reveal: undefined,
  };
  const { server, link } = await listen(web, {
    host: "127.0.0.1",
    port: 0,
    files: readClientFiles(join(import.meta.dirname, "../dist/web")),
    onError: console.error,
  });
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  await page.goto(link());
  const began = performance.now();
  await page.goto(new URL("/map", link()).href);
  await page.locator(".stage-of-map").waitFor();
  await page.locator(".nearby li").first().waitFor();
  console.log(`map on the screen after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const renderer = await page.evaluate(`(() => {
    const gl = document.createElement("canvas").getContext("webgl2");
    const info = gl?.getExtension("WEBGL_debug_renderer_info");
    return gl ? String(info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : "WebGL") : "no WebGL: drawn by the canvas";
  })()`);
  console.log(`drawn by: ${renderer}\n`);
  const rows = [
    await counted(page, "moved by the pointer", async () => {
      await page.mouse.move(400, 400);
      await page.mouse.down();
      for (let at = 0; at < 90; at++) await page.mouse.move(400 + 3 * (at % 45), 400 + at);
      await page.mouse.up();
    }),
    await counted(page, "zoomed in by the wheel, from dots to pictures", async () => {
      await page.mouse.move(420, 420);
      for (let at = 0; at < 60; at++) await page.mouse.wheel(0, -60);
    }),
    await counted(page, "moved among pictures", async () => {
      await page.mouse.down();
      for (let at = 0; at < 90; at++) await page.mouse.move(420 + 2 * at, 420 + (at % 30));
      await page.mouse.up();
    }),
  ];
  table(["what", "frames", "median, ms", "over 20 ms", "over 50 ms", "longest, ms"], rows);
  server.closeAllConnections();
  server.close();
  await browser.close();
}

/** Times between the frames that the browser painted meanwhile. */
async function counted(page: Page, what: string, act: () => Promise<void>): Promise<(string | number)[]> {
  await page.evaluate(`(() => {
    window.frameTimes = [];
    const note = (time) => { window.frameTimes.push(time); window.frameRequest = requestAnimationFrame(note); };
    window.frameRequest = requestAnimationFrame(note);
  })()`);
  await act();
  const times: number[] = await page.evaluate(
    "(cancelAnimationFrame(window.frameRequest), window.frameTimes)",
  );
  const gaps = times
    .slice(1)
    .map((time, at) => time - (times[at] ?? time))
    .sort((a, b) => a - b);
  const over = (limit: number) => gaps.filter((gap) => gap > limit).length;
  return [
    what,
    gaps.length,
    (gaps[gaps.length >> 1] ?? 0).toFixed(1),
    over(20),
    over(50),
    (gaps.at(-1) ?? 0).toFixed(0),
  ];
}
