import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, root, run, tool } from "./installed.mjs";
import { writePlaces } from "./places.mjs";

const stamp = `${root}dist/.built`;

function newestSource() {
  const files = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" }).map(
    (file) => `${root}src/${file}`,
  );
  const others = [
    "scripts/build.mjs",
    "scripts/places.mjs",
    "tsconfig.json",
    "tsconfig.build.json",
    "package-lock.json",
  ];
  return Math.max(...[...files, ...others.map((file) => `${root}${file}`)].map((f) => statSync(f).mtimeMs));
}

/** What the program starts as processes and threads: see src/core/child-process.ts. */
const children = [
  "core/embedder/child",
  "core/embedder/decode-worker",
  "core/embedder/speed-child",
  "core/image/heif/heif-thread",
  "core/map/layout-thread",
  "core/vector-index/build-child",
];

/** Not bundled: compiled packages, CommonJS packages with late named imports, packages that start their own files, and one that only the bot loads. */
const external = [
  "@xmldom/xmldom",
  "better-sqlite3",
  "cli-progress",
  "discord.js",
  "hnswlib-node",
  "libheif-js",
  "onnxruntime-node",
  "open",
  "pg",
  "pg-boss",
  "pgpass",
  "pino",
  "prom-client",
  "sharp",
];

/**
 * Bundles `<folder>/<name>.ts` into `<outdir>/<name>.js`, with shared code in chunks: startup time is spent
 * on finding files, so there are few.
 */
export function bundle(folder, names, outdir) {
  esbuild().buildSync({
    ...settings(folder, names, outdir),
    sourcemap: true,
    // For CommonJS code that requires Node's built-in modules.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
  });
}

// Not at the top: it may have been installed just now.
const esbuild = () => createRequire(import.meta.url)("esbuild");

function settings(folder, names, outdir) {
  return {
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `${folder}/${name}.ts`, out: name })),
    outdir,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    external,
    ...small,
    logLevel: "warning",
  };
}

/**
 * The same as CommonJS, which starts faster than modules and lets V8's compiled code be kept (src/cli/compile-cache.ts).
 * esbuild splits only modules, so each of its files is turned into CommonJS afterwards.
 */
function bundleAsCommonJs(folder, names, outdir) {
  mkdirSync(`${root}${outdir}/cli`, { recursive: true });
  writeFileSync(`${root}${outdir}/cli/package.json`, '{ "type": "commonjs" }\n');
  const { buildSync, transformSync } = esbuild();
  const { outputFiles } = buildSync({
    ...settings(folder, names, outdir),
    // Away from the modules of the children.
    chunkNames: "cli/chunks/[name]-[hash]",
    sourcemap: "inline",
    write: false,
  });
  for (const { path, text } of outputFiles) {
    const { code, map } = transformSync(text, {
      format: "cjs",
      platform: "node",
      target: "node20.19",
      ...small,
      sourcemap: "external",
      sourcefile: path,
      supported: { "dynamic-import": false },
      define: { "import.meta": "importMeta" },
      banner: 'const importMeta={url:require("node:url").pathToFileURL(__filename).href};',
    });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
    writeFileSync(`${path}.map`, map);
  }
}

const jsx = { jsx: "automatic", jsxImportSource: "preact" };

/** Names are kept for stack traces. */
const small = { minifySyntax: true, minifyWhitespace: true };

/** The page of `glimpse web`: script and style under names that change with their content, and the document that names them. */
function bundlePage() {
  const source = `${root}src/web/client/`;
  const folder = `${root}dist/web/`;
  const { metafile } = esbuild().buildSync({
    absWorkingDir: root,
    entryPoints: ["src/web/client/main.tsx"],
    outdir: "dist/web",
    entryNames: "page-[hash]",
    // What a view loads only when it is looked at.
    chunkNames: "[name]-[hash]",
    splitting: true,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    minify: true,
    ...jsx,
    metafile: true,
    logLevel: "warning",
  });
  const nameOf = (ending) =>
    Object.keys(metafile.outputs)
      .map((path) => basename(path))
      .find((name) => name.startsWith("page-") && name.endsWith(ending));
  const document = readFileSync(`${source}index.html`, "utf8")
    .replace("{{script}}", `/files/${nameOf(".js")}`)
    .replace("{{style}}", `/files/${nameOf(".css")}`);
  writeFileSync(`${folder}index.html`, document);
  copyFileSync(`${source}icon.svg`, `${folder}icon.svg`);
}

/** The gallery inside an assistant's chat: one file that requests nothing, and allows no script or style but its own. */
function bundleGallery() {
  const source = `${root}src/mcp/gallery/`;
  const { outputFiles } = esbuild().buildSync({
    absWorkingDir: root,
    entryPoints: ["src/mcp/gallery/main.tsx"],
    outdir: "dist/mcp",
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    ...jsx,
    minify: true,
    charset: "utf8",
    write: false,
    logLevel: "warning",
  });
  const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
  const [script, style] = [textOf(".js"), textOf(".css")];
  if (/<\/(script|style)|<!--/i.test(script + style))
    throw new Error("The gallery's code ends its own element.");
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = `default-src 'none'; img-src data:; script-src ${hash(script)}; style-src ${hash(style)}`;
  const document = readFileSync(`${source}index.html`, "utf8")
    .replace("{{policy}}", policy)
    .replace("<style>", (start) => start + style)
    .replace('<script type="module">', (start) => start + script);
  mkdirSync(`${root}dist/mcp`, { recursive: true });
  writeFileSync(`${root}dist/mcp/gallery.html`, document);
}

/** What the pages of `--html` are made of: loaded, and their style read, only when one is written. */
function bundlePages() {
  esbuild().buildSync({
    absWorkingDir: root,
    entryPoints: ["src/components/pages/main.tsx", "src/components/pages/page.css"],
    outdir: "dist/pages",
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    ...jsx,
    minify: true,
    logLevel: "warning",
  });
}

/** Code common to the program and its children is in both: sharing it would split the program into many small files. */
export function bundleProgram() {
  bundleAsCommonJs("src", ["cli/main"], "dist");
  bundle("src", children, "dist");
  bundlePage();
  bundlePages();
  bundleGallery();
  writePlaces();
}

/** Checks the types of src and bundles it into dist, unless dist is newer than every source. */
export function build() {
  ensureInstalled();
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newestSource()) return;
  rmSync(`${root}dist`, { recursive: true, force: true });
  run(tool("tsc"), ["-p", "tsconfig.build.json"]);
  bundleProgram();
  writeFileSync(stamp, "");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build();
