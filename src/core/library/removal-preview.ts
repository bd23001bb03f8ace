import { resolve } from "node:path";
import type { Catalog } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import { resolveImage } from "../search/resolve-image.ts";
import type { ImageId, ImageRecord, Placement, RemovalPreview, RemoveTarget } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { rootsInside } from "./remove.ts";

const RECORDS_AT_ONCE = 200;

/** What a removal would take away, counted without taking it. */
export async function removalPreview(catalog: Catalog, target: RemoveTarget): Promise<RemovalPreview> {
  const { ids, isTaken, isWide } = await selectionOf(catalog, target);
  const erased = new Set<ImageId>();
  let [placements, userTags] = [0, 0];
  const yielding = new YieldController();
  for (let start = 0; start < ids.length; start += RECORDS_AT_ONCE) {
    for (const { record } of await catalog.images.byId(ids.slice(start, start + RECORDS_AT_ONCE))) {
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
  readonly ids: readonly ImageId[];
  readonly isTaken: (placement: Placement) => boolean;
  /** Whether more was named than single files and images. */
  readonly isWide: boolean;
}

async function selectionOf(catalog: Catalog, target: RemoveTarget): Promise<Selection> {
  if ("ids" in target) {
    const images = await Promise.all(target.ids.map((id) => resolveImage(catalog, id, ENTIRE_LIBRARY)));
    return { ids: images.map(({ record }) => record.id), isTaken: () => true, isWide: false };
  }
  if ("discord" in target) {
    const posts = await catalog.posts.placements(target.discord);
    const attachments = new Set(posts.map(({ placement }) => placement.attachmentId));
    return {
      ids: [...new Set(posts.map(({ id }) => id))],
      isTaken: (at) => at.kind === "discord" && attachments.has(at.attachmentId),
      isWide: true,
    };
  }
  return filesSelected(
    catalog,
    target.paths.map((path) => resolve(path)),
  );
}

async function filesSelected(catalog: Catalog, paths: readonly string[]): Promise<Selection> {
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
