import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Library } from "../../src/core/library.ts";
import { toolsFor } from "../../src/mcp/tools/index.ts";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../support/test-library.ts";
import { type Session, startSession, type ToolResult } from "./support/session.ts";

/**
 * Two libraries with the same pictures in the folder that a server may see; one has others beside it. A server must
 * answer alike over both, whatever it is asked.
 */
const base = realpathSync(temporaryFolder());
const seen = join(base, "seen");
const hidden = join(base, "hidden");
const exports = join(base, "exports");
const HIDDEN = {
  "beach secret.jpg": "beach secret",
  "2019/dog copy.jpg": "dog running",
  "cat two.jpg": "cat",
};
const idOf = (shows: string) => createHash("sha256").update(shows).digest("hex");
const [secret, dog, cat] = [idOf("beach secret"), idOf("dog running"), idOf("cat sleeping")];

interface Served {
  readonly library: Library;
  readonly session: (folders: readonly string[]) => Promise<Session>;
}
let alone: Served;
let beside: Served;

async function served(folders: readonly string[]): Promise<Served> {
  const { library } = await openTestLibrary(temporaryFolder(), {
    embedder: new FakeEmbedder({
      facts: () => ({ takenAt: { wallClock: Date.UTC(2024, 5, 1), source: "xmp" } }),
    }),
  });
  await library.add(folders);
  const session = (visible: readonly string[]) =>
    startSession(Object.assign(library, { close: async () => {} }), {
      folders: visible,
      exportFolder: exports,
      allowTags: true,
      allowMarks: true,
    });
  return { library, session };
}

beforeAll(async () => {
  writePictures(seen, { "dog.jpg": "dog running", "cat.jpg": "cat sleeping", "sea/boat.jpg": "boat" });
  writePictures(hidden, HIDDEN);
  mkdirSync(exports);
  alone = await served([seen]);
  beside = await served([seen, hidden]);
  await beside.library.tags.put(secret, "nobody knows");
  await beside.library.verdicts.put(secret, cat, "same");
});

/** Of each tool, calls that reach for what is outside, and ones whose answer might tell of it. */
const asked: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  search_images: [
    { query: "beach secret" },
    { query: 'text:"secret"' },
    { query: "secret boat" },
    { text: "copy" },
    { like: secret },
    { like: join(hidden, "cat two.jpg") },
    { ids: [secret] },
    { query: "dog", not_ids: [secret] },
    { folder: hidden },
    { folder: "hidden" },
    { tags: ["nobody knows"] },
    { tags: ["nobody know"] },
    { since: "2019" },
    { limit: 50 },
  ],
  view_images: [
    { ids: [secret] },
    { ids: [join(hidden, "cat two.jpg")] },
    { ids: [dog], context: true, size: "thumb" },
    { ids: [secret, cat], context: true, size: "thumb" },
  ],
  read_text: [{ ids: [secret] }, { ids: [dog, secret] }],
  overview: [{}, { folder: hidden }, { folder: "sea" }, { since: "2024-06-01", until: "2024-06-01" }],
  classify_image: [
    { image: secret },
    { image: join(hidden, "cat two.jpg") },
    { image: dog, labels: ["dog", "cat"] },
  ],
  classify_images: [
    { images: [secret, dog], labels: ["dog", "cat"] },
    { folder: hidden, labels: ["dog"] },
    { folder: seen, labels: ["dog", "cat"] },
  ],
  find_duplicates: [
    {},
    { kind: "similar" },
    { ids: [dog] },
    { ids: [secret] },
    { ids: [cat] },
    { folder: hidden },
  ],
  library_status: [{}],
  tag_images: [
    { ids: [secret], add: ["mine"] },
    { ids: [secret, dog], add: ["mine"] },
    { ids: [dog], remove: ["mine"] },
  ],
  record_verdict: [
    { query: "beach", id: secret },
    { pair: [dog, secret], same: true },
    { pair: [dog, cat], same: false },
    { query: "beach" },
  ],
  export_images: [{ ids: [secret] }, { ids: [secret, dog] }],
  index_folder: [{ path: hidden }, { path: seen }],
  job: [{ id: "unknown" }],
};

test("every tool is asked", () => {
  const every = toolsFor({ allowIndex: true, allowTags: true, exportFolder: exports }, false);
  expect(Object.keys(asked).sort()).toEqual(every.map(({ name }) => name).sort());
});

/** Without what differs between two libraries of the same pictures: when they were indexed. */
const comparable = ({ text, data, isError, content }: ToolResult) =>
  JSON.parse(
    JSON.stringify({ text, data, isError, content }).replaceAll(
      /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)/g,
      "then",
    ),
  );

describe.each(Object.entries(asked))("%s", (tool, calls) => {
  test.each(calls.map((args) => [args] as const))(
    "answers as if nothing else were there: %j",
    async (args) => {
      const [one, two] = await Promise.all([alone.session([seen]), beside.session([seen])]);
      const answer = await two.call(tool, args);
      expect(readdirSync(exports).filter((name) => name.includes("secret"))).toEqual([]);
      // For the other it is as empty as it was for this one.
      for (const file of readdirSync(exports)) rmSync(join(exports, file), { recursive: true });
      expect(comparable(answer)).toEqual(comparable(await one.call(tool, args)));
    },
  );
});

test("what is refused outside changes nothing there", async () => {
  const all = await beside.session([]);
  const { data } = await all.call("search_images", { ids: [secret], limit: 50 });
  expect(JSON.stringify(data)).not.toContain('"mine"');
  const view = beside.library.within({ files: "all", discord: "all" });
  expect((await view.image(secret)).tags.map(({ tag }) => tag)).toEqual(["nobody knows"]);
});

test("a server over everything finds what the other must not", async () => {
  const { call } = await beside.session([]);
  expect((await call("search_images", { query: "beach secret" })).text).toContain("beach secret.jpg");
  expect((await call("overview")).text).toContain("nobody knows 1");
});
