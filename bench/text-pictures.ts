/** Pictures with known text, drawn in fonts of this machine, for bench/reading.ts. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import { shuffled } from "../test/support/random-embeddings.ts";

export interface TextPicture {
  readonly kind: string;
  readonly lines: readonly string[];
  readonly bytes: Buffer;
}

const photosFolder = fileURLToPath(new URL("../../shared/photos/images", import.meta.url));

const FONTS = [
  "DejaVu Sans",
  "Liberation Sans",
  "Roboto",
  "Open Sans",
  "Lato",
  "Noto Sans",
  "Liberation Serif",
  "Carlito",
  "Caladea",
  "Noto Serif",
  "Comic Neue",
  "Nimbus Sans Narrow",
  "P052",
];
const MONOSPACED = ["DejaVu Sans Mono", "Liberation Mono", "Inconsolata"];

const SCREEN = [
  "Quarterly report draft",
  "Please review the attached budget",
  "Meeting moved to Thursday",
  "Download complete",
  "Settings and privacy",
  "Your parcel arrives tomorrow",
  "Battery low: 12 percent left",
  "New message from Martha",
  "Search results for winter tyres",
  "Subscribe to our newsletter",
  "Password must contain a digit",
  "Flight LH2045 boards at gate 17",
  "Release notes for version 4.12",
  "Unread mail from the dentist",
  "Backup finished without errors",
  "Invite friends to this group",
  "Chapter seven: the lighthouse",
  "Total amount due 148.30 EUR",
  "Terms of service have changed",
  "Restart required to update",
  "Kitchen renovation estimate",
  "Sunday lunch at grandmother",
  "Recently closed tabs",
  "Weather warning for the coast",
  "Library books are overdue",
  "Confirm your e-mail address",
  "Football practice cancelled",
  "Wireless network unavailable",
];
const MEME = [
  "WHEN THE BUILD PASSES",
  "MONDAY AGAIN",
  "ONE DOES NOT SIMPLY",
  "DEPLOY ON FRIDAY",
  "NOT SURE IF SERIOUS",
  "SO MUCH COFFEE",
  "SUCH WOW",
  "MY CAT JUDGES ME",
  "STILL WAITING",
  "THIS IS FINE",
];
const SIGN = [
  "NO PARKING",
  "BAKERY",
  "EXIT ONLY",
  "Main Street",
  "FRESH FISH",
  "Platform 9",
  "BEWARE OF DOG",
  "Museum entrance",
  "SPEED LIMIT 40",
  "Toilets",
  "FOR SALE",
  "Harbour View",
];
const ACCENTED = [
  "Grüße aus München",
  "Crème brûlée à la carte",
  "El niño está en España",
  "Straßenbahn fährt später",
  "Où est la bibliothèque",
  "Señor Muñoz llegó mañana",
];

/** A small generator (mulberry32), so that every run draws the same pictures. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

interface Placed {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly font: string;
  readonly colour?: string;
  readonly extra?: string;
}

const svg = (width: number, height: number, background: string, texts: readonly Placed[]) =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${background}"/>${texts
      .map(
        ({ text, x, y, size, font, colour = "#222", extra = "" }) =>
          `<text x="${x}" y="${y}" font-family="${font}" font-size="${size}" fill="${colour}" ${extra}>${escaped(text)}</text>`,
      )
      .join("")}</svg>`,
  );

function picker(seed: number) {
  const random = randomFrom(seed);
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const some = (items: readonly string[], count: number) => shuffled(items, random).slice(0, count);
  return { random, one, some };
}

/** A window with lines of 11 to 20 pixels, light or dark. */
async function screenshot(seed: number): Promise<TextPicture> {
  const { one, some } = picker(seed);
  const size = 11 + (seed % 10);
  const dark = seed % 3 === 0;
  const [width, height] = one([
    [1280, 800],
    [1920, 1080],
    [1080, 1920],
    [800, 600],
    [390, 844],
  ] as const);
  const lines = some(SCREEN, 12);
  const font = seed % 5 === 4 ? one(MONOSPACED) : one(FONTS);
  const step = size * 2.4;
  const placed = lines.map((text, at) => ({
    text,
    font,
    size,
    colour: dark ? "#ddd" : "#222",
    x: 24 + (width > 700 ? (at % 2) * (width / 2 - 20) : 0),
    y: 60 + (width > 700 ? Math.floor(at / 2) : at) * step,
  }));
  const bytes = await sharp(svg(width, height, dark ? "#1e1f26" : "#fafafa", placed))
    .png()
    .toBuffer();
  return { kind: "screenshots, 11 to 20 px", lines, bytes };
}

/** A page full of small lines in three columns. */
async function dense(seed: number): Promise<TextPicture> {
  const { one, some, random } = picker(seed);
  const font = one(FONTS);
  const columns = [0, 1, 2].flatMap((column) =>
    Array.from({ length: 52 }, (_, row) => ({
      text: some(SCREEN, 2).join(" ").slice(0, 62).trim(),
      font,
      size: 13,
      x: 20 + column * 635,
      y: 24 + row * 20.3,
    })),
  );
  void random;
  const bytes = await sharp(svg(1920, 1080, "#fff", columns))
    .png()
    .toBuffer();
  return { kind: "dense 1080p, 13 px", lines: columns.map(({ text }) => text), bytes };
}

async function photo(seed: number, width: number, height: number): Promise<Sharp> {
  const names = existsSync(photosFolder)
    ? readdirSync(photosFolder).filter((name) => name.startsWith("unsplash"))
    : [];
  const name = names[(seed * 37) % Math.max(1, names.length)];
  const colour = { r: (seed * 53) % 200, g: (seed * 91) % 200, b: (seed * 29) % 200 };
  if (!name) return sharp({ create: { width, height, channels: 3, background: colour } });
  return sharp(join(photosFolder, name)).resize(width, height, { fit: "cover" });
}

/** White capitals with a black outline over a photo, above and below. */
async function meme(seed: number): Promise<TextPicture> {
  const { some } = picker(seed);
  const lines = some(MEME, 2);
  const font = ["Nimbus Sans Narrow", "Liberation Sans", "Roboto", "Open Sans"][seed % 4] ?? "sans-serif";
  const extra = 'font-weight="bold" text-anchor="middle" stroke="#000" stroke-width="5" paint-order="stroke"';
  const placed = lines.map((text, at) => ({
    text,
    font,
    size: 58,
    x: 400,
    y: at === 0 ? 80 : 560,
    colour: "#fff",
    extra,
  }));
  const overlay = svg(800, 600, "none", placed);
  const bytes = await (await photo(seed, 800, 600))
    .composite([{ input: overlay }])
    .jpeg({ quality: 80 })
    .toBuffer();
  return { kind: "memes", lines, bytes };
}

/** A sign in a photo, a little turned. */
async function sign(seed: number): Promise<TextPicture> {
  const { one, some, random } = picker(seed);
  const lines = some(SIGN, 2);
  const [board, ink] = one([
    ["#1b5e20", "#fff"],
    ["#fff", "#b71c1c"],
    ["#fdd835", "#111"],
    ["#0d47a1", "#fff"],
  ] as const);
  const turn = (random() - 0.5) * 16;
  const [x, y] = [150 + random() * 300, 150 + random() * 300];
  const font = one(FONTS);
  const size = 26 + Math.floor(random() * 26);
  const overlay = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="750"><g transform="translate(${x} ${y}) rotate(${turn})"><rect width="${size * 10}" height="${size * 3.4}" rx="8" fill="${board}"/>${lines
      .map(
        (text, at) =>
          `<text x="${size * 5}" y="${size * (1.3 + at * 1.4)}" font-family="${font}" font-size="${size}" font-weight="bold" text-anchor="middle" fill="${ink}">${text}</text>`,
      )
      .join("")}</g></svg>`,
  );
  const bytes = await (await photo(seed + 50, 1000, 750))
    .composite([{ input: overlay }])
    .jpeg({ quality: 85 })
    .toBuffer();
  return { kind: "signs in photos", lines, bytes };
}

const RECEIPT = [
  "CORNER GROCERY",
  "Receipt 004217",
  "Wholemeal bread 2.80",
  "Olive oil 7.45",
  "Tomatoes 3.10",
  "Cheddar cheese 5.60",
  "Washing powder 8.99",
  "TOTAL 27.94",
  "Paid by card",
  "Thank you for shopping",
];

/** Grey print on grey paper, with noise and blur. */
async function receipt(seed: number): Promise<TextPicture> {
  const { one } = picker(seed);
  const font = one(MONOSPACED);
  const placed = RECEIPT.map((text, at) => ({
    text,
    font,
    size: 20,
    x: 40,
    y: 60 + at * 34,
    colour: "#8f8b86",
  }));
  const bytes = await sharp(svg(480, 460, "#c9c5bd", placed))
    .blur(0.6)
    .jpeg({ quality: 60 })
    .toBuffer();
  return { kind: "low-contrast receipts", lines: RECEIPT, bytes };
}

/** A letter, scanned at 12 megapixels. */
async function scan(seed: number): Promise<TextPicture> {
  const { one, some } = picker(seed);
  const font = one(["Liberation Serif", "Liberation Sans", "P052", "Caladea"]);
  const lines = some(SCREEN, 26);
  const placed = lines.map((text, at) => ({ text, font, size: 66, x: 260, y: 320 + at * 130 }));
  const bytes = await sharp(svg(3000, 4000, "#f7f5f0", placed))
    .jpeg({ quality: 85 })
    .toBuffer();
  return { kind: "12 MP scans", lines, bytes };
}

const TURNS = [90, 180, 7, 270, -12];

async function turned(seed: number): Promise<TextPicture> {
  const { one, some } = picker(seed);
  const lines = some(SCREEN, 10);
  const font = one(FONTS);
  const placed = lines.map((text, at) => ({ text, font, size: 26, x: 60, y: 90 + at * 62 }));
  const bytes = await sharp(svg(900, 720, "#fff", placed))
    .rotate(TURNS[seed % TURNS.length] ?? 0, { background: "#fff" })
    .png()
    .toBuffer();
  return { kind: "turned 90, 180, 7 degrees", lines, bytes };
}

async function accents(seed: number): Promise<TextPicture> {
  const { one } = picker(seed);
  const font = one(["DejaVu Sans", "Liberation Sans", "Noto Serif"]);
  const placed = ACCENTED.map((text, at) => ({ text, font, size: 24, x: 40, y: 60 + at * 50 }));
  const bytes = await sharp(svg(700, 360, "#fff", placed))
    .png()
    .toBuffer();
  return { kind: "French, German, Spanish", lines: ACCENTED, bytes };
}

/** A conversation of many screens, saved as one picture. */
async function tall(seed: number): Promise<TextPicture> {
  const { some, one } = picker(seed);
  const font = one(FONTS);
  const lines = [...some(SCREEN, 28), ...some(SCREEN, 28)];
  const placed = lines.map((text, at) => ({ text, font, size: 34, x: at % 2 ? 200 : 40, y: 100 + at * 150 }));
  const bytes = await sharp(svg(1080, 8500, "#eceff1", placed))
    .png()
    .toBuffer();
  return { kind: "tall screenshots, 1080 x 8500", lines, bytes };
}

const makers: readonly (readonly [(seed: number) => Promise<TextPicture>, number])[] = [
  [screenshot, 20],
  [dense, 2],
  [meme, 12],
  [sign, 12],
  [receipt, 3],
  [scan, 2],
  [turned, 5],
  [accents, 3],
  [tall, 2],
];

/** @param from the first seed: other pictures of the same kinds */
export async function* textPictures(from = 0): AsyncIterable<TextPicture> {
  for (const [make, count] of makers) {
    for (let seed = from; seed < from + count; seed++) yield await make(seed);
  }
}
