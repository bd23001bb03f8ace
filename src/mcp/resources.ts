import { readFile } from "node:fs/promises";
import { type Hit, NotFoundError, UsageError } from "../core/index.ts";
import { shortId } from "../shared/format.ts";
import { GALLERY_TYPE, GALLERY_URI, galleryMeta } from "./gallery.ts";
import { libraryReport } from "./library-report.ts";
import { nameOf } from "./picture-facts.ts";
import type { Service } from "./service.ts";

/** Clients that page give up at 64 pages, and none shows thousands: the template reaches the rest. */
const MAX_LISTED = 100;
const MAX_COMPLETIONS = 50;
/** Clients cut off results of about a million characters; base64 adds a third. */
const MAX_ORIGINAL_BYTES = 512 * 1024;
const RESIZED_SIDE = 2048;

const PICTURE_URI = /^image:\/\/([0-9a-f]{4,64})(\/thumbnail)?\/?$/i;
const STATUS_URI = "library://status";

export interface ResourceEntry {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly mimeType: string;
  readonly bytes?: number | undefined;
  readonly _meta?: Record<string, unknown> | undefined;
}

export type ResourceContent = {
  readonly uri: string;
  readonly mimeType: string;
  /** Whether its address means these bytes for good: an image is what its id says. */
  readonly isFixed: boolean;
  readonly _meta?: Record<string, unknown> | undefined;
} & ({ readonly text: string } | { readonly bytes: Uint8Array });

export const resourceTemplates = [
  {
    uriTemplate: "image://{id}",
    name: "image",
    title: "Picture",
    description:
      "The original's bytes; a large original comes resized. The id may be short; search_images gives ids.",
  },
  {
    uriTemplate: "image://{id}/thumbnail",
    name: "thumbnail",
    title: "Thumbnail",
    description: "At most 256 pixels on its longest side",
    mimeType: "image/webp",
  },
] as const;

const statusEntry: ResourceEntry = {
  uri: STATUS_URI,
  name: "status",
  title: "Library status",
  mimeType: "application/json",
};

const galleryEntry: ResourceEntry = {
  uri: GALLERY_URI,
  name: "gallery",
  title: "Gallery",
  mimeType: GALLERY_TYPE,
  _meta: galleryMeta,
};

/**
 * The library's status, and the newest of the visible pictures, in one page; before them the gallery, for clients that
 * show it.
 * @throws UsageError for a cursor: none is given out
 */
export async function listResources(
  service: Service,
  { cursor, hasGallery }: { readonly cursor: string | undefined; readonly hasGallery: boolean },
): Promise<readonly ResourceEntry[]> {
  if (cursor !== undefined) throw new UsageError("There is one page only. List resources without a cursor.");
  const view = await viewOf(service);
  const { hits } = await view.find({ terms: [], sort: "newest", limit: MAX_LISTED });
  return [...(hasGallery ? [galleryEntry] : []), statusEntry, ...hits.map(entryOf)];
}

function entryOf(hit: Hit): ResourceEntry {
  return {
    uri: `image://${shortId(hit.id)}`,
    name: shortId(hit.id),
    title: nameOf(hit),
    mimeType: `image/${hit.format}`,
    bytes: hit.bytes,
  };
}

/** @throws NotFoundError, AmbiguousIdError */
export async function readResource(service: Service, uri: string): Promise<ResourceContent> {
  if (uri === STATUS_URI) {
    const library = await service.library();
    const report = await libraryReport(service, library, await service.access.view(library));
    const text = JSON.stringify(report, null, 2);
    return { uri, mimeType: "application/json", isFixed: false, text };
  }
  if (uri === GALLERY_URI)
    return {
      uri,
      mimeType: GALLERY_TYPE,
      isFixed: true,
      text: await readFile(service.galleryFile, "utf8"),
      _meta: galleryMeta,
    };
  const [, id, thumbnail] = PICTURE_URI.exec(uri) ?? [];
  if (id === undefined)
    throw new NotFoundError(
      "No such resource. There are image://{id}, image://{id}/thumbnail and library://status.",
    );
  const view = await viewOf(service);
  if (thumbnail) return { uri, mimeType: "image/webp", isFixed: true, bytes: await view.thumbnail(id) };
  const image = await view.image(id);
  const isWhole = image.bytes <= MAX_ORIGINAL_BYTES;
  const { mimeType, bytes } = isWhole
    ? await view.original(image.id)
    : await view.render(image.id, { longestSide: RESIZED_SIDE, maxBytes: MAX_ORIGINAL_BYTES });
  // A resized one may be the thumbnail for now, while its disk is away.
  return { uri, mimeType, isFixed: isWhole, bytes };
}

/** Ids with this prefix, for a client's completion list. */
export async function completeId(service: Service, typed: string): Promise<readonly string[]> {
  if (!/^[0-9a-f]{0,64}$/i.test(typed)) return [];
  const view = await viewOf(service);
  const ids = await view.completeId(typed.toLowerCase(), MAX_COMPLETIONS);
  return ids.map((id) => (typed.length > 12 ? id : shortId(id)));
}

const viewOf = async (service: Service) => service.access.view(await service.library());
