import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EVERYDAY_LABELS } from "../../src/core/labels/everyday-labels.ts";
import { german } from "../../src/web/sentences/german.ts";
import { germanLabels } from "../../src/web/sentences/german-labels.ts";
import { translatorFor } from "../../src/web/sentences/translate.ts";
import { literalsIn } from "../support/literals.ts";

const say = translatorFor("de-DE,de;q=0.9,en;q=0.8");
const root = join(import.meta.dirname, "../..");

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => /^(core|web|shared)\/.*\.ts$/.test(file) && !/^web\/(client|sentences)\//.test(file))
  .map((file) => ({ file, literals: literalsIn(readFileSync(join(root, "src", file), "utf8")) }));

/** Where sentences come from that a page shows in everyday use: every one of them has its German. */
const ROOMS =
  /^(core\/(search|dates|places)\/|core\/labels\/(edit-tags|edit-vocabulary|require-tags|unsure-pictures)|core\/duplicates\/(choose-keeper|placement-order|duplicate-group)|core\/library\/(move-files|older-models|register-roots|originals|marks|verdicts)|core\/written-filters|core\/image\/(picture-limits|decoding-error)|core\/embedder\/picture-source|web\/(routes\/|question|picture-groups|parsed-request|examples))/;
const isSentence = (text: string) => /^[A-Z“"{].* .*[.?]$/s.test(text) && !/[$^\\]|\bFROM\b/.test(text);
/** Parts of sentences: the whole ones are in the book. */
const PARTS = new Set([
  "{} is no format that is read. {}There are {}.",
  "{}. There are also {}{}: name one so to mean it.",
  "{}; sides of up to 65,535 pixels are read.",
  "{}; up to {} are read.",
  "{}, which takes about {} MiB of memory to decode; the limit is {} MiB (GLIMPSE_PICTURE_MEMORY).",
  'There is no city of 15,000 people or more, no country and no state of the United States called "{}".{} --near 38.7,-9.1:10km takes any place.',
  "{}: it is a still picture. Give {}.",
  "{}: it ends after {} s. Give an earlier one.",
]);

test("every sentence that the page shows in everyday use has its German", () => {
  const missing = sources
    .filter(({ file }) => ROOMS.test(file))
    .flatMap(({ file, literals }) =>
      literals
        .filter((text) => isSentence(text) && !PARTS.has(text))
        .filter((text) => say(text.replaceAll("{}", "X")) === text.replaceAll("{}", "X"))
        .map((text) => `${file}: ${text}`),
    );
  expect(missing, "give them their German in src/web/sentences/german.ts").toEqual([]);
});

test("so has what models say of themselves", () => {
  const said = readdirSync(join(root, "models"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const model = JSON.parse(readFileSync(join(root, "models", name, "model.json"), "utf8")) as {
        description: string;
        fidelity?: string;
        variants?: Record<string, { fidelity?: string }>;
      };
      const variants = [model, ...Object.values(model.variants ?? {})];
      return [model.description, ...variants.flatMap(({ fidelity }) => fidelity ?? [])];
    });
  expect(said.filter((text) => say(text) === text)).toEqual([]);
});

test("so has every label that a theme may be named by", () => {
  expect(Object.keys(germanLabels).sort()).toEqual([...EVERYDAY_LABELS].sort());
  expect(say("screenshot of a chat")).toBe("Bildschirmfoto eines Chats");
});

test("the book holds no sentence that nobody says any more", () => {
  const all = sources.flatMap(({ literals }) => literals).join("\n");
  const models = readdirSync(join(root, "models"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("model.json"))
    .map((file) => readFileSync(join(root, "models", file), "utf8"))
    .join("\n");
  const stale = Object.keys(german).filter((english) =>
    english
      .split(/\{\}|(?<=[.;:?]) |, /)
      .filter((part) => part.trim().length > 24)
      .some((part) => !all.includes(part.trim()) && !models.includes(part.trim())),
  );
  expect(stale).toEqual([]);
});

test("each German sentence has the values of the English one", () => {
  for (const [english, meaning] of Object.entries(german)) {
    const values = english.split("{}").length - 1;
    for (const [, at] of meaning.matchAll(/\{(\d)!?\}/g))
      expect(Number(at), english).toBeLessThanOrEqual(values);
  }
});

test.each([
  ["the original: the others are framed, smaller", "das Original: die anderen sind gerahmt, kleiner"],
  [
    "in /home/me/a; b, as asked; the oldest of equally good ones",
    "in /home/me/a; b, wie gewünscht; das älteste unter gleich guten",
  ],
  ["framed, resized; the other is cropped", "gerahmt, in anderer Größe; das andere ist beschnitten"],
  [
    "one other is out of reach now; the oldest (the same bytes)",
    "ein anderes ist jetzt nicht erreichbar; die älteste (dieselben Bytes)",
  ],
  [
    "1,214 files of kinds not read: 1,120 DOC, 94 MOV (films are read where ffmpeg is installed); pictures left out: 31 in a recycle bin, 2 hidden",
    "1.214 Dateien von Arten, die nicht gelesen werden: 1,120 DOC, 94 MOV (Filme werden gelesen, wo ffmpeg installiert ist); ausgelassene Bilder: 31 in einem Papierkorb, 2 versteckt",
  ],
  [
    'There is no tag "dog". Did you mean "dogs" or "fog"?',
    'Ein Schlagwort „dog“ gibt es nicht. Meintest du "dogs" oder "fog"?',
  ],
  [
    'The vocabulary cannot be used: tag "a,b" holds one of , : | @ or a tab. Choose another name.',
    "So geht es nicht: im Schlagwort „a,b“ steht eines von , : | @ oder ein Tabulator. Wähle einen anderen Namen.",
  ],
  ["sound; 1,204 images, 1 failure noted", "in Ordnung; 1.204 Bilder, 1 Fehler vermerkt"],
  [
    '"Washington" is read as Washington, D.C., US-DC. There are also "Washington, US-PA" and 4 more: name one so to mean it.',
    '„Washington“ ist als Washington, D.C., US-DC gelesen. Es gibt auch "Washington, US-PA" und 4 weitere: schreib es so, um es zu meinen.',
  ],
  [
    "another is named or filed as a copy; the oldest (the same bytes)",
    "eine andere ist als Kopie benannt oder abgelegt; die älteste (dieselben Bytes)",
  ],
  [
    "The picture is damaged or incomplete (the file ends before the last 12 % of it).",
    "Das Bild ist beschädigt oder unvollständig (die Datei endet vor den letzten 12 %).",
  ],
])("“%s”", (english, meaning) => {
  expect(say(english)).toBe(meaning);
  expect(translatorFor("en-GB,de;q=0.5")(english)).toBe(english);
  expect(translatorFor(undefined)(english)).toBe(english);
});

test("values stay what they are, whatever they look like", () => {
  for (const name of [
    "framed",
    "{1}",
    "$&",
    "a.b*c(d",
    "1,204",
    "smaller; cropped",
    "the CPU",
    "constructor",
  ])
    expect(say(`There is no file or folder /photos/${name}. Check the spelling.`)).toBe(
      `Es gibt weder Datei noch Ordner /photos/${name}. Prüf die Schreibweise.`,
    );
  for (const unknown of ["constructor", "A sentence that nobody wrote.", "some, words", "x".repeat(100_000)])
    expect(say(unknown)).toBe(unknown);
});
