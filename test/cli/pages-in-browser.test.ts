import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { duplicatesPage, hitsPage, themesPage } from "../../src/cli/html/pages.ts";
import type { Cluster, DuplicateGroup, FindAnswer, Hit, ImageRecord } from "../../src/core/types.ts";
import { axeFindings, CHROMIUM, newContext, startChromium } from "../support/chromium.ts";
import { discPicture } from "../support/disc-picture.ts";

const HOSTILE = [
  "<img src=x onerror=alert(1)>.jpg",
  '"><svg onload=alert(1)>.jpg',
  "a\u202egpj.exe.jpg",
  "צילום ים.jpg",
  `${"long_name_without_a_break_".repeat(6)}.jpg`,
  "line\nbreak\u0007.jpg",
];

const imageOf = (paths: readonly string[], at = 0): ImageRecord => ({
  id: String(at).padStart(64, "0"),
  format: "jpeg",
  width: 640,
  height: 480,
  bytes: 12_345,
  takenAt: { wallClock: Date.UTC(2024, 5, 1), source: "exif-original" },
  quality: null,
  addedAt: 0,
  placements: paths.map((path) => ({
    kind: "file",
    root: "/photos",
    path,
    bytes: 12_345,
    modifiedAt: 0,
    online: true,
  })),
  placementCount: paths.length,
  tags: [{ tag: "<b>tag</b>", by: "person", score: 1 }],
});

const hitOf = (path: string, at: number): Hit => ({
  ...imageOf([path], at),
  rank: at + 1,
  score: 0.25,
  part: { kind: "whole" },
  alike: [],
  fit: "good",
});

const answerOf = (hits: readonly Hit[], more: Partial<FindAnswer> = {}): FindAnswer => ({
  query: "a <script>alert(2)</script> by the sea",
  model: "the model",
  match: "good",
  hits,
  nextCursor: null,
  searched: 99,
  notes: [],
  ...more,
});

const groupOf = (keeper: ImageRecord, others: readonly ImageRecord[]): DuplicateGroup => ({
  kind: others.length > 0 ? "same" : "exact",
  keeper,
  why: "the original <i>",
  reclaimableBytes: 10,
  members: others.map((image) => ({
    image,
    kind: "same",
    reason: "smaller",
    measure: 0.9,
    reference: keeper.id,
    edits: [],
  })),
});

const clusterOf = (name: string | null, representatives: readonly ImageRecord[]): Cluster => ({
  name,
  size: representatives.length,
  representatives,
  ids: representatives.map(({ id }) => id),
});

let browser: Browser;
let picture: Uint8Array;

beforeAll(async () => {
  browser = (await startChromium()) as Browser;
  picture = await discPicture("red", 40);
});
afterAll(() => browser?.close());

const thumbnail = async () => picture;
const folder = "/photos/a folder";
const hits = HOSTILE.map((name, at) => hitOf(join(folder, name), at));
const images = HOSTILE.map((name, at) => imageOf([join(folder, name)], at));

const foundOf = (...groups: readonly DuplicateGroup[]) => ({ groups, model: "pocket-4" });

const pages: Record<string, () => Promise<string>> = {
  hits: () => hitsPage(answerOf(hits), [{ name: "folder", value: folder }], thumbnail),
  "weak hits": () => hitsPage(answerOf(hits, { match: "weak" }), [], thumbnail),
  "no good hit": () => hitsPage(answerOf(hits, { match: "nothing" }), [], thumbnail),
  "no hit": () => hitsPage(answerOf([]), [], thumbnail),
  duplicates: () => duplicatesPage(foundOf(groupOf(imageOf(HOSTILE, 9), images)), [], thumbnail),
  "no duplicates": () => duplicatesPage(foundOf(), [], thumbnail),
  themes: () => themesPage([clusterOf("<b>sea</b>", images), clusterOf(null, images)], [], thumbnail),
};

async function opened(markup: string, options: { width?: number; dark?: boolean } = {}): Promise<Page> {
  const context = await newContext(browser, {
    viewport: { width: options.width ?? 1280, height: 800 },
    colorScheme: options.dark ? "dark" : "light",
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.on("dialog", () => expect.unreachable("a name ran as a script"));
  page.on("console", (message) => expect.unreachable(`the page complains: ${message.text()}`));
  page.on("request", (request) => expect(request.url()).toMatch(/^(?:data|about):/));
  await page.setContent(markup);
  return page;
}

const columnsOf = (page: Page) =>
  page.evaluate(
    `new Set([...document.querySelector(".picture-grid").children].map((each) => each.getBoundingClientRect().left)).size`,
  );

describe.skipIf(CHROMIUM === undefined)("in a browser", () => {
  test.each(Object.keys(pages))(
    "the page of %s has no accessibility findings, in light and dark",
    async (name) => {
      const markup = await pages[name]?.();
      for (const dark of [false, true]) {
        const page = await opened(markup ?? "", { dark });
        expect(await axeFindings(page)).toEqual([]);
      }
    },
  );

  test.each(Object.keys(pages))("the page of %s fits a telephone", async (name) => {
    const page = await opened((await pages[name]?.()) ?? "", { width: 390 });
    await page.evaluate(`for (const each of document.querySelectorAll("details")) each.open = true`);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  });

  test("names are shown whole, in bold, and as what they are", async () => {
    const page = await opened((await pages.hits?.()) ?? "");
    const names = await page.locator(".name").allTextContents();
    expect(names.slice(0, 2)).toEqual(HOSTILE.slice(0, 2));
    // What would reverse it, or break its line, is replaced.
    expect(names[2]).toBe("a␦gpj.exe.jpg");
    expect(names[5]).toBe("line␦break␦.jpg");
    expect(names[4]).toBe(HOSTILE[4]);
    expect(await page.evaluate('getComputedStyle(document.querySelector(".name")).fontWeight')).toBe("600");
    expect(await page.getByRole("img").first().getAttribute("alt")).toContain(HOSTILE[0]);
  });

  test("six pictures where five would fit are two rows of three", async () => {
    const page = await opened((await pages.hits?.()) ?? "", { width: 1280 });
    expect(await columnsOf(page)).toBe(3);
  });

  test("the head says what was asked of which pictures, and by which model", async () => {
    const page = await opened((await pages.hits?.()) ?? "");
    const head = await page.locator("header").textContent();
    for (const said of [
      "a <script>alert(2)</script> by the sea",
      folder,
      "6 hits of 99 pictures",
      "the model",
    ])
      expect(head).toContain(said);
  });

  test("weak answers say so, and what fits nothing is folded away", async () => {
    const weak = await opened((await pages["weak hits"]?.()) ?? "");
    await weak.getByText("Weak matches only").waitFor();
    const none = await opened((await pages["no good hit"]?.()) ?? "");
    await none.getByText("Nothing fits well").waitFor();
    expect(await none.locator("figure").first().isVisible()).toBe(false);
    await none.getByText("The nearest anyway: 6 pictures").click();
    expect(await none.locator("figure").first().isVisible()).toBe(true);
  });

  test("files with the same bytes each have their own link, and one of them is kept", async () => {
    const keeper = imageOf(["/photos/kept.jpg", "/photos/again & again.jpg", "/photos/third.jpg"]);
    const page = await opened(await duplicatesPage(foundOf(groupOf(keeper, [])), [], thumbnail));
    expect(await page.locator(".asked dd").allTextContents()).toEqual(["pocket-4"]);
    const places = page.locator(".places li");
    expect(await places.locator(".mark").allTextContents()).toEqual(["keep", "extra copy", "extra copy"]);
    const links = await Promise.all(
      (await places.locator("a").all()).map((link) => link.getAttribute("href")),
    );
    expect(links).toEqual(keeper.placements.map((at) => at.kind === "file" && pathToFileURL(at.path).href));
  });

  test("long lists are folded: places, copies, groups and hits", async () => {
    const many = imageOf(Array.from({ length: 40 }, (_, at) => `/photos/${at}.jpg`));
    const copies = Array.from({ length: 30 }, (_, at) => imageOf([`/photos/copy ${at}.jpg`], at + 1));
    const page = await opened(await duplicatesPage(foundOf(groupOf(many, copies)), [], thumbnail));
    await page.getByText("and 35 more places").waitFor();
    await page.getByText("and 19 more pictures").waitFor();
    const lots = Array.from({ length: 150 }, (_, at) => hitOf(`/photos/${at}.jpg`, at));
    const found = await opened(await hitsPage(answerOf(lots), [], thumbnail));
    await found.getByText("and 30 more pictures").waitFor();
    const groups = copies.concat(lots).map((image) => groupOf({ ...image, id: image.id.slice(1) }, []));
    const pageOfGroups = await opened(await duplicatesPage(foundOf(...groups), [], thumbnail));
    await pageOfGroups.getByText("and 80 more groups").waitFor();
  });
});
