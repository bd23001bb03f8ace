import { resolve } from "node:path";
import type { Catalog, CatalogImage } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import { resolveImage } from "../search/resolve-image.ts";
import type {
  DiscordSelector,
  ImageId,
  ImageRecord,
  Placement,
  RemovalPreview,
  RemoveTarget,
} from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { rootsInside } from "./remove.ts";

const RECORDS_AT_ONCE = 200;

/** What a removal would take away, counted without taking it. */
export async function removalPreview(catalog: Catalog, target: RemoveTarget): Promise<RemovalPreview> {
  const { images, isTaken, isWide } = await selectionOf(catalog, target);
  const erased = new Set<ImageId>();
  let [placements, userTags] = [0, 0];
  const yielding = new YieldController();
  for await (const some of images) {
    for (const { record } of some) {
      const taken = record.placements.filter(isTaken).length;
      placements += taken;
      if (taken < record.placements.length) continue;
      erased.add(record.id);
      userTags += userTagsOf(record);
    }
    await yielding.yieldIfDue();
  }
  const verdicts = (await catalog.verdicts.list()).filter(
    ({ a, b }) => erased.has(a) || erased.has(b),
  ).length;
  return { images: erased.size, placements, userTags, verdicts, isWide };
}

interface Selection {
  /** Each once, in batches. */
  readonly images: AsyncIterable<readonly CatalogImage[]>;
  readonly isTaken: (placement: Placement) => boolean;
  /** Whether more was named than single files and images. */
  readonly isWide: boolean;
}

async function selectionOf(catalog: Catalog, target: RemoveTarget): Promise<Selection> {
  const byId = (ids: readonly ImageId[]) => inBatches(ids, (some) => catalog.images.byId(some));
  if ("ids" in target) {
    const images = await Promise.all(target.ids.map((id) => resolveImage(catalog, id, ENTIRE_LIBRARY)));
    return { images: byId(images.map(({ record }) => record.id)), isTaken: () => true, isWide: false };
  }
  if ("discord" in target) {
    const keys = await catalog.posts.imagesOf(target.discord);
    return {
      images: inBatches(keys, (some) => catalog.images.byKey(some)),
      isTaken: selects(target.discord),
      isWide: true,
    };
  }
  const { ids, ...selection } = await filesSelected(
    catalog,
    target.paths.map((path) => resolve(path)),
  );
  return { ...selection, images: byId(ids) };
}

async function* inBatches<Name>(
  names: readonly Name[],
  read: (some: readonly Name[]) => Promise<CatalogImage[]>,
): AsyncIterable<CatalogImage[]> {
  for (let start = 0; start < names.length; start += RECORDS_AT_ONCE)
    yield await read(names.slice(start, start + RECORDS_AT_ONCE));
}

/** As the catalog selects posts. */
function selects(selector: DiscordSelector): (at: Placement) => boolean {
  const { guildId, channelId, authorId, postedBefore } = selector;
  const [messages, attachments] = [selector.messageIds, selector.attachmentIds].map(
    (ids) => ids && new Set(ids),
  );
  return (at) =>
    at.kind === "discord" &&
    at.guildId === guildId &&
    (channelId === undefined || at.channelId === channelId) &&
    (authorId === undefined || at.authorId === authorId) &&
    (postedBefore === undefined || at.postedAt < postedBefore) &&
    (messages?.has(at.messageId) ?? true) &&
    (attachments?.has(at.attachmentId) ?? true);
}

async function filesSelected(
  catalog: Catalog,
  paths: readonly string[],
): Promise<Omit<Selection, "images"> & { readonly ids: readonly ImageId[] }> {
  const taken = new Set<string>();
  const ids = new Set<ImageId>();
  let isWide = false;
  for (const path of paths) {
    await rootsInside(catalog, path);
    for await (const files of catalog.files.known(path)) {
      for (const { path: file, id } of files) {
        taken.add(file);
        if (id !== undefined) ids.add(id);
      }
    }
    isWide ||= !taken.has(path);
  }
  return { ids: [...ids], isTaken: (at) => at.kind === "file" && taken.has(at.path), isWide };
}

const userTagsOf = ({ tags }: ImageRecord) => tags.filter(({ by }) => by === "person").length;
