import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";

const src = new URL("../src/", import.meta.url);

/** Top to bottom: a file may import only from the lines above its own (and freely inside its own room). */
const layers = [
  ["core/types/"],
  ["core/types.ts"],
  ["core/fold-case.ts"],
  [
    "core/unprintable-characters.ts",
    "core/compare-paths.ts",
    "core/distance.ts",
    "core/errors.ts",
    "core/fold-case.ts",
    "core/image-id.ts",
    "core/is-inside.ts",
    "core/media-kind.ts",
    "core/moment.ts",
    "core/names-below.ts",
    "core/near-names.ts",
    "core/package-folder.ts",
    "core/part.ts",
    "core/replace-file.ts",
    "core/screenshot-name.ts",
    "core/english.ts",
    "core/random-numbers.ts",
    "core/vector.ts",
    "core/work-routes.ts",
    "core/yield-controller.ts",
    "core/scopes.ts",
  ],
  [
    "core/measurements.ts",
    "core/child-process.ts",
    "core/onnx-runtime.ts",
    "core/onnx-writer.ts",
    "core/open-queue.ts",
    "core/sort-in-slices.ts",
    "core/dates/",
    "core/places/",
  ],
  ["core/ports/"],
  ["core/ports.ts", "core/image/"],
  ["core/words/", "core/hold-lease.ts"],
  [
    "core/embedder/",
    "core/ocr/",
    "core/models/",
    "core/vector-index/",
    "core/catalog/",
    "core/postgres/",
    "core/settings/",
    "core/sources/",
    "core/sidecars/",
  ],
  ["core/comparison/", "core/images-in-scope.ts", "core/shot-embedding.ts"],
  ["core/written-filters.ts"],
  ["core/search/", "core/duplicates/", "core/labels/", "core/map/"],
  ["core/evaluation/"],
  ["core/library/"],
  ["core/library.ts"],
  ["core/index.ts"],
  ["core/library-stores.ts", "core/model-speeds.ts"],
  ["core/open-library.ts", "core/doctor/", "core/copying/"],
  ["config.ts"],
  ["shared/"],
  ["components/"],
  ["cli/", "mcp/", "discord/", "web/"],
];

/** The rooms of the Discord bot, in the same order; files not named here wire them. */
const discordLayers = [
  ["discord/log.ts", "discord/message-text.ts", "discord/rate-limit.ts", "discord/texts/"],
  ["discord/gateway/"],
  ["discord/permissions/"],
  ["discord/ingest/"],
  ["discord/backfill/"],
  ["discord/results/"],
  ["discord/moderation/"],
  ["discord/commands/"],
];

/** What the faces may use of the core: its nouns and verbs; only their main files also wire it. */
const coreSurface = ["core/index.ts", "core/errors.ts", "core/types.ts"];
const wiring = [
  "core/open-library.ts",
  "core/doctor/doctor.ts",
  "core/copying/back-up.ts",
  "core/copying/copy-library.ts",
  "core/copying/open-copied.ts",
  "core/package-folder.ts",
  "core/part.ts",
  "config.ts",
];
const mayWire = (file: string) => file.endsWith("/main.ts") || file.startsWith("cli/");

/** The command line is the one program: it starts the other faces by their main file. */
const mayStartFace = (file: string, target: string) =>
  file.startsWith("cli/") && /^(mcp|discord|web)\/main\.ts$/.test(target);

/** What runs in a browser loads of the other side nothing but what is free of it; all else are types. */
const COMPONENTS = "components/";
const PAGES = ["web/client/", "mcp/gallery/", COMPONENTS];
const loadedByPages = [
  "core/unprintable-characters.ts",
  "core/image/comparison/lay-over.ts",
  "shared/format.ts",
  "shared/plurals.ts",
];
const isOfPages = (file: string) => PAGES.some((room) => file.startsWith(room));

/** Rooms of one line that may build on each other in this direction only. */
const neighbours: Record<string, string[]> = {
  "core/embedder/": ["core/models/", "core/ocr/", "core/sidecars/"],
  "core/ocr/": ["core/models/"],
  // Locks of files, which SQLite brings along.
  "core/models/": ["core/catalog/"],
  // How captions, paths and records are read: the same in both catalogs.
  "core/postgres/": ["core/catalog/"],
};

/** Each library has one door; everything else reaches it through a port. */
const doors: Record<string, string | readonly string[]> = {
  "onnxruntime-node": "core/onnx-runtime.ts",
  "@huggingface/tokenizers": "core/embedder/",
  sharp: "core/image/",
  "libheif-js": "core/image/heif/",
  "hnswlib-node": "core/vector-index/",
  "better-sqlite3": "core/catalog/",
  pg: "core/postgres/",
  "prom-client": "shared/metrics.ts",
  "pg-boss": "core/postgres/",
  pgpass: "core/postgres/",
  keyv: "core/settings/",
  chokidar: "core/sources/",
  "@modelcontextprotocol/server": "mcp/",
  jose: "mcp/oauth.ts",
  hono: ["mcp/", "web/"],
  "@hono/node-server": ["mcp/", "web/"],
  open: "web/desktop.ts",
  preact: PAGES,
  "preact-render-to-string": "components/pages/",
  "@preact/signals": ["web/client/", "mcp/gallery/"],
  "@modelcontextprotocol/ext-apps": "mcp/gallery/",
  "d3-selection": "web/client/map/",
  "d3-zoom": "web/client/map/",
  kdbush: "web/client/map/",
  "discord.js": "discord/",
  commander: "cli/",
  leven: "core/near-names.ts",
  exifreader: "core/image/",
  "@xmldom/xmldom": "core/image/",
  "chrono-node": "core/dates/",
  saxes: "core/sidecars/",
  "umap-js": "core/map/",
};

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.tsx?$/.test(file));

const layerOf = (file: string) => layers.findIndex((layer) => layer.some((name) => file.startsWith(name)));
const roomOf = (file: string) => layers.flat().find((name) => file.startsWith(name)) ?? "";

function importsOf(file: string): string[] {
  const code = readFileSync(new URL(file, src), "utf8");
  return [...code.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
}

test.each(files)("%s keeps to its layer and its door", (file) => {
  expect(layerOf(file), "belongs to no layer").not.toBe(-1);

  for (const specifier of importsOf(file)) {
    if (!specifier.startsWith(".")) {
      const library = Object.keys(doors).find((name) => `${specifier}/`.startsWith(`${name}/`));
      const door = [doors[library ?? ""] ?? ""].flat();
      expect(
        door.some((room) => file.startsWith(room)),
        specifier,
      ).toBe(true);
      continue;
    }
    const target = posix.join(posix.dirname(file), specifier);
    if (isOfPages(file) && loadedByPages.includes(target)) continue;
    if (roomOf(target) === roomOf(file)) continue;
    if (neighbours[roomOf(file)]?.includes(roomOf(target))) continue;
    if (mayStartFace(file, target)) continue;
    expect(layerOf(target), specifier).toBeLessThan(layerOf(file));
    if (target.startsWith("core/") && !file.startsWith("core/") && file !== "config.ts") {
      expect(mayWire(file) ? [...coreSurface, ...wiring] : coreSurface).toContain(target);
    }
    if (target === "config.ts") expect(mayWire(file), specifier).toBe(true);
  }
});

/** The files of each import cycle, types included. */
function importCycles(): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push(path.slice(at));
    if (at >= 0 || done.has(file)) return;
    for (const specifier of importsOf(file).filter((name) => name.startsWith(".")))
      visit(posix.join(posix.dirname(file), specifier), [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return cycles;
}

test("there is no import cycle, type-only imports included", () => {
  expect(importCycles()).toEqual([]);
});

test.each(files.filter((file) => file.startsWith("discord/")))("%s keeps to its room of the bot", (file) => {
  const levelOf = (name: string) => {
    const level = discordLayers.findIndex((layer) => layer.some((room) => name.startsWith(room)));
    return level === -1 ? discordLayers.length : level;
  };
  for (const specifier of importsOf(file)) {
    const target = posix.join(posix.dirname(file), specifier);
    if (!specifier.startsWith(".") || !target.startsWith("discord/")) continue;
    const sameRoom = posix.dirname(target) === posix.dirname(file);
    expect(levelOf(target) < levelOf(file) || sameRoom, specifier).toBe(true);
  }
});

/** config.ts reads the environment; the other only forbids a library what it would do by default. */
const environment = ["config.ts", "core/onnx-runtime.ts"];

test("no code in src names the environment but config.ts", () => {
  const offenders = files.filter((file) => readFileSync(new URL(file, src), "utf8").includes("process.env"));
  expect(offenders.sort()).toEqual(environment);
});

/** What a file loads when it is loaded, or later on demand; types are gone by then. */
function loadedBy(file: string): string[] {
  const code = readFileSync(new URL(file, src), "utf8").replaceAll(/^(?:import|export) type [^;]*;/gm, "");
  return [...code.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier = ""]) =>
    specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier,
  );
}

function reachedFrom(start: string): Set<string> {
  const reached = new Set([start]);
  for (const file of reached) {
    if (/\.tsx?$/.test(file)) for (const other of loadedBy(file)) reached.add(other);
  }
  return reached;
}

test.each(["core/open-library.ts", "cli/main.ts", "mcp/main.ts", "discord/main.ts", "web/main.ts"])(
  "%s never loads the decoder: only the embedding process decodes",
  (start) => expect([...reachedFrom(start)]).not.toContain("sharp"),
);

test("a library on a server is opened without the driver of one in a folder", () => {
  expect([...reachedFrom("core/postgres/server-library.ts")]).not.toContain("better-sqlite3");
});

test("the embedding process and its threads do load it", () => {
  for (const start of ["core/embedder/child.ts", "core/embedder/decode-worker.ts"]) {
    expect([...reachedFrom(start)]).toContain("sharp");
  }
});

test.each(files.filter(isOfPages))("%s loads nothing of the other side", (file) => {
  const room = PAGES.find((page) => file.startsWith(page)) ?? "";
  const loaded = loadedBy(file).filter((target) => /^(core|shared|cli|mcp|discord|web|node:)/.test(target));
  expect(loaded.filter((target) => !target.startsWith(room) && !loadedByPages.includes(target))).toEqual([]);
});

/** `${count} pictures`; not constants, nor rates, nor where one has its own wording. */
const COUNTED_BY_HAND =
  /\$\{(?![A-Z_]+\})(?!pluralize)[^{}]*\} (?:(?!its|their)[a-z]+ )?(?:pictures|images|files|folders|groups|hits|posts|places|tags|labels|members|jobs|steps|failures|copies|days|times)\b(?! a second)/;

test.each(files)("%s leaves the plural of what it counts to pluralize", (file) => {
  const lines = readFileSync(new URL(file, src), "utf8").split("\n");
  expect(lines.filter((line) => COUNTED_BY_HAND.test(line) && !line.includes("=== 1 ?"))).toEqual([]);
});
