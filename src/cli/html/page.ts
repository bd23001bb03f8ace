import { pathToFileURL } from "node:url";
import type { FractionBox, ImageRecord } from "../../core/types.ts";
import { jumpLink } from "../../shared/placements.ts";
import { html, Markup } from "./markup.ts";

const STYLE = new Markup(`
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 16%, transparent); --soft: color-mix(in srgb, currentColor 62%, transparent); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1400px; padding: 2rem 1.5rem 4rem; font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; font-weight: 600; margin: 2.5rem 0 .75rem; }
.summary { color: var(--soft); margin: 0 0 1.75rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 1.25rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
figure.keeper { outline: 2px solid #2e9e5b; }
figure img { display: block; width: 100%; height: 200px; object-fit: contain; background: color-mix(in srgb, currentColor 5%, transparent); }
.picture { position: relative; display: block; }
.picture svg { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
.picture rect { fill: none; stroke: #ff3b30; stroke-width: 2px; vector-effect: non-scaling-stroke; paint-order: stroke; }
figcaption { padding: .6rem .75rem .7rem; font-size: 13px; }
.rank { font-weight: 600; font-size: 15px; }
.score { float: right; font-variant-numeric: tabular-nums; color: var(--soft); }
.path { overflow-wrap: anywhere; }
.facts { color: var(--soft); font-variant-numeric: tabular-nums; }
.mark { display: inline-block; border-radius: 999px; padding: 0 .55em; font-size: 12px; border: 1px solid var(--line); }
.mark.good { color: #2e9e5b; border-color: currentColor; }
code { font-size: 12px; }
details { margin-top: 1.75rem; }
summary { cursor: pointer; color: var(--soft); margin-bottom: 1rem; }`);

const MARKER = '<meta name="generator" content="Glimpse">';

/** In how many bytes of a page its marker lies. */
export const MARKER_WITHIN = 512;

/** Whether a file that begins like this is a page that Glimpse wrote. */
export const isOwnPage = (beginning: string): boolean => beginning.includes(MARKER);

/** One self-contained page: no script, no outside resource, and a policy that forbids both; links it may have. */
export function page(title: string, summary: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${new Markup(MARKER)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<p class="summary">${summary}</p>
${body}
</body>
</html>
`.text;
}

/** A thumbnail as a data URL: the page needs no other file. */
const thumbnailUri = (webp: Uint8Array): string =>
  `data:image/webp;base64,${Buffer.from(webp).toString("base64")}`;

/**
 * A thumbnail linked to the picture itself.
 * @param boxes drawn on it, in fractions of the picture
 */
export function linkedThumbnail(
  image: ImageRecord,
  thumbnail: Uint8Array,
  alt: string,
  boxes: readonly FractionBox[] = [],
): Markup {
  const img = html`<img src="${thumbnailUri(thumbnail)}" alt="${alt}" loading="lazy">`;
  const picture =
    boxes.length === 0 ? img : html`<span class="picture">${img}${outlines(image, boxes)}</span>`;
  const address = addressOf(image);
  return address === undefined ? picture : html`<a href="${address}">${picture}</a>`;
}

/** Fits into its place as the picture does. */
function outlines({ width, height }: ImageRecord, boxes: readonly FractionBox[]): Markup {
  const outline = (box: FractionBox) =>
    html`<rect x="${box.x * width}" y="${box.y * height}" width="${box.width * width}" height="${box.height * height}"/>`;
  return html`<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">${boxes.map(outline)}</svg>`;
}

/** A file that can be opened now, else the first place it was seen at. */
function addressOf({ placements }: ImageRecord): string | undefined {
  const at = placements.find((place) => place.kind === "file" && place.online) ?? placements[0];
  if (at === undefined) return undefined;
  return at.kind === "file" ? pathToFileURL(at.path).href : jumpLink(at);
}
