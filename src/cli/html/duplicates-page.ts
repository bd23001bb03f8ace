import { dayOf, imageDate, pluralize } from "../../core/index.ts";
import type { DuplicateGroup, DuplicateMember, ImageId, ImageRecord } from "../../core/types.ts";
import { formatBytes, shortId } from "../../shared/format.ts";
import { pathsOf } from "../../shared/placements.ts";
import { html, type Markup } from "./markup.ts";
import { linkedThumbnail, page } from "./page.ts";

type Thumbnails = (id: ImageId) => Promise<Uint8Array>;

/** Groups side by side, keeper first, with what differs between them. */
export async function duplicatesPage(
  groups: readonly DuplicateGroup[],
  thumbnail: Thumbnails,
): Promise<string> {
  const sections: Markup[] = [];
  for (const [at, group] of groups.entries()) sections.push(await section(group, at + 1, thumbnail));
  const freed = groups.reduce((sum, group) => sum + group.reclaimableBytes, 0);
  const summary = `${pluralize(groups.length, "group")}; ${formatBytes(freed)} could be freed. Glimpse deletes nothing. The keeper is a suggestion.`;
  return page("Duplicates", summary, html`${sections}`);
}

async function section(group: DuplicateGroup, number: number, thumbnail: Thumbnails): Promise<Markup> {
  const { keeper } = group;
  const others = group.members.filter(({ image }) => image.id !== keeper.id);
  const figures = [
    figure(keeper, await thumbnail(keeper.id), html`<span class="mark good">keep</span>`, keeper),
    ...(await Promise.all(
      others.map(async (member) => memberFigure(member, keeper, await thumbnail(member.image.id))),
    )),
  ];
  return html`<h2>Group ${number} · ${group.kind} · ${formatBytes(group.reclaimableBytes)} reclaimable</h2>
<p>Why this one – ${group.why}.</p>
<div class="grid">${figures}</div>`;
}

function memberFigure(member: DuplicateMember, keeper: ImageRecord, thumbnail: Uint8Array): Markup {
  const mark = html`<span class="mark">${member.kind}: ${member.reason}</span> <span class="score">${member.measure.toFixed(3)}</span>`;
  return figure(member.image, thumbnail, mark, keeper);
}

function figure(image: ImageRecord, thumbnail: Uint8Array, mark: Markup, keeper: ImageRecord): Markup {
  const paths = pathsOf(image).map((path) => html`<div class="path">${path}</div>`);
  const size = `${image.width}×${image.height}`;
  const differs = (fact: string, kept: string) => (fact === kept ? html`${fact}` : html`<b>${fact}</b>`);
  return html`<figure class="${image.id === keeper.id ? "keeper" : ""}">
${linkedThumbnail(image, thumbnail, "")}
<figcaption>${mark}${paths}
<div class="facts">${differs(size, `${keeper.width}×${keeper.height}`)} · ${differs(formatBytes(image.bytes), formatBytes(keeper.bytes))} · ${differs(image.format, keeper.format)} · ${differs(dayOf(imageDate(image)), dayOf(imageDate(keeper)))}</div>
<div><code>${shortId(image.id)}</code></div></figcaption>
</figure>`;
}
