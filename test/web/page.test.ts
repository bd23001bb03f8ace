import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { axeFindings, CHROMIUM, startChromium } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Opened, openServer } from "./open-server.ts";

const PICTURES = {
  "animals/dog.jpg": "dog on grass",
  "animals/cat.jpg": "cat sleeping",
  "animals/puppy.jpg": "puppy dog",
  "boats/sail.jpg": "sailing boat",
  "boats/<img src=x onerror=alert(1)>.jpg": "rowing boat",
};

let browser: Browser;

beforeAll(async () => {
  browser = (await startChromium()) as Browser;
});
afterAll(() => browser?.close());

interface Visit extends Opened {
  readonly page: Page;
  /** Of every request that did not go to the server. */
  readonly outside: readonly string[];
  /** What the page complained of. */
  readonly complaints: readonly string[];
}

async function visit(setup: Partial<Parameters<typeof openServer>[0]> = {}): Promise<Visit> {
  const opened = await openServer({ directory: temporaryFolder(), pictures: PICTURES, ...setup });
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1200, height: 800 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const outside: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(opened.origin) && !request.url().startsWith("blob:"))
      outside.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // The fake pictures are words, which no browser decodes.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
  await page.goto(opened.link());
  await page.locator("main").waitFor();
  return { ...opened, page, outside, complaints };
}

const names = (page: Page) => page.locator(".tile .name").allTextContents();
const first = (page: Page) => page.locator(".tile .name").first();

describe.skipIf(CHROMIUM === undefined)("the page in a browser", () => {
  test("finds by typed words, keeps the question in the address, and goes back", async () => {
    const { page, complaints, outside } = await visit();
    await expect.poll(() => names(page)).toHaveLength(5);
    await page.getByRole("searchbox").fill("sailing boat");
    await page.keyboard.press("Enter");
    await expect.poll(() => first(page).textContent()).toBe("sail.jpg");
    expect(new URL(page.url()).searchParams.get("q")).toBe("sailing boat");
    await page.getByRole("searchbox").fill("cat");
    await page.keyboard.press("Enter");
    await expect.poll(() => first(page).textContent()).toBe("cat.jpg");
    await page.goBack();
    await expect.poll(() => page.getByRole("searchbox").inputValue()).toBe("sailing boat");
    await expect.poll(() => first(page).textContent()).toBe("sail.jpg");
    await page.reload();
    await expect.poll(() => first(page).textContent()).toBe("sail.jpg");
    expect(complaints).toEqual([]);
    expect(outside).toEqual([]);
  });

  test("opens the light box by keyboard, walks through the hits, and returns to where it was", async () => {
    const { page, folder } = await visit();
    await expect.poll(() => names(page)).toHaveLength(5);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    const box = page.getByRole("dialog");
    await box.waitFor();
    const shown = () => box.getByRole("heading").first().textContent();
    const [one, two] = await names(page);
    await expect.poll(shown).toBe(one);
    await page.keyboard.press("ArrowRight");
    await expect.poll(shown).toBe(two);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(shown).toBe(one);
    expect(await box.getByText(folder).count()).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await expect.poll(() => box.count()).toBe(0);
    expect(new URL(page.url()).searchParams.get("show")).toBeNull();
  });

  test("more like this, less like this, and chips that take it back", async () => {
    const { page, idOf } = await visit();
    await page.goto(`${new URL(page.url()).origin}/?show=${idOf("animals/dog.jpg")}`);
    await page.getByRole("button", { name: "More like this" }).click();
    await expect.poll(() => first(page).textContent()).toBe("puppy.jpg");
    await page.locator(".chip").waitFor();
    await page.getByRole("button", { name: /^Remove/ }).click();
    await expect.poll(() => page.locator(".chip").count()).toBe(0);
    await expect.poll(() => names(page)).toHaveLength(5);
  });

  test("a folder from the tree narrows it, and Back widens it again", async () => {
    const { page } = await visit();
    await page.getByText("Folder").click();
    await page.getByRole("button", { name: /^boats/ }).click();
    await expect.poll(() => names(page)).toHaveLength(2);
    await page.goBack();
    await expect.poll(() => names(page)).toHaveLength(5);
  });

  test("a dropped picture finds pictures like it", async () => {
    const { page } = await visit();
    await expect.poll(() => names(page)).toHaveLength(5);
    await page.evaluate(`{
      const data = new DataTransfer();
      data.items.add(new File(["a boat sailing"], "dropped.jpg", { type: "image/jpeg" }));
      dispatchEvent(new DragEvent("drop", { dataTransfer: data }));
    }`);
    await page.locator(".chip.like").waitFor();
    await expect.poll(() => first(page).textContent()).toBe("sail.jpg");
  });

  test("a name that is markup stays a name", async () => {
    const { page } = await visit();
    page.on("dialog", () => expect.unreachable("a script of a file's name ran"));
    await page.getByRole("searchbox").fill("rowing boat");
    await page.keyboard.press("Enter");
    await expect.poll(() => first(page).textContent()).toBe("<img src=x onerror=alert(1)>.jpg");
  });

  test("the server's refusal, and its silence, are said in words", async () => {
    const { page, origin } = await visit();
    await page.goto(`${origin}/?q=dog&since=2024-02-31`);
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("2024-02-31");
    await page.route("**/api/find*", (route) => route.abort());
    await page.goto(`${origin}/?q=dog`);
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("does not answer");
  });

  test("many pictures: few of them are in the document, and scrolling loads the rest", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1500 }, (_, at) => [`many/${at}.jpg`, `picture ${at}`]),
    );
    const { page } = await visit({ pictures: many });
    await expect.poll(async () => (await names(page)).length).toBeGreaterThan(10);
    await expect
      .poll(
        async () => {
          await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
          return page.locator(".end").textContent();
        },
        { timeout: 60_000 },
      )
      .toContain("1,500");
    expect((await names(page)).length).toBeLessThan(150);
  });

  test.each(["/", "/?q=dog", "/duplicates", "/library", "show"])(
    "%s has no accessibility findings",
    async (path) => {
      const { page, origin, idOf } = await visit();
      await page.goto(origin + (path === "show" ? `/?show=${idOf("animals/dog.jpg")}` : path));
      await page
        .locator(
          path === "/library" || path === "/duplicates" ? "main p" : path === "show" ? "dialog h2" : ".tile",
        )
        .first()
        .waitFor();
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  test("duplicates: the keeper, a comparison by keyboard, a verdict and its undoing", async () => {
    const { page, library, idOf } = await visit({
      pictures: { "a.jpg": "dog", "b.jpg": "cat" },
      mayEdit: true,
    });
    await library.verdict(idOf("a.jpg"), idOf("b.jpg"), "same");
    await page.getByRole("link", { name: "Duplicates" }).click();
    await page.locator(".group figure").nth(1).waitFor();
    await page.getByRole("button", { name: "Compare" }).press("Enter");
    await page.getByRole("button", { name: "Difference" }).press("Enter");
    await expect.poll(() => page.locator(".pair.difference img").count()).toBe(2);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Different pictures" }).click();
    await page.getByText("recorded: different").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Different pictures" }).waitFor();
    expect(await page.getByText("recorded").count()).toBe(0);
  });

  test("speaks German to those who want it", async () => {
    const opened = await openServer({ directory: temporaryFolder(), pictures: PICTURES });
    const context = await browser.newContext({ locale: "de-DE" });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(opened.link());
    await page.getByRole("link", { name: "Sammlung" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
  });
});
