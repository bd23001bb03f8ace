import { existsSync } from "node:fs";
import axe from "axe-core";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";

export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);
if (CHROMIUM === undefined) console.log("There is no Chromium: nothing is tried in a browser.");

/** Undefined where there is none. */
export async function startChromium(): Promise<Browser | undefined> {
  if (CHROMIUM === undefined) return undefined;
  // Chromium by itself asks for updates and the like.
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [...args, "--disable-component-update", "--disable-sync", "--disable-quic"],
  });
}

/** No test asserts a time: on a busy machine a page may take its own. */
export async function newContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(120_000);
  return context;
}

/** What axe finds in a page or one of its frames, each with the first place of it. */
export async function axeFindings(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  // Past the page's own policy, which allows no such script.
  await session.send("Runtime.evaluate", { expression: axe.source });
  const { violations }: axe.AxeResults = await page.evaluate("axe.run()");
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
