/**
 * What an assistant spends on ten things that people ask for: calls, tokens (o200k) of arguments and answers, and pictures, with the tools of
 * the first release and with those of today. Both are scripted sequences over today's server, so the shorter answers of
 * today are in both. Build first. Usage: npm run bench -- assistant-tasks
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { encode } from "gpt-tokenizer";
import { pluralize } from "../src/core/english.ts";

interface Spent {
  calls: number;
  tokens: number;
  pictures: number;
}

/** Gives the ids in the answer. */
type Call = (name: string, args: Record<string, unknown>) => Promise<readonly string[]>;

interface Task {
  readonly asked: string;
  /** With the tools of the first release; absent: it could not be done. */
  readonly before?: (call: Call) => Promise<unknown>;
  readonly after: (call: Call) => Promise<unknown>;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const main = join(root, "dist/cli/main.js");
const work = mkdtempSync(join(tmpdir(), "glimpse-tasks-"));
const photos = join(work, "photos");
const env = {
  PATH: process.env.PATH ?? "",
  HOME: work,
  GLIMPSE_LIBRARY: join(work, "library"),
  GLIMPSE_TEXT: "off",
};

const first = (ids: readonly string[], count: number) => ids.slice(0, count);
const dogs = { query: "a dog on a beach", since: "2020", limit: 10 };
const LABELS = ["invoice", "animal", "food", "landscape"];

const tasks: readonly Task[] = [
  {
    asked: "my dogs on a beach, the best three, and which are duplicates",
    before: async (call) => {
      const ids = await call("search_images", dogs);
      await call("find_duplicates", {});
      await call("view_images", { ids: first(ids, 3) });
    },
    after: async (call) => {
      const ids = await call("search_images", dogs);
      await call("find_duplicates", { ids: first(ids, 10) });
      await call("view_images", { ids: first(ids, 3) });
    },
  },
  {
    asked: "what is in here?",
    before: async (call) => {
      await call("library_status", {});
      await call("search_images", { limit: 10 });
      for (const query of ["people", "animals", "food", "landscapes", "documents"])
        await call("search_images", { query, limit: 5 });
    },
    after: (call) => call("overview", {}),
  },
  {
    asked: "which of these show an invoice?",
    before: async (call) => {
      for (const image of first(await call("search_images", { limit: 20 }), 20))
        await call("classify_image", { image, labels: LABELS });
    },
    after: (call) => call("classify_images", { folder: photos, labels: LABELS }),
  },
  {
    asked: "tag the whiteboards",
    after: async (call) =>
      call("tag_images", {
        ids: first(await call("search_images", { query: "a whiteboard" }), 3),
        add: ["whiteboard"],
      }),
  },
  {
    asked: "more like these two, less like that one",
    before: async (call) => {
      const ids = await call("search_images", { limit: 3 });
      for (const like of first(ids, 2)) await call("search_images", { like, limit: 20 });
    },
    after: async (call) => {
      const ids = await call("search_images", { limit: 3 });
      await call("search_images", { ids: first(ids, 2), not_ids: ids.slice(2, 3), limit: 10 });
    },
  },
  {
    asked: "are there copies of this one?",
    before: async (call) => {
      await call("search_images", { query: "a cat", limit: 1 });
      await call("find_duplicates", { limit: 20 });
    },
    after: async (call) =>
      call("find_duplicates", { ids: await call("search_images", { query: "a cat", limit: 1 }) }),
  },
  {
    asked: "put the best three of the sea into a folder for my aunt",
    after: async (call) =>
      call("export_images", { ids: first(await call("search_images", { query: "the sea" }), 3), to: "aunt" }),
  },
  {
    asked: "the picture that I saved just now",
    before: async (call) => {
      await call("index_folder", { path: photos });
      await call("search_images", { limit: 3 });
    },
    after: (call) => call("search_images", { limit: 3 }),
  },
  {
    asked: "tell me about the mountain picture, with where that is from",
    before: async (call) => {
      const ids = first(await call("search_images", { query: "a mountain" }), 1);
      await call("view_images", { ids });
      await call("search_images", { limit: 10 });
    },
    after: async (call) =>
      call("view_images", {
        ids: first(await call("search_images", { query: "a mountain" }), 1),
        context: true,
      }),
  },
  {
    asked: "the red ones in that folder, oldest first",
    before: async (call) => {
      await call("search_images", { query: "red", folder: photos, limit: 50 });
    },
    after: (call) => call("search_images", { query: "red", folder: photos, sort: "oldest", limit: 10 }),
  },
];

async function spend(client: Client, sequence: (call: Call) => Promise<unknown>): Promise<Spent> {
  const spent = { calls: 0, tokens: 0, pictures: 0 };
  await sequence(async (name, args) => {
    const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
    const blocks = content as readonly { readonly type: string; readonly text?: string }[];
    const text = blocks.map((block) => block.text ?? "").join("\n");
    if (isError) throw new Error(`${name} ${JSON.stringify(args)}: ${text}`);
    spent.calls += 1;
    // Most clients give the model one of the two.
    spent.tokens += encode(JSON.stringify({ name, args })).length;
    spent.tokens += encode(structuredContent === undefined ? text : JSON.stringify(structuredContent)).length;
    spent.pictures += blocks.filter(({ type }) => type === "image").length;
    return [...new Set(text.match(/\b[0-9a-f]{12}\b/g))];
  });
  return spent;
}

const formatted = ({ calls, tokens, pictures }: Spent) =>
  `${pluralize(calls, "call")}, ${tokens} tokens${pictures > 0 ? `, ${pluralize(pictures, "picture")}` : ""}`;

try {
  for (const folder of ["animals", "documents", "travel"])
    cpSync(join(root, "samples", folder), join(photos, folder), { recursive: true });
  const quiet = { env, stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"] };
  execFileSync(process.execPath, [main, "add", photos, "--model", "pocket"], quiet);
  const client = new Client({ name: "tasks", version: "0" });
  const allowed = ["--allow-index", "--allow-tags", "--allow-export", join(work, "exports")];
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [main, "mcp", ...allowed],
      env,
      stderr: "ignore",
    }),
  );
  console.log("| asked | tools of the first release | of today |\n| --- | --- | --- |");
  for (const { asked, before, after } of tasks) {
    const then = before ? formatted(await spend(client, before)) : "could not be done";
    console.log(`| ${asked} | ${then} | ${formatted(await spend(client, after))} |`);
  }
  await client.close();
} finally {
  rmSync(work, { recursive: true, force: true });
}
