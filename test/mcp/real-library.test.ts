import { cpSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { McpOptions } from "../../src/mcp/main.ts";
import { eventually } from "../support/eventually.ts";
import { callTool } from "./support/session.ts";
import { commandOf } from "./support/spawned.ts";

/** The real product: processes that share one library on disk, with the built-in model and the sample pictures. */
const samples = fileURLToPath(new URL("../../samples/", import.meta.url));
const base = realpathSync(mkdtempSync(join(tmpdir(), "glimpse-real-")));
const animals = join(base, "animals");
const food = join(base, "food");
const hits = z.object({
  folder: z.string().default(""),
  hits: z.array(z.object({ id: z.string(), path: z.string() })),
});

const clients: Client[] = [];
const hasSamples = existsSync(join(samples, "animals"));
let one: Client;
let two: Client;
let narrow: Client;

async function server(options: Partial<McpOptions>): Promise<Client> {
  const client = new Client({ name: "test", version: "0" });
  const settings = { ...options, library: { directory: join(base, "library"), model: "pocket" } };
  await client.connect(
    new StdioClientTransport({
      ...commandOf("./serve-child.ts", JSON.stringify(settings)),
      stderr: "inherit",
    }),
  );
  clients.push(client);
  return client;
}

beforeAll(async () => {
  if (!hasSamples) return;
  cpSync(join(samples, "animals"), animals, { recursive: true });
  cpSync(join(samples, "food"), food, { recursive: true });
  const both = { folders: [animals, food], allowIndex: true };
  [one, two, narrow] = await Promise.all([
    server(both),
    server(both),
    server({ folders: [food], rescanMs: 0 }),
  ]);
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  rmSync(base, { recursive: true, force: true });
});

async function found(client: Client, query: string): Promise<string[]> {
  const { data } = await callTool(client, "search_images", { query, limit: 50 });
  const answer = hits.parse(data);
  return answer.hits.map(({ path }) => answer.folder + path);
}

test.skipIf(!hasSamples)(
  "servers that index and search one library at the same time see each other's pictures",
  async () => {
    const answers = await Promise.all([
      callTool(one, "index_folder", { path: animals }),
      callTool(two, "index_folder", { path: food }),
      callTool(one, "search_images", { query: "dog" }),
      callTool(two, "search_images", { query: "apple" }),
      callTool(one, "library_status"),
    ]);
    expect(answers.filter(({ isError }) => isError)).toEqual([]);
    await eventually(async () =>
      expect((await callTool(two, "library_status")).text).not.toContain("(running)"),
    );
    const seen = await Promise.all([found(one, "dog"), found(two, "dog")]);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.some((path) => path.startsWith(food))).toBe(true);
    expect(seen[0]?.some((path) => path.startsWith(animals))).toBe(true);
  },
);

test.skipIf(!hasSamples)("a server restricted to one folder knows nothing of the others", async () => {
  const inside = await found(narrow, "dog");
  expect(inside.length).toBeGreaterThan(0);
  expect(inside.every((path) => path.startsWith(food))).toBe(true);

  const { data } = await callTool(one, "search_images", { query: "dog", folder: animals, limit: 1 });
  const [dog] = hits.parse(data).hits;
  const hidden = await callTool(narrow, "view_images", { ids: [dog?.id] });
  const unknown = await callTool(narrow, "view_images", { ids: ["0123456789ab"] });
  expect(hidden.isError).toBe(true);
  expect(hidden.text.replace(dog?.id ?? "", "")).toBe(unknown.text.replace("0123456789ab", ""));
  expect((await callTool(narrow, "classify_image", { image: dog?.path })).text).toContain("outside");
  const status = await callTool(narrow, "library_status");
  expect(status.text).not.toContain("animals");
  expect(status.data).toMatchObject({ images: inside.length });
});

test.skipIf(!hasSamples)(
  "an assistant searches, views, searches by example, classifies and looks for copies",
  async () => {
    const search = await callTool(one, "search_images", { query: "dog", limit: 8 });
    const ids = hits.parse(search.data).hits.map(({ id }) => id);
    const [first] = ids;
    for (const [name, args] of [
      ["view_images", { ids }],
      ["view_images", { ids: ids.slice(0, 4), size: "large" }],
      ["search_images", { like: first, not: "food" }],
      ["classify_image", { image: first, labels: ["dog", "pizza", "car"] }],
      ["find_duplicates", { kind: "similar" }],
    ] as const) {
      const answer = await callTool(one, name, args);
      expect(answer.isError, answer.text).toBe(false);
      expect(JSON.stringify(answer).length, name).toBeLessThan(700_000);
    }
    const [original] = (await one.readResource({ uri: `image://${first}` })).contents;
    expect(original && "blob" in original ? original.blob.length : 0).toBeGreaterThan(100);
  },
);

test.skipIf(!hasSamples)("a picture put into a folder while the server runs is found", async () => {
  const [name = ""] = readdirSync(join(samples, "animals"));
  cpSync(join(samples, "animals", name), join(food, "put here meanwhile.webp"));
  const news: string[] = [];
  await eventually(async () => {
    const { text } = await callTool(narrow, "search_images", { query: "meanwhile", limit: 50 });
    news.push(text);
    expect(text).toContain("put here meanwhile.webp");
  });
  expect(news.join("\n")).toMatch(/New since the last look|looked through for new files/);
});
