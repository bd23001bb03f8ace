/**
 * The page of `glimpse web` in a browser, over a large library of the built-in model: `npm run bench -- web 100000`. How long the
 * first view takes, how long a question from Enter until its first picture is painted, and how many frames of scrolling take
 * longer than 50 ms, beside an empty page that scrolls in the same browser. Needs Chromium. A folder as the second argument
 * keeps the library for the next run.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openCatalog } from "../src/core/catalog/open-catalog.ts";
import type { CatalogImage, NewImage } from "../src/core/ports.ts";
import { ENTIRE_LIBRARY } from "../src/core/scopes.ts";
import { startChromium } from "../test/support/chromium.ts";
import { inTurn } from "../test/support/in-turn.ts";
import { seededRandom } from "../test/support/random-embeddings.ts";
import { inTemporaryFolder, table } from "./report.ts";

const images = Number(process.argv[2] ?? 50_000);
const kept = process.argv[3];
const random = seededRandom(1);

const FIRST_VIEWS = 5;
const QUESTIONS = [
  "a red car",
  "boat on the sea",
  "mountains in snow",
  "a city at night",
  "a house",
  "cactus",
  "train",
];
const SCROLLED_MS = 10_000;
const PX_PER_FRAME = 90;
const LONG_FRAME_MS = 50;
const PUT_AT_ONCE = 500;
const NOISE = 0.25;

const program = join(import.meta.dirname, "../dist/cli/main.js");

async function measure(folder: string): Promise<void> {
  if (!existsSync(join(folder, "catalog.db"))) await fill(folder);
  const browser = await startChromium();
  if (!browser) return;
  const { link, stop } = await serve(folder);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    const page = await context.newPage();
    await page.goto(link);
    await shown(page);
    const cookies = await context.cookies();
    const origin = new URL(link).origin;
    const firstViews: number[] = [];
    for (let run = 0; run < FIRST_VIEWS; run++) {
      // A context of its own: nothing is cached.
      const fresh = await browser.newContext({ viewport: { width: 1280, height: 860 } });
      await fresh.addCookies(cookies);
      const visit = await fresh.newPage();
      await visit.goto(origin);
      firstViews.push(await shown(visit));
      await fresh.close();
    }
    // The model is loaded by the first question.
    const loading = await asked(page, "a dog");
    const fresh = await inTurn(QUESTIONS, (question) => asked(page, question));
    const again = await inTurn(QUESTIONS, (question) => asked(page, question));
    await page.goto(origin);
    await shown(page);
    const scrolling = await scrolled(page);
    await page.goto("about:blank");
    await page.setContent(`<div style="height: 10000000px"></div>`);
    const empty = await scrolled(page);
    console.log(`${images.toLocaleString("en")} pictures; medians, and the worst in brackets.\n`);
    table(
      ["", ""],
      [
        ["first view: first picture painted after", ms(firstViews)],
        ["the first question, which loads the model", ms([loading])],
        ["a question, Enter to first picture painted", ms(fresh)],
        ["the same asked again", ms(again)],
        [`frames of ${SCROLLED_MS / 1000} s of scrolling over ${LONG_FRAME_MS} ms`, framesIn(scrolling)],
        ["the same of an empty page", framesIn(empty)],
      ],
    );
  } finally {
    await browser.close();
    await stop();
  }
}

function ms(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1]?.toFixed(0)} ms (${sorted.at(-1)?.toFixed(0)})`;
}

const framesIn = ({ frames, long, pixels, worst }: Scrolling) =>
  `${long} of ${frames} over ${pixels.toLocaleString("en")} px, the longest ${worst.toFixed(0)} ms`;

/** Milliseconds from the start of the page until a picture of the grid is decoded and a frame with it was shown. */
const shown = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    const look = () => {
      const image = document.querySelector(".tile img");
      if (image?.complete && image.naturalWidth > 0) requestAnimationFrame(() => resolve(performance.now()));
      else requestAnimationFrame(look);
    };
    look();
  })`);

/** Milliseconds from Enter until the first picture of another answer is painted. */
async function asked(page: Page, question: string): Promise<number> {
  await page.getByRole("searchbox").fill("");
  await page.keyboard.press("Enter");
  await page.evaluate(`new Promise((resolve) => {
    const look = () =>
      document.querySelector(".tile img") && !document.querySelector(".summary")?.textContent.includes("searched")
        ? resolve()
        : requestAnimationFrame(look);
    look();
  })`);
  await page.evaluate(`{
    const box = document.querySelector("input[type=search]");
    box.value = ${JSON.stringify(question)};
    window.answered = new Promise((resolve) => {
      const began = performance.now();
      const look = () => {
        const image = document.querySelector(".tile img");
        const isNew = document.querySelector(".summary")?.textContent.includes("searched");
        const isFolded = !image && document.querySelector(".fold");
        if (isNew && (isFolded || (image?.complete && image.naturalWidth > 0)))
          requestAnimationFrame(() => resolve(performance.now() - began));
        else requestAnimationFrame(look);
      };
      box.form.requestSubmit();
      look();
    });
  }`);
  return page.evaluate<number>("window.answered");
}

interface Scrolling {
  readonly frames: number;
  readonly long: number;
  readonly worst: number;
  readonly pixels: number;
}

const scrolled = (page: Page): Promise<Scrolling> =>
  page.evaluate<Scrolling>(`new Promise((resolve) => {
    let [frames, long, worst, last] = [0, 0, 0, performance.now()];
    const [began, from] = [last, scrollY];
    const step = (now) => {
      frames += 1;
      if (now - last > ${LONG_FRAME_MS}) long += 1;
      worst = Math.max(worst, now - last);
      last = now;
      scrollBy(0, ${PX_PER_FRAME});
      if (now - began < ${SCROLLED_MS}) requestAnimationFrame(step);
      else resolve({ frames, long, worst, pixels: Math.round(scrollY - from) });
    };
    requestAnimationFrame(step);
  })`);

/** The samples, and as many pictures as are wanted that are near one of them. */
async function fill(folder: string): Promise<void> {
  const samples = join(import.meta.dirname, "../samples");
  await run(folder, ["add", "--no-text", samples]);
  const catalog = await openCatalog({ path: join(folder, "catalog.db") });
  const active = await catalog.embeddings.activeModel();
  if (!active) throw new Error("the library has no model");
  const keys = await catalog.embeddings.keys(active.space);
  const originals = await catalog.images.byKey(keys, ENTIRE_LIBRARY);
  const vectors = new Map<number, Float32Array>();
  for await (const batch of catalog.embeddings.read(active.space))
    for (const { key, embedding } of batch) vectors.set(key, embedding);
  await catalog.files.putRoot("/photos", "folder");
  for (let at = originals.length; at < images; at += PUT_AT_ONCE) {
    const count = Math.min(PUT_AT_ONCE, images - at);
    await catalog.images.put(
      await Promise.all(
        Array.from({ length: count }, async (_, nth) => {
          const original = originals[(at + nth) % originals.length] as CatalogImage;
          const thumbnail = (await catalog.images.thumbnail(original.record.id)) ?? new Uint8Array();
          return alike(original, {
            thumbnail,
            vector: vectors.get(original.key),
            space: active.space,
            at: at + nth,
          });
        }),
      ),
    );
  }
  await catalog.close();
}

function alike(
  { record }: CatalogImage,
  {
    thumbnail,
    vector = new Float32Array(),
    space,
    at,
  }: {
    readonly thumbnail: Uint8Array;
    readonly vector: Float32Array | undefined;
    readonly space: string;
    readonly at: number;
  },
): NewImage {
  const near = vector.map((value) => value + (NOISE * (random() - 0.5) * 2) / Math.sqrt(vector.length));
  const length = Math.hypot(...near);
  return {
    picture: {
      id: randomBytes(32).toString("hex"),
      format: record.format,
      width: record.width,
      height: record.height,
      bytes: record.bytes,
      takenAt: null,
      quality: { jpegQuality: null, detail: 200, measuredSide: 560 },
      thumbnail,
      fingerprint: randomBytes(32),
    },
    placement: {
      kind: "file",
      root: "/photos",
      path: `/photos/${at % 200}/${at}.jpg`,
      bytes: record.bytes,
      modifiedAt: Date.UTC(2010, 0, 1) + at * 3_600_000,
      online: true,
    },
    space,
    embedding: near.map((value) => value / length),
  };
}

function run(library: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, "--library", library, ...args], { stdio: "inherit" });
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`glimpse ${args[0]} ended with ${code}`)),
    );
  });
}

async function serve(library: string): Promise<{ link: string; stop: () => Promise<void> }> {
  const args = ["--library", library, "web", "--port", "0", "--no-open"];
  const server = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const link = await new Promise<string>((resolve) =>
    server.stdout.once("data", (data: Buffer) => resolve(String(data).trim())),
  );
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  return {
    link,
    stop: () => {
      server.kill("SIGTERM");
      return ended;
    },
  };
}

if (kept === undefined) await inTemporaryFolder("glimpse-web-", measure);
else await measure(kept);
