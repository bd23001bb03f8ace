import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CHROMIUM, newContext, startChromium } from "../support/chromium.ts";
import { discPicture } from "../support/disc-picture.ts";
import { startSession } from "./support/session.ts";
import { pictureNamed, type StandInOverrides, standInLibrary } from "./support/stand-in-library.ts";

const APPS = { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } } };
const URI = "ui://glimpse/gallery";

const HOSTILE = [
  "<img src=x onerror=alert(1)>.jpg",
  '"><svg onload=alert(2)>.jpg',
  "צילום ים.jpg",
  "a\u202egpj.exe.jpg",
];
const names = [...HOSTILE, ...Array.from({ length: 8 }, (_, at) => `picture ${at}.jpg`)];
const pictures = names.map((name) => pictureNamed(name, ["<b>sea</b>"]));

let picture: Uint8Array;
let hostScript: string;
let browser: Browser;

beforeAll(async () => {
  picture = await discPicture("red", 40);
  browser = (await startChromium()) as Browser;
  const { buildSync } = createRequire(import.meta.url)("esbuild");
  const entry = join(import.meta.dirname, "support/gallery-host.mjs");
  const { outputFiles } = buildSync({ entryPoints: [entry], bundle: true, format: "iife", write: false });
  hostScript = outputFiles[0].text;
});
afterAll(() => browser?.close());

const pairs: StandInOverrides = {
  duplicates: async () =>
    Array.from({ length: 6 }, (_, at) => {
      const [keeper, image] = pictures.slice(2 * at, 2 * at + 2);
      if (!keeper || !image) throw new Error("There are twelve.");
      const member = {
        image,
        kind: "same",
        reference: keeper.id,
        edits: [],
        reason: "smaller",
        measure: 0.9,
      } as const;
      return { kind: "same", keeper, why: "the original", members: [member], reclaimableBytes: 1000 };
    }),
};

const session = (capabilities = APPS) =>
  startSession(standInLibrary(pictures, { thumbnail: async () => picture, ...pairs }), {}, capabilities);

describe("to a client that shows galleries", () => {
  test("the tools that show pictures name the gallery, in both keys, and the gallery has a tool of its own", async () => {
    const { client } = await session();
    expect(client.getServerCapabilities()?.extensions).toEqual({ "io.modelcontextprotocol/ui": {} });
    const { tools } = await client.listTools();
    const named = tools.filter(({ _meta }) => _meta !== undefined);
    expect(named.map(({ name }) => name)).toEqual(["view_images", "find_duplicates", "gallery_pictures"]);
    for (const { _meta } of named)
      expect(_meta).toMatchObject({ ui: { resourceUri: URI }, "ui/resourceUri": URI });
    expect(named.at(-1)?._meta).toMatchObject({ ui: { visibility: ["app"] } });
  });

  test("the gallery is one file that may request nothing", async () => {
    const { client } = await session();
    const { resources } = await client.listResources();
    expect(resources[0]).toMatchObject({ uri: URI, mimeType: "text/html;profile=mcp-app" });
    const { contents } = await client.readResource({ uri: URI });
    const [{ text, mimeType, _meta } = {}] = contents as {
      text?: string;
      mimeType?: string;
      _meta?: object;
    }[];
    expect(mimeType).toBe("text/html;profile=mcp-app");
    expect(_meta).toMatchObject({ ui: { csp: { connectDomains: [], resourceDomains: [] } } });
    expect(text).toMatch(
      /content="default-src 'none'; img-src data:; script-src 'sha256-\S+'; style-src 'sha256-\S+'"/,
    );
    expect(text).not.toMatch(/(?:src|href)="?(?:https?:)?\/\//);
  });

  test("its own tool gives facts, and thumbnails only when asked for", async () => {
    const { call } = await session();
    const ids = pictures.slice(0, 2).map(({ id }) => id.slice(0, 12));
    const plain = await call("gallery_pictures", { ids });
    expect(plain.data?.pictures).toMatchObject(ids.map((id) => ({ id })));
    expect(JSON.stringify(plain.data)).not.toContain("thumbnail");
    const { data } = await call("gallery_pictures", { ids: ids.slice(0, 1), thumbnails: true });
    expect(data?.pictures).toMatchObject([{ thumbnail: Buffer.from(picture).toString("base64") }]);
  });
});

test("another client hears nothing of the gallery", async () => {
  for (const capabilities of [
    {},
    { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/other"] } } },
  ]) {
    const { client, call } = await startSession(standInLibrary(pictures), {}, capabilities);
    const listed = JSON.stringify([await client.listTools(), await client.listResources()]);
    expect(listed).not.toContain("ui://");
    expect(listed).not.toContain("gallery");
    expect(await call("gallery_pictures", { ids: ["a"] })).toMatchObject({ isError: true });
  }
});

interface Opened {
  readonly page: Page;
  readonly frame: Frame;
  /** What the model was told, in order. */
  readonly told: () => Promise<{ content: { text: string }[]; structuredContent: { chosen: string[] } }[]>;
}

interface Setup {
  readonly tool: string;
  readonly input: Record<string, unknown>;
  readonly capabilities?: object;
  readonly context?: object;
  readonly isCancelled?: boolean;
}

/** A tool's answer as the official bridge hands it to the gallery. */
async function open({
  tool,
  input,
  capabilities = { serverTools: {}, serverResources: {}, updateModelContext: { text: {} } },
  context = {},
  isCancelled = false,
}: Setup): Promise<Opened> {
  const { client } = await session();
  const { contents } = await client.readResource({ uri: URI });
  const html = (contents[0] as { text: string }).text;
  const result = isCancelled ? undefined : await client.callTool({ name: tool, arguments: input });
  const browserContext = await newContext(browser, {
    viewport: { width: 900, height: 800 },
    locale: "en-US",
  });
  onTestFinished(() => browserContext.close());
  const page = await browserContext.newPage();
  page.on("dialog", () => expect.unreachable("a name ran as a script"));
  page.on("pageerror", (error) => expect.unreachable(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") expect.unreachable(message.text());
  });
  page.on("request", (request) => expect(request.url()).toMatch(/^(?:data|about):/));
  await page.exposeFunction("callServer", (method: string, params: { uri: string; name: string }) =>
    method === "resources/read" ? client.readResource(params) : client.callTool(params),
  );
  await page.setContent("<!doctype html><title>host</title><body></body>");
  await page.addScriptTag({ content: hostScript });
  await page.evaluate(`startGallery(${JSON.stringify({ html, capabilities, context, input, result })})`);
  const [, frame] = page.frames();
  if (!frame) throw new Error("There is no frame.");
  return { page, frame, told: () => page.evaluate("told") };
}

const short = (at: number) => pictures[at]?.id.slice(0, 12) ?? "";
/** Those that the browser could decode. */
const shownPictures = (frame: Frame) =>
  frame.evaluate("[...document.images].filter(({ naturalWidth }) => naturalWidth > 0).length");

describe.skipIf(CHROMIUM === undefined)("inside a host, over the official bridge", () => {
  test("twelve thumbnails of six groups arrive by resources/read", async () => {
    const { frame } = await open({
      tool: "find_duplicates",
      input: {},
      capabilities: { serverResources: {} },
    });
    await expect.poll(() => shownPictures(frame)).toBe(12);
    expect(await frame.locator("section h2").allTextContents()).toHaveLength(6);
    await frame.getByText("extra copy").first().waitFor();
  });

  test("where the host reads no resources, they come by the gallery's own tool", async () => {
    const { frame } = await open({
      tool: "find_duplicates",
      input: {},
      capabilities: { serverTools: {} },
    });
    await expect.poll(() => shownPictures(frame)).toBe(12);
  });

  test("pictures that the assistant looks at are there with their names, hostile ones as what they are", async () => {
    const { frame } = await open({
      tool: "view_images",
      input: { ids: [0, 1, 2, 3, 4].map(short) },
    });
    await expect.poll(() => shownPictures(frame)).toBe(5);
    // As the server's own filter for assistants leaves them: nothing invisible, no markup.
    expect(await frame.locator(".name").allTextContents()).toEqual([
      String.raw`\x3cimg src=x onerror=alert(1)>.jpg`,
      String.raw`">\x3csvg onload=alert(2)>.jpg`,
      "צילום ים.jpg",
      String.raw`a\u{202e}gpj.exe.jpg`,
      "picture 0.jpg",
    ]);
    expect(await frame.locator("svg").count()).toBe(0);
  });

  test("choosing pictures tells the model which, and choosing none takes it back", async () => {
    const { frame, told } = await open({ tool: "view_images", input: { ids: [4, 5, 6].map(short) } });
    const boxes = frame.getByRole("checkbox");
    await boxes.first().press("Space");
    await boxes.nth(2).check();
    await frame.getByText("2 pictures chosen").waitFor();
    await expect
      .poll(async () => (await told()).at(-1)?.structuredContent.chosen)
      .toEqual([short(4), short(6)]);
    const text = (await told()).at(-1)?.content[0]?.text ?? "";
    for (const said of [short(4), "picture 0.jpg", short(6), "picture 2.jpg"]) expect(text).toContain(said);
    await frame.getByRole("button", { name: "Choose none" }).click();
    await expect.poll(async () => (await told()).at(-1)?.structuredContent.chosen).toEqual([]);
  });

  test("it takes the host's theme, colours and language, also when they change", async () => {
    const { page, frame } = await open({
      tool: "view_images",
      input: { ids: [short(4)] },
      context: {
        theme: "dark",
        locale: "de-AT",
        styles: { variables: { "--color-background-primary": "rgb(1, 2, 3)" } },
      },
    });
    await frame.getByText("Wähle Bilder").waitFor();
    const background = () => frame.evaluate("getComputedStyle(document.body).backgroundColor");
    await expect.poll(background).toBe("rgb(1, 2, 3)");
    const text = () => frame.evaluate("getComputedStyle(document.body).color");
    await expect.poll(text).toBe("rgb(236, 235, 230)");
    await page.evaluate(`changeContext({ theme: "light" })`);
    await expect.poll(text).toBe("rgb(29, 29, 26)");
  });

  test("a cancelled question is said to be so, and the host learns how much room it takes", async () => {
    const { page, frame } = await open({
      tool: "view_images",
      input: { ids: [short(4)] },
      isCancelled: true,
    });
    await frame.getByText("was cancelled").waitFor();
    await expect.poll(() => page.evaluate("sizes.at(-1)?.height > 20")).toBe(true);
  });

  test.each([
    ["view_images", { ids: [0, 1, 2].map(short) }],
    ["find_duplicates", {}],
  ])("%s has no accessibility findings, in light and dark", async (tool, input) => {
    for (const theme of ["light", "dark"]) {
      const { frame } = await open({ tool, input, context: { theme } });
      await frame.locator("figure").first().waitFor();
      await frame.evaluate(axe.source);
      const { violations }: axe.AxeResults = await frame.evaluate("axe.run()");
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
  });
});

test("the gallery weighs less than a picture: under 80 kB", () => {
  const file = join(import.meta.dirname, "../../dist/mcp/gallery.html");
  expect(readFileSync(file).length).toBeLessThan(80_000);
});
