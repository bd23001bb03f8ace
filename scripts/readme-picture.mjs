/**
 * Generates docs/images/glimpse.webp, README's picture, from what `npm start` finds among the sample pictures.
 * Needs Chromium. Usage: node scripts/readme-picture.mjs [chromium]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { build } from "./build.mjs";
import { root } from "./installed.mjs";

const WIDTH = 1200;
const HEIGHT = 540;

build();
const folder = mkdtempSync(join(tmpdir(), "glimpse-picture-"));
const glimpse = (...args) =>
  execFileSync(process.execPath, [`${root}dist/cli/main.js`, "--library", join(folder, "library"), ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });

try {
  // The demo's queries: it prints each as a command.
  const queries = [...glimpse("demo").matchAll(/^glimpse find (?!--)(.*)$/gm)].map(([, query]) => query);
  glimpse("add", `${root}samples`);
  const hits = queries.map((query) => ({
    query,
    hit: JSON.parse(glimpse("find", query, "--json", "-n", "1")).hits[0],
  }));
  const { groups } = JSON.parse(glimpse("duplicates", "--json"));
  const copies = groups.filter(({ members }) => members[0].kind !== "exact").slice(0, 5);
  writeFileSync(join(folder, "page.html"), page(hits, copies));
  const shot = join(folder, "page.png");
  execFileSync(
    process.argv[2] ?? "chromium",
    [
      "--headless",
      "--no-sandbox",
      "--hide-scrollbars",
      `--window-size=${WIDTH},${HEIGHT}`,
      `--screenshot=${shot}`,
      `file://${join(folder, "page.html")}`,
    ],
    { stdio: "ignore" },
  );
  await sharp(shot).webp({ quality: 84 }).toFile(`${root}docs/images/glimpse.webp`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function page(hits, copies) {
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 18px 22px; width: ${WIDTH - 44}px; font: 15px "DejaVu Sans", sans-serif; color: #1d2330; background: #f6f7fb; }
h2 { font: 600 17px "DejaVu Sans Mono", monospace; margin: 4px 0 12px; color: #39425a; }
.row { display: grid; grid-template-columns: repeat(5, 1fr); gap: 14px; margin-bottom: 18px; }
.card { background: white; border: 1px solid #dde1ec; border-radius: 10px; overflow: hidden; }
.card img { width: 100%; height: 158px; object-fit: cover; display: block; }
.pair { display: flex; } .pair img { width: 50%; height: 120px; object-fit: contain; background: #eef0f6; }
p { margin: 0; padding: 8px 10px; line-height: 1.35; } small { color: #6a7288; }
</style>
<h2>$ glimpse find …</h2><div class="row">${hits.map(found).join("")}</div>
<h2>$ glimpse duplicates</h2><div class="row">${copies.map(copy).join("")}</div>`;
}

function found({ query, hit }) {
  return `<div class="card">${image(hit)}<p>${query}<br><small>score ${hit.score.toFixed(2)}</small></p></div>`;
}

function copy({ keeper, members: [member] }) {
  return `<div class="card"><div class="pair">${image(keeper)}${image(member)}</div><p><small>${member.reason}</small></p></div>`;
}

function image({ paths: [path] }) {
  return `<img src="${new URL(`file://${path}`).href}">`;
}
