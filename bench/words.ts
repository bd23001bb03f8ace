/**
 * Words and looks in one ranking: queries for documents by what is written on them, and for photos by what they show,
 * over a library of both; also with decoys, documents that mention what the photo queries look for. Compared on the same
 * sets with the cosine alone, and with a search as in immich, where words filter the hits.
 *
 *   npm run bench -- words [--model pocket] [--seed 0]
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { ENTIRE_LIBRARY } from "../src/core/scopes.ts";
import { find } from "../src/core/search/find.ts";
import type { FindRequest } from "../src/core/types.ts";
import { seededRandom, shuffled } from "../test/support/random-embeddings.ts";
import { type CaptionedPhoto, captionedPhotos } from "./captioned-photos.ts";
import { memoryLibrary } from "./memory-library.ts";
import { inTemporaryFolder, table } from "./report.ts";

const { values: flags } = parseArgs({
  options: {
    model: { type: "string", default: "pocket" },
    variant: { type: "string" },
    seed: { type: "string", default: "0" },
  },
});

const seed = Number(flags.seed);
const PHOTOS = 500;
const DOCUMENTS = 200;
const BEST = 10;

const KINDS = [
  "INVOICE",
  "RECEIPT",
  "BOARDING PASS",
  "MEETING NOTES",
  "RECIPE",
  "TIMETABLE",
  "PRESCRIPTION",
  "LETTER",
];
const NAMES =
  "Miller Okafor Tanaka Garcia Novak Silva Jensen Rossi Dubois Khan Larsen Moreau Petrov Yilmaz Costa Weber".split(
    " ",
  );
const THINGS =
  "toner cartridge, garden hose, winter tyres, violin lesson, roof repair, dental cleaning, printer paper, hotel room, train ticket, flower bouquet, bicycle chain, pizza dough, tomato sauce, budget review, exam schedule, antibiotic tablets".split(
    ", ",
  );
const PHOTO_QUERIES = [
  "a dog in the grass",
  "a cat",
  "people on a beach",
  "a snowy mountain",
  "a man riding a wave",
  "a red bus",
  "a bowl of food",
  "a city at night",
  "a child playing",
  "a bird on a branch",
  "flowers",
  "a boat on the water",
  "a bathroom",
  "a train",
  "a man climbing a rock",
  "a sunset over the sea",
];

interface Item {
  readonly name: string;
  readonly source: CaptionedPhoto["source"];
  readonly captions: readonly string[];
  readonly lines: readonly string[];
}

/** The text of a page, and its picture. */
async function page(at: number, lines: readonly string[]): Promise<Item> {
  const escaped = lines.map(
    (line, row) =>
      `<text x="40" y="${70 + row * 46}" font-size="${row === 0 ? 40 : 26}">${line.replace(/[&<>]/g, " ")}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="620" height="800"><rect width="620" height="800" fill="#fdfdf8"/><g font-family="sans-serif" fill="#222">${escaped.join("")}</g></svg>`;
  return {
    name: `IMG_${4000 + at}.png`,
    source: { bytes: await sharp(Buffer.from(svg)).png().toBuffer() },
    captions: [],
    lines,
  };
}

function documents(): string[][] {
  const random = seededRandom(9 + seed);
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? "";
  return Array.from({ length: DOCUMENTS }, () => [
    pick(KINDS),
    `${pick(NAMES)} and Sons`,
    pick(THINGS),
    pick(THINGS),
    `No. ${10_000 + Math.floor(random() * 90_000)}`,
    random() < 0.3 ? "PAST DUE" : "THANK YOU",
  ]);
}

/** Two or three words of a document, as somebody would remember them; every document with all of them is relevant. */
function documentQueries(pages: readonly (readonly string[])[]): { text: string; right: number[] }[] {
  const random = seededRandom(4 + seed);
  return Array.from({ length: 16 }, (_, at) => {
    const [kind = "", name = "", thing = "", , number = ""] =
      pages[Math.floor(random() * pages.length)] ?? [];
    const words = [
      [kind.toLowerCase(), name.split(" ")[0] ?? ""],
      [thing, kind.toLowerCase()],
      [number.replace("No. ", "")],
      // As recognisers join words: only a part of a longer run.
      [(thing.split(" ")[0] ?? "").slice(0, 5), name.split(" ")[0] ?? ""],
    ][at % 4];
    const text = (words ?? []).join(" ");
    const isRight = (page: readonly string[]) =>
      text
        .toLowerCase()
        .split(" ")
        .every((word) => page.join(" ").toLowerCase().includes(word));
    return { text, right: pages.flatMap((page, index) => (isRight(page) ? [index] : [])) };
  });
}

const store = new ModelStore({ directory: fileURLToPath(new URL("../.cache", import.meta.url)) });
const embedder = new OnnxEmbedder({ model: await store.locate(flags.model, flags.variant) });
const known = captionedPhotos();
/** With another seed, others. */
const photos = (seed === 0 ? known : shuffled(known, seededRandom(100 + seed))).slice(0, PHOTOS);
const pages = documents();
if (photos.length === 0) console.log("No captioned photos at hand: nothing to measure.");
else {
  await measure("without decoys", []);
  await measure(
    "with decoys",
    PHOTO_QUERIES.map((query) => ["SHOPPING LIST", query, "milk and bread"]),
  );
}
await embedder.close();

async function measure(title: string, decoys: readonly string[][]): Promise<void> {
  const items: Item[] = [
    ...photos.map((photo, at) => ({ ...photo, name: `IMG_${at}.jpg`, lines: [] })),
    ...(await Promise.all([...pages, ...decoys].map((lines, at) => page(at, lines)))),
  ];
  await inTemporaryFolder("glimpse-words-", async (folder) => {
    const { context, catalog, itemOf } = await memoryLibrary(folder, embedder, items);
    const search = async (request: Partial<FindRequest> & Pick<FindRequest, "terms">) => {
      const { hits } = await find(context, {
        ...request,
        scope: ENTIRE_LIBRARY,
        limit: BEST,
        collapse: false,
      });
      return hits.map(({ id }) => itemOf.get(id) ?? -1);
    };
    const ways: Record<string, (text: string) => Promise<number[]>> = {
      Glimpse: (text) => search({ terms: [{ text }] }),
      "cosine alone": (text) => search({ terms: [{ text }], wordSources: [] }),
      "immich's way: words as a filter": async (text) =>
        search({ terms: [{ text }, ...text.split(" ").map((word) => ({ text: `text:${word}` }))] }),
    };
    const rows: (string | number)[][] = [];
    const forWords = documentQueries(pages).map(({ text, right }) => ({
      text,
      right: right.map((at) => PHOTOS + at),
    }));
    const forPhotos = PHOTO_QUERIES.map((text) => ({ text, right: photosOf(text) })).filter(
      ({ right }) => right.length > 0,
    );
    for (const [way, ask] of Object.entries(ways)) {
      const words = await judge(forWords, ask);
      const looks = await judge(forPhotos, ask);
      rows.push([way, words.recall, words.rank, looks.recall, looks.rank]);
    }
    console.log(
      `\n${embedder.space}, ${title}: ${photos.length} photos, ${items.length - photos.length} documents; ${forWords.length} queries for words, ${forPhotos.length} for photos\n`,
    );
    table(["", "words R@10", "MRR", "photos R@10", "MRR"], rows);
    await catalog.close();
  });
}

/** Photos one of whose captions has every content word of the query. */
function photosOf(text: string): number[] {
  const words = text
    .split(" ")
    .filter((word) => !["a", "the", "in", "on", "of", "at", "over", "people"].includes(word));
  return photos.flatMap(({ captions }, at) =>
    captions.some((caption) => words.every((word) => caption.toLowerCase().includes(word.replace(/s$/, ""))))
      ? [at]
      : [],
  );
}

async function judge(
  queries: readonly { text: string; right: readonly number[] }[],
  ask: (text: string) => Promise<number[]>,
) {
  let [recall, rank] = [0, 0];
  for (const { text, right } of queries) {
    const found = await ask(text);
    const hits = found.filter((at) => right.includes(at)).length;
    recall += hits / Math.min(BEST, right.length);
    const first = found.findIndex((at) => right.includes(at));
    rank += first < 0 ? 0 : 1 / (first + 1);
  }
  return { recall: (recall / queries.length).toFixed(2), rank: (rank / queries.length).toFixed(2) };
}
