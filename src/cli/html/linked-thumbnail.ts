import { pathToFileURL } from "node:url";
import type { ImageRecord } from "../../core/types.ts";
import { postLink } from "../hit-json.ts";
import { html, type Markup } from "./markup.ts";
import { thumbnailUri } from "./page.ts";

/** A thumbnail that leads to the picture itself. */
export function linkedThumbnail(image: ImageRecord, thumbnail: Uint8Array, alt: string): Markup {
  const picture = html`<img src="${thumbnailUri(thumbnail)}" alt="${alt}" loading="lazy">`;
  const address = addressOf(image);
  return address === undefined ? picture : html`<a href="${address}">${picture}</a>`;
}

/** A file that can be opened now, else wherever it was seen first. */
function addressOf({ placements }: ImageRecord): string | undefined {
  const at = placements.find((place) => place.kind === "file" && place.online) ?? placements[0];
  if (at === undefined) return undefined;
  return at.kind === "file" ? pathToFileURL(at.path).href : postLink(at);
}
