/**
 * How long the calls behind a query block the event loop, in a library with a million placements:
 * `npm run bench -- questions`. For a quick run: `npm run bench -- questions 50000`. A folder as the third argument keeps
 * the library for the next run; words after it select calls by name. To compare with an earlier commit, copy
 * this file and catalog-by-sql.ts into a worktree of it and run it there: they use only long-standing APIs.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Embedding, Scope } from "../src/core/types.ts";
import { FakeEmbedder } from "../test/support/fake-embedder.ts";
import { seededRandom } from "../test/support/random-embeddings.ts";
import { openTestLibrary, type TestLibrary } from "../test/support/test-library.ts";
import { fillCatalog } from "./catalog-by-sql.ts";
import { inTemporaryFolder, table } from "./report.ts";

const placements = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 9);
const [kept, ...chosen] = process.argv.slice(4);
const DIMENSIONS = 16;
const CHANNELS = 300;
const GUILD = "g1";
const random = seededRandom(1);
const below = (limit: number) => Math.floor(random() * limit);

const channels = Array.from({ length: CHANNELS }, (_, at) => `c${at}`);
const posts = Math.round(placements * 0.6);
const files = placements - posts;

if (kept === undefined) await inTemporaryFolder("glimpse-questions-", measure);
else await measure(kept);

async function measure(folder: string): Promise<void> {
  const began = performance.now();
  const embedder = new FakeEmbedder({ dimensions: DIMENSIONS });
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, "catalog.db"))) await fill(folder, embedder.space);
  const made = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${placements.toLocaleString("en")} placements, made in ${made} s; ${runs} runs of each call.\n`,
  );
  const index = { hnswFrom: Number.POSITIVE_INFINITY };
  const opened = await openTestLibrary(folder, { embedder, index });
  await opened.library.within({ files: "all", discord: "all" }).find({ terms: [{ text: "cat" }] });
  const rows = [];
  for (const [name, call] of calls(opened)) {
    if (chosen.length > 0 && !chosen.some((part) => name.includes(part))) continue;
    rows.push(await measured(name, call));
  }
  table(["call", "longest hold, ms: median", "worst", "total, ms: median", "worst"], rows);
  await opened.library.close();
}

/** Six posts to four files; one post in ten repeats a picture, one in ten has a caption; one picture is at a tenth more places. */
async function fill(folder: string, space: string): Promise<void> {
  await fillCatalog(folder, { space, dimensions: DIMENSIONS }, (database, rows) => {
    const insert = {
      tag: database.prepare("INSERT INTO tags (image, tag, source, score) VALUES (?, ?, ?, 0.7)"),
      post: database.prepare(
        `INSERT INTO posts (image, guild, channel, parent, message, attachment, author, filename, posted_at, spoiler,
        age_restricted, caption) VALUES (?, ?, ?, NULL, ?, ?, ?, 'image.png', ?, 0, ?, ?)`,
      ),
      cursor: database.prepare("INSERT INTO cursors (name, value) VALUES (?, ?)"),
      failure: database.prepare(
        "INSERT INTO failures (origin, root, bytes, modified_at, code, reason, at) VALUES (?, NULL, 1, 1, 'damaged', 'cut off', 1)",
      ),
      verdict: database.prepare(
        "INSERT OR IGNORE INTO verdicts (a, b, verdict, at) VALUES (?, ?, 'different', 1)",
      ),
    };
    let images = 0;
    const newImage = () => {
      images = rows.image(vector());
      insert.tag.run(images, `tag ${below(20)}`, "model");
      if (random() < 0.02) insert.tag.run(images, "holiday", "user");
      return images;
    };
    for (let at = 0; at < files; at++) {
      const date = below(1e12);
      rows.file(`/photos/${below(2000)}/${at}.jpg`, newImage(), date);
    }
    for (let at = 0; at < posts; at++) {
      const image = images > 0 && random() < 0.1 ? 1 + below(images) : newImage();
      const guild = random() < 0.8 ? GUILD : `g${2 + below(3)}`;
      const channel = channels[Math.floor(random() ** 2 * CHANNELS)];
      const caption = random() < 0.1 ? `a nice caption of some length, number ${at}` : null;
      const author = `u${below(500)}`;
      insert.post.run(
        image,
        guild,
        channel,
        `m${at}`,
        `a${at}`,
        author,
        below(1e12),
        below(20) === 0 ? 1 : 0,
        caption,
      );
    }
    for (let at = 0; at < placements / 10; at++) rows.file(`/copies/${at}.jpg`, 1, 1e12 + at);
    for (let at = 0; at < placements / 20; at++) {
      insert.cursor.run(`discord/history/${GUILD}/${at}`, '{"state":"done","before":null}');
      insert.cursor.run(`discord/thread/${GUILD}/${at}`, '{"parentId":"1","isPrivate":false}');
    }
    for (let at = 0; at < placements / 50; at++) insert.failure.run(`discord:${GUILD}/c1/f${at}/f${at}`);
    for (let at = 0; at < placements / 100; at++) {
      insert.verdict.run(...[randomBytes(32), randomBytes(32)].sort(Buffer.compare));
    }
  });
}

function vector(): Embedding {
  const values = Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

type Call = readonly [name: string, call: (run: number) => Promise<unknown>];

function calls({ library, catalog }: TestLibrary): Call[] {
  const everything: Scope = { files: "all", discord: "all" };
  const onDisk: Scope = { files: "all", discord: "none" };
  const folder: Scope = { files: { folders: ["/photos"] }, discord: "none" };
  const oneFolder: Scope = { files: { folders: ["/photos/7"] }, discord: "none" };
  const member: Scope = { files: "none", discord: { guildId: GUILD, channelIds: channels } };
  // All different, as for members who may read different channels.
  const someMember = (run: number, facts: object = {}): Scope => ({
    files: "none",
    discord: { guildId: GUILD, channelIds: channels.filter((_, at) => at !== run), ...facts },
  });
  const at = (time: number) => ({ wallClock: time, instant: time });
  const terms = [{ text: "a cat" }];
  const find = (scope: Scope, text: string) => library.within(scope).find({ terms: [{ text }] });
  const newest = (scope: Scope) => library.within(scope).find({ terms: [], sort: "newest" });
  return [
    ["channels of a guild", () => library.posts.channels(GUILD)],
    ["find, whole library", () => library.within(everything).find({ terms })],
    ["find, 300 channels", (run) => library.within(someMember(run)).find({ terms })],
    ["find, 300 channels, asked again", () => library.within(member).find({ terms })],
    [
      "find, word in caption",
      (run) => library.within(someMember(run, { captionContains: "nice" })).find({ terms }),
    ],
    ["find, one author", (run) => library.within(someMember(run, { authorId: "u7" })).find({ terms })],
    [
      "find, one month",
      (run) => library.within({ ...someMember(run), since: at(5e11), until: at(5.03e11) }).find({ terms }),
    ],
    ["find, all files", (run) => library.within({ ...onDisk, since: at(run) }).find({ terms })],
    ["find, added folder", (run) => library.within({ ...folder, since: at(run) }).find({ terms })],
    ["find, one folder", () => library.within(oneFolder).find({ terms })],
    ["find, a common tag", (run) => library.within({ ...everything, tags: [`tag ${run}`] }).find({ terms })],
    ["find, without a tag", (run) => library.within({ ...onDisk, notTags: [`tag ${run}`] }).find({ terms })],
    ["words: one caption's number", (run) => find(everything, `number ${4321 + run}`)],
    ["words: in every caption", () => find(everything, "a nice length")],
    ["words: in every name", () => find(everything, "image png jpg")],
    ["words: of two letters", () => find(everything, "of xy")],
    ["words: two letters of no alphabet", () => find(everything, "合計")],
    ["words: in every caption, 300 channels", (run) => find(someMember(run), "nice length")],
    ["words: one folder", () => find(oneFolder, "photos jpg")],
    ["words: required", () => find(everything, 'text:"number 4321"')],
    ["newest, whole library", () => newest(everything)],
    ["newest, 300 channels", () => newest(member)],
    ["newest, all files", () => newest(onDisk)],
    ["newest, added folder", () => newest(folder)],
    [
      "newest, one picture at a tenth more places",
      () => newest({ files: { folders: ["/copies"] }, discord: "none" }),
    ],
    ["that picture itself", async () => library.within(everything).image(await crowdedId(catalog))],
    ["that picture, every place", () => catalog.images.byKey([1])],
    ["newest, word in caption", (run) => newest(someMember(run, { captionContains: "nice" }))],
    ["complete an id, no digit", () => library.within(onDisk).completeId("", 100)],
    ["complete an id, one digit", () => library.within(oneFolder).completeId("a", 100)],
    [
      "one image by four digits",
      () =>
        library
          .within(oneFolder)
          .image("abcd")
          .catch(() => {}),
    ],
    ["1,000 images with placements and tags", (run) => catalog.images.byKey(keysOf(run), member)],
    ["tags, whole library", () => library.within(everything).tags()],
    ["tags, all files", (run) => library.within({ ...onDisk, since: at(run) }).tags()],
    ["status, whole library", () => library.within(everything).status()],
    ["status, added folder", () => library.within(folder).status()],
    ["failures", () => library.failures()],
    ["known attachments", () => library.posts.knownAttachments(["a1", "f1", "zz"])],
    ["notes of position, none", () => library.state.list(`discord/retry/${GUILD}/`)],
    ["notes of position, all of a guild", () => library.state.list(`discord/history/${GUILD}/`)],
    ["notes of threads, all of a guild", () => library.state.list(`discord/thread/${GUILD}/`)],
    ["revision", () => library.revision()],
    ["guilds", () => catalog.posts.guilds()],
    ["posts without a vector", () => library.posts.unembedded(GUILD)],
    ["pictures without a vector, 300 channels", (run) => library.within(someMember(run)).missingEmbeddings()],
    [
      "preview of removing a channel",
      () => library.removalPreview({ discord: { guildId: GUILD, channelId: "c0" } }),
    ],
    ["posts of a channel", () => library.posts.placements({ guildId: GUILD, channelId: "c0" })],
    ["posts of an author", () => library.posts.placements({ guildId: GUILD, authorId: "u7" })],
    ["verdicts", () => catalog.verdicts.list()],
    [
      "known files of a root",
      async () => {
        let files = 0;
        for await (const known of catalog.files.known("/photos")) files += known.length;
        return files;
      },
    ],
  ];
}

async function crowdedId(catalog: TestLibrary["catalog"]): Promise<string> {
  return (await catalog.images.idsByKey([1]))[0] ?? "";
}

function keysOf(run: number): number[] {
  return Array.from({ length: 1000 }, (_, at) => 1 + files + run * 1000 + at);
}

async function measured(name: string, call: Call[1]): Promise<(string | number)[]> {
  const holds: number[] = [];
  const totals: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { hold, total } = await measureStall(() => call(run));
    holds.push(hold);
    totals.push(total);
  }
  const shown = (value: number) => value.toFixed(1);
  return [name, ...[holds, totals].flatMap((values) => [median(values), Math.max(...values)].map(shown))];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Stalls of the event loop are measured in CPU time, since other processes may be running. */
async function measureStall(work: () => Promise<unknown>): Promise<{ hold: number; total: number }> {
  let [hold, running] = [0, true];
  const began = performance.now();
  let [last, lastCpu] = [began, process.cpuUsage()];
  const look = () => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(lastCpu);
    hold = Math.max(hold, Math.min(now - last, (user + system) / 1000));
    [last, lastCpu] = [now, process.cpuUsage()];
  };
  const turn = () => {
    look();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  look();
  running = false;
  return { hold, total: performance.now() - began };
}
