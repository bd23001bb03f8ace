import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { axeFindings, CHROMIUM, newContext, startChromium } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { everything } from "../support/test-library.ts";
import { openServer } from "./open-server.ts";

const KINDS = ["cat", "boat", "mountain"];
const PICTURES = Object.fromEntries(
  KINDS.flatMap((kind) =>
    Array.from({ length: 8 }, (_, nth) => [`${kind}-${nth}.jpg`, `${kind} ${kind} ${kind} detail${nth}`]),
  ),
);

let browser: Browser;

beforeAll(async () => {
  browser = (await startChromium()) as Browser;
});
afterAll(() => browser?.close());

async function visit(path: string, setup: Partial<Parameters<typeof openServer>[0]> = {}) {
  const opened = await openServer({ directory: temporaryFolder(), pictures: PICTURES, ...setup });
  const context = await newContext(browser, { locale: "en-US", viewport: { width: 1200, height: 800 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // The fake pictures are words, which no browser decodes.
    if (
      ["error", "warning"].includes(message.type()) &&
      !/Failed to load resource|GPU stall/.test(message.text())
    )
      complaints.push(message.text());
  });
  await page.goto(opened.link());
  await page.goto(opened.origin + path);
  return { ...opened, page, complaints };
}

const params = (page: Page) => new URL(page.url()).searchParams;
const stage = (page: Page) => page.locator(".stage-of-map");
const listed = (page: Page) =>
  page.locator(".nearby li a").evaluateAll((all) => all.map(({ title }) => title));
const heading = (page: Page) => page.locator(".map-side h2");

async function stageBox(page: Page) {
  await expect.poll(() => heading(page).textContent()).toMatch(/24 pictures in view|Around/);
  const box = await stage(page).boundingBox();
  if (!box) throw new Error("The map is not shown.");
  return box;
}

/** Where the leftmost picture is drawn while the whole map is shown. */
async function leftmostPicture(page: Page): Promise<[x: number, y: number]> {
  const { x, y, width, height } = await stageBox(page);
  const bytes = await page.evaluate(async () => [
    ...new Uint8Array(await (await fetch("/api/map/points")).arrayBuffer()),
  ]);
  const count = bytes.length / 40;
  const plane = new Float32Array(new Uint8Array(bytes).buffer, 0, 2 * count);
  const points = Array.from(
    { length: count },
    (_, at) => [plane[2 * at] ?? 0, plane[2 * at + 1] ?? 0] as const,
  );
  const [left, up] = points.reduce((a, b) => (b[0] < a[0] ? b : a));
  const half = (Math.min(width, height) / 2) * 0.92;
  return [x + width / 2 + left * half, y + height / 2 - up * half];
}

/** Draws a closed line near the edge of the map, which ends on a picture. */
async function lasso(page: Page): Promise<void> {
  const { x, y, width, height } = await stageBox(page);
  await page.getByRole("button", { name: "Mark a region" }).click();
  await page.mouse.move(x + 5, y + 5);
  await page.mouse.down();
  for (const [right, down] of [
    [width - 5, 5],
    [width - 60, height - 5],
    [5, height - 5],
  ] as const)
    await page.mouse.move(x + right, y + down, { steps: 6 });
  await page.mouse.move(...(await leftmostPicture(page)));
  await page.mouse.up();
}

describe.skipIf(CHROMIUM === undefined)("themes and the map in a browser", () => {
  test("a theme leads to all of its pictures, and Back to the themes", async () => {
    const { page, complaints } = await visit("/themes");
    const theme = page.locator(".theme").first();
    await theme.waitFor();
    await expect.poll(() => axeFindings(page)).toEqual([]);
    const size = Number(/(\d+) pictures/.exec((await theme.locator("small").textContent()) ?? "")?.[1]);
    await page
      .getByRole("link", { name: /^Show all/ })
      .first()
      .click();
    await expect.poll(() => page.locator(".tile").count()).toBe(size);
    expect(params(page).get("theme")).toMatch(/^[0-9a-f]{64}$/);
    await page.goBack();
    await theme.waitFor();
    expect(complaints).toEqual([]);
  });

  test("words are pinned, kept in the address, and taken away; Back goes through them", async () => {
    const { page, complaints } = await visit("/map");
    await stageBox(page);
    await page.getByRole("searchbox").fill("boat");
    await page.keyboard.press("Enter");
    await page.locator(".pin").waitFor();
    await expect.poll(() => heading(page).textContent()).toBe("Around “boat”");
    await expect
      .poll(async () => (await listed(page)).slice(0, 5).every((name) => /boat/.test(name)))
      .toBe(true);
    expect(params(page).getAll("pin")).toEqual(["boat"]);

    await page.getByRole("searchbox").fill("mountain");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".pin").count()).toBe(2);
    await expect.poll(() => heading(page).textContent()).toBe("Around “mountain”");
    await page.locator(".pin", { hasText: "boat" }).locator("span").click();
    await expect.poll(() => heading(page).textContent()).toBe("Around “boat”");

    await page.reload();
    await expect.poll(() => page.locator(".pin").count()).toBe(2);
    await page.goBack();
    await expect.poll(() => page.locator(".pin").count()).toBe(1);
    await page.getByRole("button", { name: "Remove boat" }).click();
    await expect.poll(() => page.locator(".pin").count()).toBe(0);
    await page.goBack();
    await expect.poll(() => page.locator(".pin").count()).toBe(1);
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("is zoomed by wheel, buttons and keys, and the list follows", async () => {
    const { page } = await visit("/map");
    const box = await stageBox(page);
    const zoom = () => Number(params(page).get("at")?.split(",")[2]);
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 3);
    await page.mouse.wheel(0, -900);
    await expect.poll(zoom).toBeGreaterThan(2);
    await expect.poll(() => heading(page).textContent()).not.toBe("24 pictures in view");
    await page.reload();
    await expect.poll(() => heading(page).textContent()).toMatch(/in view/);
    expect(zoom()).toBeGreaterThan(2);
    await page.getByRole("button", { name: "Show the whole map" }).click();
    await expect.poll(zoom).toBe(1);
    await stage(page).focus();
    await page.keyboard.press("+");
    await expect.poll(zoom).toBe(1.5);
    const middle = () => Number(params(page).get("at")?.split(",")[0]);
    const before = middle();
    await page.keyboard.press("ArrowRight");
    await expect.poll(middle).toBeGreaterThan(before);
    await page.keyboard.press("0");
    await expect.poll(zoom).toBe(1);
  });

  test("a picture opens from the list, and closing leads back to the map as it was", async () => {
    const { page } = await visit("/map?pin=cat");
    await page.locator(".pin").waitFor();
    const link = page.locator(".nearby li a").first();
    await link.click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await expect.poll(() => params(page).getAll("pin")).toEqual(["cat"]);
    await page.locator(".pin").waitFor();
  });

  test("a region is drawn, kept in the address, asked in, and taken away", async () => {
    const { page, complaints } = await visit("/map");
    await lasso(page);
    await expect.poll(() => heading(page).textContent()).toMatch(/\d+ pictures in the region/);
    const inRegion = Number(/(\d+)/.exec((await heading(page).textContent()) ?? "")?.[1]);
    expect(inRegion).toBeGreaterThan(12);
    expect(params(page).get("show")).toBeNull();
    await expect.poll(() => page.getByLabel("Tag all of them").count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "Ask in this region" }).click();
    await expect.poll(() => page.locator(".chip.region").count()).toBe(1);
    await page.getByRole("searchbox").fill("boat");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".tile .name").first().textContent()).toMatch(/boat/);
    await expect.poll(() => params(page).get("region")).not.toBeNull();
    await page.goBack();
    await page.goBack();
    await expect.poll(() => heading(page).textContent()).toBe(`${inRegion} pictures in the region`);
    await page.getByRole("button", { name: "Remove the mark" }).click();
    await expect.poll(() => heading(page).textContent()).toMatch(/in view/);

    const [x, y] = await leftmostPicture(page);
    await page.mouse.move(x + 30, y + 20);
    await page.mouse.down();
    await page.mouse.move(x, y, { steps: 4 });
    await page.mouse.up();
    // The picture has moved along, and lies where the pointer went down.
    await expect.poll(() => params(page).get("at")).not.toBe("0.0000,0.0000,1.00");
    expect(params(page).get("show")).toBeNull();
    await page.mouse.click(x - 30, y - 20);
    await expect.poll(() => params(page).get("show")).not.toBeNull();
    expect(complaints).toEqual([]);
  });

  test("a region is tagged where editing is allowed", async () => {
    const { page, library, idOf } = await visit("/map", { mayEdit: true });
    await lasso(page);
    await page.getByLabel("Tag all of them").fill("harbour");
    await page.getByRole("button", { name: "Tag", exact: true }).click();
    await expect.poll(() => page.locator(".tag-region").textContent()).toMatch(/newly tagged “harbour”/);
    const tagged = await library.within({ ...everything, tags: ["harbour"] }).status();
    expect(tagged.images).toBeGreaterThan(12);
    const view = library.within(everything);
    const all = await Promise.all(Object.keys(PICTURES).map((name) => view.image(idOf(name))));
    expect(all.filter(({ tags }) => tags.some(({ tag }) => tag === "harbour"))).toHaveLength(tagged.images);
  });
});
