import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Filter, LinkedPicture, PageData, PageRenderers } from "../../components/pages/page-data.ts";
import { momentName } from "../../core/index.ts";
import { packageFolder } from "../../core/package-folder.ts";
import type { Cluster, DuplicateGroup, FindAnswer, ImageId, ImageRecord, Part } from "../../core/types.ts";
import { groupCardOf, hitCardOf, placeOf, themeCardOf } from "../../shared/card-of.ts";
import type { Place } from "../../shared/cards.ts";
import { sparePaths } from "../../shared/spare-paths.ts";

/**
 * Pages of one file, without script, made of the components that `glimpse web` has too. Those are built by themselves
 * and loaded only here: a start does not wait for them, and no other code sees a browser's types.
 */
const BUILT = join(packageFolder, "dist/pages");

const renderers = (): PageRenderers => createRequire(import.meta.url)(join(BUILT, "main.cjs"));
const style = () => readFileSync(join(BUILT, "page.css"), "utf8");

type ThumbnailSource = (id: ImageId) => Promise<Uint8Array>;

/** The answer as a contact sheet. */
export async function hitsPage(
  answer: FindAnswer,
  filters: readonly Filter[],
  thumbnail: ThumbnailSource,
): Promise<string> {
  const { query, model, searched, match, hits } = answer;
  const data = await pageData(hits, filters, thumbnail);
  const cards = hits.map((hit) => hitCardOf(hit, query !== ""));
  return renderers().renderHits({ ...data, query, model, searched, match, hits: cards });
}

/** Groups side by side, keeper first, with what differs between them. */
export async function duplicatesPage(
  { groups, model }: { readonly groups: readonly DuplicateGroup[]; readonly model: string },
  filters: readonly Filter[],
  thumbnail: ThumbnailSource,
): Promise<string> {
  const images = groups.flatMap(({ keeper, members }) => [keeper, ...members.map(({ image }) => image)]);
  const data = await pageData(images, filters, thumbnail);
  const spareFiles = groups.reduce((sum, group) => sum + sparePaths(group).length, 0);
  return renderers().renderDuplicates({
    ...data,
    groups: groups.map(groupCardOf),
    model,
    spareFiles,
    hrefOf,
  });
}

/** Themes with their representative pictures. */
export async function themesPage(
  clusters: readonly Cluster[],
  filters: readonly Filter[],
  thumbnail: ThumbnailSource,
): Promise<string> {
  const images = clusters.flatMap(({ representatives }) => representatives);
  const data = await pageData(images, filters, thumbnail);
  return renderers().renderThemes({ ...data, themes: clusters.map(themeCardOf) });
}

async function pageData(
  images: readonly (ImageRecord & { readonly part?: Part })[],
  filters: readonly Filter[],
  thumbnail: ThumbnailSource,
): Promise<PageData> {
  const pictures = new Map<ImageId, LinkedPicture>();
  for (const image of images) {
    if (pictures.has(image.id)) continue;
    const webp = Buffer.from(await thumbnail(momentName(image.id, image.part))).toString("base64");
    pictures.set(image.id, { source: `data:image/webp;base64,${webp}`, href: addressOf(image) });
  }
  return { pictures, filters, style: style() };
}

/** A file that can be opened now, else the first place it was seen at. */
function addressOf({ placements }: ImageRecord): string | undefined {
  const places = placements.map(placeOf);
  const place = places.find(({ kind, online }) => kind === "file" && online) ?? places[0];
  return place && hrefOf(place);
}

const hrefOf = ({ kind, at }: Place): string => (kind === "file" ? pathToFileURL(at).href : at);
