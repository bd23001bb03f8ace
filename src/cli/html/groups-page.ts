import { pluralize } from "../../core/index.ts";
import type { Cluster, ImageId, ImageRecord } from "../../core/types.ts";
import { pathsOf } from "../../shared/placements.ts";
import { html, type Markup } from "./markup.ts";
import { linkedThumbnail, page } from "./page.ts";

/** In place of a name that would hold for few of the pictures. */
export const NO_NAME = "(no one name)";

/** Themes with their representative pictures. */
export async function groupsPage(
  groups: readonly Cluster[],
  thumbnail: (id: ImageId) => Promise<Uint8Array>,
): Promise<string> {
  const sections: Markup[] = [];
  for (const { name, size, representatives } of groups) {
    const figures = await Promise.all(
      representatives.map(async (image) => figure(image, await thumbnail(image.id))),
    );
    sections.push(
      html`<h2>${name ?? NO_NAME} · ${pluralize(size, "picture")}</h2><div class="grid">${figures}</div>`,
    );
  }
  const total = groups.reduce((sum, { size }) => sum + size, 0);
  return page(
    "Themes",
    `${pluralize(groups.length, "theme")} in ${pluralize(total, "picture")}, largest first.`,
    html`${sections}`,
  );
}

function figure(image: ImageRecord, thumbnail: Uint8Array): Markup {
  const [path = ""] = pathsOf(image);
  return html`<figure>${linkedThumbnail(image, thumbnail, path)}
<figcaption class="path">${path}</figcaption></figure>`;
}
