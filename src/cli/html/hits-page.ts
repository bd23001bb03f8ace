import { dayOf, imageDate, pluralize } from "../../core/index.ts";
import type { FindAnswer, Hit, ImageId } from "../../core/types.ts";
import { formatBytes, shortId } from "../../shared/format.ts";
import { pathsOf } from "../../shared/placements.ts";
import { html, type Markup } from "./markup.ts";
import { linkedThumbnail, page } from "./page.ts";

/** The answer as a contact sheet. */
export async function hitsPage(
  answer: FindAnswer,
  thumbnail: (id: ImageId) => Promise<Uint8Array>,
): Promise<string> {
  const isRanked = answer.query !== "";
  const figures = await Promise.all(
    answer.hits.map(async (hit) => figure(hit, await thumbnail(hit.id), isRanked)),
  );
  const found = `${pluralize(answer.hits.length, "hit")} of ${pluralize(answer.searched, "image")}`;
  const summary = isRanked
    ? `${found}, by ${answer.model}. The score is the cosine similarity of picture and query.`
    : `${found}, by date.`;
  return page(answer.query || "Pictures by date", summary, html`<div class="grid">${figures}</div>`);
}

function figure(hit: Hit, thumbnail: Uint8Array, isRanked: boolean): Markup {
  const score = isRanked ? html`<span class="score">${hit.score.toFixed(3)}</span>` : "";
  const [path = ""] = pathsOf(hit);
  const alike = hit.alike.length > 0 ? html` <span class="mark good">+${hit.alike.length} alike</span>` : "";
  const others =
    hit.placementCount > 1
      ? html`<div class="facts">and ${pluralize(hit.placementCount - 1, "more place")}</div>`
      : "";
  const tags = hit.tags.map(({ tag }) => html`<span class="mark">${tag}</span>`);
  return html`<figure>
${linkedThumbnail(hit, thumbnail, path)}
<figcaption>${score}<span class="rank">${hit.rank}</span>${alike}
<div class="path">${path}</div>${others}
<div class="facts">${hit.width}×${hit.height} · ${formatBytes(hit.bytes)} · ${dayOf(imageDate(hit))} · <code>${shortId(hit.id)}</code></div>
<div>${tags}</div></figcaption>
</figure>`;
}
