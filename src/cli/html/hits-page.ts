import { dayOf, imageDate, pluralize } from "../../core/index.ts";
import type { FindAnswer, Hit, ImageId } from "../../core/types.ts";
import { formatBytes, shortId } from "../../shared/format.ts";
import { pathsOf } from "../../shared/placements.ts";
import { fitMark, quotedPlaces, scoreParts, sourceLabel } from "../../shared/score-parts.ts";
import { html, type Markup } from "./markup.ts";
import { linkedThumbnail, page } from "./page.ts";

/** The answer as a contact sheet. */
export async function hitsPage(
  answer: FindAnswer,
  thumbnail: (id: ImageId) => Promise<Uint8Array>,
): Promise<string> {
  const isRanked = answer.query !== "";
  const figures = await Promise.all(
    answer.hits.map(async (hit) => figure(hit, await thumbnail(hit.id), answer)),
  );
  const found = `${pluralize(answer.hits.length, "hit")} of ${pluralize(answer.searched, "image")}`;
  const summary = isRanked
    ? `${found}, by ${answer.model}. The score is the cosine similarity of picture and query.`
    : `${found}, by date.`;
  const good = answer.match === "nothing" ? 0 : 1 + answer.hits.findLastIndex(({ fit }) => fit !== "nothing");
  return page(answer.query || "Pictures by date", summary, folded(figures, good));
}

/** What most likely is not what was asked for is folded away, not left out. */
function folded(figures: readonly Markup[], good: number): Markup {
  const grid = (some: readonly Markup[]) => html`<div class="grid">${some}</div>`;
  const rest = figures.slice(good);
  if (rest.length === 0) return grid(figures);
  const summary = good === 0 ? "No good match; nearest" : "Probably not what you asked for";
  return html`${good === 0 ? "" : grid(figures.slice(0, good))}
<details><summary>${summary}: ${pluralize(rest.length, "picture")}</summary>
${grid(rest)}</details>`;
}

function figure(hit: Hit, thumbnail: Uint8Array, { query, match }: FindAnswer): Markup {
  const score = query !== "" ? html`<span class="score">${hit.score.toFixed(3)}</span>` : "";
  const [path = ""] = pathsOf(hit);
  const fit = fitMark(match, hit.fit);
  const mark = fit === "" ? "" : html` <span class="mark">${fit}</span>`;
  const alike = hit.alike.length > 0 ? html` <span class="mark good">+${hit.alike.length} alike</span>` : "";
  const others =
    hit.placementCount > 1
      ? html`<div class="facts">and ${pluralize(hit.placementCount - 1, "more place")}</div>`
      : "";
  const tags = hit.tags.map(({ tag }) => html`<span class="mark">${tag}</span>`);
  return html`<figure>
${linkedThumbnail(hit, thumbnail, path, boxesOf(hit))}
<figcaption>${score}<span class="rank">${hit.rank}</span>${mark}${alike}
<div class="path">${path}</div>${others}${wordsOf(hit)}
<div class="facts">${hit.width}×${hit.height} · ${formatBytes(hit.bytes)} · ${dayOf(imageDate(hit))} · <code>${shortId(hit.id)}</code></div>
<div>${tags}</div></figcaption>
</figure>`;
}

/** Of the lines that matched, where they stand in the picture. */
const boxesOf = ({ words }: Hit) => (words?.places ?? []).flatMap(({ box }) => box ?? []);

function wordsOf(hit: Hit): Markup | "" {
  const parts = scoreParts(hit);
  if (parts === undefined) return "";
  const places = quotedPlaces(hit).map(
    ({ source, line }) => html`<div class="facts">${sourceLabel(source)} “${line}”</div>`,
  );
  return html`<div class="facts">${parts}</div>${places}`;
}
