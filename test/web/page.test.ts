import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { de } from "../../src/components/texts/de.ts";
import { en } from "../../src/components/texts/en.ts";
import { german } from "../../src/web/sentences/german.ts";
import { axeFindings, CHROMIUM, newContext, startChromium } from "../support/chromium.ts";
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

interface Wanted extends Partial<Parameters<typeof openServer>[0]> {
  readonly locale?: string;
}

async function visit({ locale = "en-US", ...setup }: Wanted = {}): Promise<Visit> {
  const opened = await openServer({ directory: temporaryFolder(), pictures: PICTURES, ...setup });
  const context = await newContext(browser, { locale, viewport: { width: 1200, height: 800 } });
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
    await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe("sailing boat");
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
    await page.getByRole("searchbox").fill("dog");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await names(page)).slice(0, 2).sort()).toEqual(["dog.jpg", "puppy.jpg"]);
    await page.keyboard.press("j");
    const focused = (name: string) => page.locator(`.tile:has-text("${name}") a:focus`).count();
    await expect.poll(async () => focused((await names(page))[0] ?? "")).toBe(1);
    await page.keyboard.press("Tab");
    expect(await page.locator(".tile .pick:focus").count()).toBe(1);
    await page.keyboard.press("Shift+Tab");
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
    await page.keyboard.press("ArrowRight");
    await expect.poll(shown).toBe(two);
    await expect.poll(() => box.getByText(folder).count()).toBeGreaterThan(0);
    await page.reload();
    await expect.poll(shown).toBe(two);
    await expect.poll(() => names(page)).toContain(one);
    await page.keyboard.press("Escape");
    await expect.poll(() => box.count()).toBe(0);
    await expect.poll(() => new URL(page.url()).search).toBe("?q=dog");
    await expect.poll(() => focused(two ?? "")).toBe(1);
    await page.goBack();
    await expect.poll(() => new URL(page.url()).search).toBe("");
  });

  test("keys wait for the answer to the question that stands", async () => {
    const { page } = await visit();
    await expect.poll(() => names(page)).toHaveLength(5);
    let answer = () => {};
    const isAsked = new Promise<void>((resolve) => {
      void page.route("**/api/find?*q=cat*", async (route) => {
        resolve();
        await new Promise<void>((go) => (answer = go));
        await route.continue();
      });
    });
    await page.keyboard.press("/");
    await page.keyboard.type("cat");
    await page.keyboard.press("Enter");
    await isAsked;
    for (const key of ["j", "Enter"]) await page.keyboard.press(key);
    answer();
    await page.locator('section[aria-busy="false"]').waitFor();
    await expect.poll(() => first(page).textContent()).toBe("cat.jpg");
    expect(new URL(page.url()).search).toBe("?q=cat");
    for (const key of ["j", "Enter"]) await page.keyboard.press(key);
    await expect
      .poll(() => page.getByRole("dialog").getByRole("heading").first().textContent())
      .toBe("cat.jpg");
  });

  test("more like this, less like this, and chips that name the picture and take it back", async () => {
    const { page, idOf } = await visit();
    await page.goto(`${new URL(page.url()).origin}/?show=${idOf("animals/dog.jpg")}`);
    await page.getByRole("button", { name: "More like this" }).click();
    await expect.poll(() => first(page).textContent()).toBe("puppy.jpg");
    await expect.poll(() => page.locator(".chip .name").textContent()).toBe("dog.jpg");
    await page.getByRole("button", { name: "Remove like dog.jpg" }).click();
    await expect.poll(() => page.locator(".chip").count()).toBe(0);
    await expect.poll(() => names(page)).toHaveLength(5);
    await page.goto(`${new URL(page.url()).origin}/?q=dog&show=${idOf("animals/dog.jpg")}`);
    await page.getByRole("button", { name: "Less like this" }).click();
    await expect.poll(() => page.locator(".chip.unlike .name").textContent()).toBe("dog.jpg");
    await expect.poll(() => names(page)).not.toContain("dog.jpg");
  });

  test("a folder from the tree narrows it, and Back widens it again", async () => {
    const { page } = await visit();
    await page.getByText("Folder").click();
    await page.getByRole("button", { name: /^boats/ }).click();
    await expect.poll(() => names(page)).toHaveLength(2);
    await page.goBack();
    await expect.poll(() => names(page)).toHaveLength(5);
  });

  test("a picture dropped on any view finds pictures like it", async () => {
    const { page, origin } = await visit();
    await page.goto(`${origin}/duplicates?kind=variant`);
    await page.locator(".duplicates").waitFor();
    const isPrevented = await page.evaluate(`{
      const data = new DataTransfer();
      data.items.add(new File(["a boat sailing"], "dropped.jpg", { type: "image/jpeg" }));
      !dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
    }`);
    expect(isPrevented).toBe(true);
    await expect.poll(() => page.locator(".chip.like .name").textContent()).toBe("dropped.jpg");
    await expect.poll(() => first(page).textContent()).toBe("sail.jpg");
    await page.goBack();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/duplicates");
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
      .poll(async () => {
        await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
        return page.locator(".end").textContent();
      })
      .toContain("1,500");
    expect((await names(page)).length).toBeLessThan(150);
  });

  test.each(["/", "/?q=dog", "/duplicates", "/library", "/tags", "/tags?review=dog", "show"])(
    "%s has no accessibility findings",
    async (path) => {
      const { page, origin, idOf, library } = await visit({ mayEdit: true });
      await library.tags.setVocabulary({ tags: [{ tag: "dog", threshold: 0.5 }] });
      await page.goto(origin + (path === "show" ? `/?show=${idOf("animals/dog.jpg")}` : path));
      await page
        .locator(
          path === "show"
            ? "dialog h2"
            : path.startsWith("/tags")
              ? "main .note"
              : /^\/\w/.test(path)
                ? "main p"
                : ".tile",
        )
        .first()
        .waitFor();
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  test("duplicates: the keeper, a comparison by keyboard, a verdict and its undoing, also after a reload", async () => {
    const { page, library, idOf } = await visit({
      pictures: { "a.jpg": "dog", "b.jpg": "cat" },
      mayEdit: true,
      mayMove: true,
    });
    await library.verdicts.put(idOf("a.jpg"), idOf("b.jpg"), "same");
    await page.getByRole("link", { name: "Duplicates" }).click();
    await page.locator(".group figure").nth(1).waitFor();
    await page.getByRole("button", { name: "Compare" }).press("Enter");
    await page.getByRole("button", { name: "Difference" }).press("Enter");
    await expect.poll(() => page.locator(".pair.difference canvas").count()).toBe(1);
    await page.keyboard.press("Escape");
    const different = page.getByRole("button", { name: "Different pictures" });
    const said = page.locator(".group .mark.keep", { hasText: "recorded" });
    const summary = page.locator(".duplicates > .summary");
    const extra = page.locator(".group .mark", { hasText: "extra copy" });
    await expect.poll(() => said.textContent()).toBe("recorded: the same");
    await expect.poll(() => summary.textContent()).toContain("1 group; 1 file could go");
    await expect.poll(() => extra.count()).toBe(1);
    await different.click();
    await expect.poll(() => said.textContent()).toBe("recorded: different");
    await expect.poll(() => summary.textContent()).toContain("There are no copies.");
    await expect.poll(() => page.getByRole("button", { name: "Move 0 files" }).isDisabled()).toBe(true);
    await expect.poll(() => extra.count()).toBe(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => said.textContent()).toBe("recorded: the same");
    await expect.poll(() => summary.textContent()).toContain("1 group; 1 file could go");
    await expect.poll(() => page.getByRole("button", { name: "Move 1 file" }).isEnabled()).toBe(true);
    await expect.poll(() => extra.count()).toBe(1);
    await different.click();
    await expect.poll(() => said.textContent()).toBe("recorded: different");
    await page.reload();
    await page.getByText("1 verdict given").click();
    expect(await page.locator(".group").count()).toBe(0);
    await page.getByRole("button", { name: "Take back" }).click();
    await page.locator(".group").waitFor();
    expect(await library.verdicts.of(idOf("a.jpg"), idOf("b.jpg"))).toBe("same");
  });

  test("labels: one is added, its pictures are judged by keys, and a judgement is taken back", async () => {
    const { page, library, idOf, complaints } = await visit({ mayEdit: true });
    await page.getByRole("link", { name: "Tags", exact: true }).click();
    await page.getByLabel("New label").fill("dog");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText("not judged yet").waitFor();
    await page.getByLabel("New label").fill("dog");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText("There is a label “dog” already.").waitFor();
    await page.getByLabel("New label").fill("  ");
    await page.getByRole("button", { name: "Add" }).click();
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
    await expect.poll(() => page.locator(".label-line").textContent()).toContain("2 pictures");
    await page.getByRole("button", { name: "Review" }).click();
    await page.getByRole("heading", { name: "Does it show: dog" }).waitFor();
    const shown = () => page.locator("figcaption bdi").textContent();
    const said = () => page.locator(".review .note").first().textContent();
    const first = await shown();
    await page.keyboard.press("y");
    await expect.poll(said).toBe("1 yes, 0 no");
    await expect.poll(shown).not.toBe(first);
    const second = await shown();
    await page.keyboard.press("n");
    await expect.poll(said).toBe("1 yes, 1 no");
    await page.keyboard.press("u");
    await expect.poll(said).toBe("1 yes, 0 no");
    await expect.poll(shown).toBe(second);
    await page.keyboard.press("s");
    await expect.poll(said).toBe("1 yes, 0 no, 1 skipped");
    const view = library.within({ files: "all", discord: "none" });
    const byPerson = (await view.tags()).map(({ byPerson }) => byPerson);
    expect(byPerson).toEqual([1]);
    expect((await view.image(idOf(`animals/${first}`))).tags).toMatchObject([{ tag: "dog", by: "person" }]);
    await page.goBack();
    await expect.poll(() => page.locator(".quality").textContent()).toContain("of 1 judged");
    expect(complaints).toEqual([]);
  });

  test("labels: one is renamed, deleted after a question, and one of those to begin with taken", async () => {
    const { page, library, origin } = await visit({ mayEdit: true });
    await library.tags.setVocabulary({ tags: [{ tag: "dog", threshold: 0.5 }] });
    await page.goto(`${origin}/tags`);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("New name").fill("hound");
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("link", { name: "hound" }).waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("button", { name: "Delete …" }).click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.getByText("There are no labels yet.").waitFor();
    expect((await library.tags.vocabulary())?.tags).toEqual([]);
    await page.getByRole("button", { name: "animals" }).click();
    await page.getByRole("link", { name: "animals" }).waitFor();
    expect((await library.tags.vocabulary())?.tags).toMatchObject([{ tag: "animals" }]);
    await expect.poll(() => page.getByText("Begin with").count()).toBe(0);
  });

  test("a stretch of the time line is dragged over, its chips are removed, and Back brings it again", async () => {
    const { page } = await visit({
      pictures: { "IMG_20230110.jpg": "dog", "IMG_20230615.jpg": "cat", "IMG_20231220.jpg": "boat" },
    });
    await expect.poll(() => names(page)).toHaveLength(3);
    await page.getByText("From – To").click();
    const bars = page.locator(".time-line .bars");
    await bars.waitFor();
    const box = await bars.boundingBox();
    if (!box) throw new Error("the time line is not shown");
    const at = (month: number) => box.x + ((month - 0.5) / 12) * box.width;
    await page.mouse.move(at(5), box.y + 10);
    await page.mouse.down();
    await page.mouse.move(at(8), box.y + 10);
    await page.mouse.up();
    await expect.poll(() => names(page)).toEqual(["IMG_20230615.jpg"]);
    await expect.poll(() => new URL(page.url()).search).toBe("?since=2023-05&until=2023-08");
    await expect.poll(() => page.locator(".chip").count()).toBe(2);
    await page.getByRole("button", { name: "Remove From 2023-05" }).click();
    await expect.poll(() => names(page)).toHaveLength(2);
    await page.goBack();
    await expect.poll(() => names(page)).toEqual(["IMG_20230615.jpg"]);
  });

  test("a filter by format is a chip, and stays in the address", async () => {
    const { page } = await visit({
      facts: (bytes) => (`${Buffer.from(bytes)}`.includes("boat") ? { format: "gif" } : {}),
    });
    await page.getByText("Size and kind").click();
    await page.getByRole("button", { name: "GIF" }).click();
    await expect.poll(() => names(page)).toHaveLength(2);
    await page.reload();
    await expect.poll(() => names(page)).toHaveLength(2);
    await page.getByRole("button", { name: "Remove Format GIF" }).click();
    await expect.poll(() => names(page)).toHaveLength(5);
  });

  test("pictures are selected by x, marked as what was asked for, and tagged together", async () => {
    const { page, library, idOf } = await visit({ mayEdit: true });
    await page.getByRole("searchbox").fill("dog");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await names(page)).slice(0, 2).sort()).toEqual(["dog.jpg", "puppy.jpg"]);
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    const bar = page.getByRole("region", { name: "Selection" });
    await bar.getByText("2 pictures selected").waitFor();
    await bar.getByRole("button", { name: "This was it" }).click();
    await bar.getByText("Marked as what was asked for.").waitFor();
    const marked = (await library.marks.list()).map(({ question, id }) => `${question} ${id}`).sort();
    expect(marked).toEqual(
      ["animals/dog.jpg", "animals/puppy.jpg"].map((name) => `dog ${idOf(name)}`).sort(),
    );
    await page.keyboard.press("x");
    await bar.getByRole("textbox", { name: "Tag" }).fill("pet");
    await bar.getByRole("button", { name: "Add tag" }).click();
    await bar.getByText("1 picture tagged “pet”.").waitFor();
    const tagged = async () =>
      (await library.within({ files: "all", discord: "none" }).tags()).map(({ byPerson }) => byPerson);
    expect(await tagged()).toEqual([1]);
    await page.locator(".tile.current a").click();
    const box = page.getByRole("dialog");
    await box.getByRole("button", { name: "Remove tag pet" }).click();
    await box.getByText("“pet” removed").waitFor();
    expect((await tagged()).filter(Boolean)).toEqual([]);
    await box.getByRole("button", { name: "Undo" }).click();
    await box.getByRole("button", { name: "Remove tag pet" }).waitFor();
    expect(await tagged()).toEqual([1]);
    await page.keyboard.press("Escape");
    await expect.poll(() => box.count()).toBe(0);
    await page.keyboard.press("x");
    await page.keyboard.press("Escape");
    await expect.poll(() => bar.getByText("selected").count()).toBe(0);
  });

  test("duplicates: what could go is moved to a folder, and put back", async () => {
    const { page, folder, complaints } = await visit({
      pictures: { "dog.jpg": "dog", "copies/dog.jpg": "dog" },
      mayMove: true,
    });
    const aside = temporaryFolder();
    await page.getByRole("link", { name: "Duplicates" }).click();
    await page.getByLabel("Keep those in").fill(folder);
    await page.getByLabel("Move what could go").fill(aside);
    await page.getByRole("button", { name: "Move 1 file" }).click();
    const back = page.getByRole("button", { name: "Put them back" });
    await back.waitFor();
    expect(existsSync(join(folder, "copies/dog.jpg")) && existsSync(join(folder, "dog.jpg"))).toBe(false);
    await page.getByText("There are no copies.").waitFor();
    await back.click();
    await page.getByRole("button", { name: "Move 1 file" }).waitFor();
    expect([join(folder, "copies/dog.jpg"), join(folder, "dog.jpg")].every(existsSync)).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("the state: a folder is added and removed, and what could not be read is told by kind", async () => {
    const { page, complaints } = await visit({
      mayEdit: true,
      pictures: { "dog.jpg": "dog", "bad.jpg": "broken", "empty.jpg": "" },
    });
    const folder = temporaryFolder();
    writeFileSync(join(folder, "cat.jpg"), "cat");
    await page.getByRole("link", { name: "Library" }).click();
    await page.getByText("Damaged 1").waitFor();
    await page.getByText("Empty files 1").click();
    await page.getByText("empty.jpg").waitFor();
    await page.getByLabel("Folder to add").fill(folder);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expect.poll(() => page.getByRole("heading").first().textContent()).toContain("2 pictures");
    const root = page.locator(".roots li").filter({ hasText: folder });
    await root.getByRole("button", { name: "Remove" }).click();
    await root.getByRole("button", { name: "Remove", exact: true }).click();
    await expect.poll(() => root.count()).toBe(0);
    await page.getByLabel("Folder to add").fill("/there/is/none");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("/there/is/none");
    expect(complaints).toEqual([]);
  });

  test("speaks German to those who want it: nothing of any view is English, nor what the server says", async () => {
    const pictures = { ...PICTURES, "copies/dog.jpg": "dog on grass", "bad.jpg": "broken" };
    const { page, origin, folder, idOf } = await visit({
      pictures,
      locale: "de-DE",
      mayEdit: true,
      mayMove: true,
    });
    await page.getByRole("link", { name: "Sammlung" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
    const english = englishWords();
    for (const [path, says] of [
      ["/?q=puppi", "„puppi“ ist als „puppy“ gelesen."],
      ["/?q=dog&since=2024-02-31", "Den 2024-02-31 gibt es im Kalender nicht."],
      ["/?q=dog&minwidth=none", "„minwidth“"],
      [`/?unlike=${idOf("animals/cat.jpg")}&show=${idOf("animals/dog.jpg")}`, "Weniger davon"],
      ["/themes", "Modell:"],
      ["/map", "Modell:"],
      ["/duplicates", "(dieselben Bytes)"],
      ["/tags", "Noch keine Begriffe."],
      ["/library", "Beschädigt"],
    ] as const) {
      await page.goto(origin + path);
      const shown = () => page.evaluate(READABLE) as Promise<string>;
      await expect.poll(shown, { message: path }).toContain(says);
      // Paths are nobody's words.
      const text = (await shown())
        .split(/\s+/)
        .filter((word) => !word.includes(folder) && !/\b(pictures|animals)\b/.test(word))
        .join(" ");
      expect(
        english.filter((words) =>
          new RegExp(`(?<!\\p{L})${words.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?!\\p{L})`, "u").test(
            text,
          ),
        ),
        path,
      ).toEqual([]);
    }
  });
});

/** All that is read on the page, or read out. */
const READABLE = `[document.body.innerText, ...["aria-label", "title", "placeholder", "alt"].flatMap((name) =>
  [...document.querySelectorAll("[" + name + "]")].map((each) => each.getAttribute(name)))].join("\\n")`;

/** What the page says in English and otherwise in German, and what of the server's sentences is not a value. */
function englishWords(): string[] {
  const leaves = (texts: unknown): string[] => {
    if (typeof texts === "string") return [texts];
    if (typeof texts === "function") return leaves((texts as (...values: unknown[]) => unknown)(7, 8, 9));
    return typeof texts === "object" && texts !== null ? Object.values(texts).flatMap(leaves) : [];
  };
  const inGerman = leaves(de).join("\n");
  const ofServer = Object.keys(german).flatMap((sentence) => sentence.split("{}"));
  return [...leaves(en), ...ofServer]
    .flatMap((text) => text.split(/\d/))
    .map((text) => text.trim())
    .filter((text) => text.length >= 5 && !inGerman.includes(text));
}
