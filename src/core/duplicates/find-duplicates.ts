import type { ImageKey, StoredFingerprint } from "../ports.ts";
import type { DuplicateGroup, DuplicatesRequest, ImageId, ImageRecord, Scope, Scoped } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { compareGroup } from "./compare-group.ts";
import { findConnectedGroups } from "./connected-groups.ts";
import type { DuplicateContext, DuplicateSearch } from "./duplicate-context.ts";
import { compareReclaimable, toDuplicateGroup } from "./duplicate-group.ts";
import { withKnownDetail } from "./known-detail.ts";
import { splitByKeeper } from "./split-by-keeper.ts";
import { VerdictLookup } from "./verdict-lookup.ts";

/** Records are read in batches that block no other request. */
const RECORDS_AT_ONCE = 200;

/**
 * Groups of duplicates within the scope, most reclaimable bytes first. What lies outside the scope is treated as
 * absent. Stages: the same bytes at several places; the same picture by its fingerprint; when requested, similar
 * pictures by their vectors.
 */
export async function findDuplicates(
  context: DuplicateContext,
  request: Scoped<DuplicatesRequest>,
): Promise<DuplicateGroup[]> {
  const yielder = new YieldController(request.signal);
  const verdicts = new VerdictLookup(await context.catalog.verdicts.list());
  const pictures: StoredFingerprint[] = [];
  for await (const batch of context.catalog.images.fingerprints(request.scope)) pictures.push(...batch);
  const search = { request, pictures, verdicts, yielder };
  const copies = await imagesWithSeveralPlacements(context, search);
  const groups = request.kind === "exact" ? [] : await groupsOfSimilarImages(context, search);
  for (const { keeper, members } of groups) {
    for (const { id } of [keeper, ...members.map(({ image }) => image)]) copies.delete(id);
  }
  const alone = [...copies.values()].map((keeper) => toDuplicateGroup({ keeper, members: [] }, request));
  return [...groups, ...alone].sort(compareReclaimable);
}

async function imagesWithSeveralPlacements(
  context: DuplicateContext,
  { pictures, request, yielder }: DuplicateSearch,
): Promise<Map<ImageId, ImageRecord>> {
  const found = new Map<ImageId, ImageRecord>();
  for (let start = 0; start < pictures.length; start += RECORDS_AT_ONCE) {
    const keys = pictures.slice(start, start + RECORDS_AT_ONCE).map(({ key }) => key);
    for (const image of await recordsOf(context, keys, request.scope)) {
      if (image.placements.length > 1) found.set(image.id, image);
    }
    request.onProgress?.({ stage: "same bytes", done: start + keys.length, total: pictures.length });
    await yielder.yieldIfDue();
  }
  return found;
}

async function groupsOfSimilarImages(
  context: DuplicateContext,
  search: DuplicateSearch,
): Promise<DuplicateGroup[]> {
  const groups: DuplicateGroup[] = [];
  for (const pictures of await findConnectedGroups(context, search)) {
    const keys = pictures.map(({ key }) => key);
    const images: ImageRecord[] = [];
    for (let start = 0; start < keys.length; start += RECORDS_AT_ONCE) {
      images.push(
        ...(await recordsOf(context, keys.slice(start, start + RECORDS_AT_ONCE), search.request.scope)),
      );
    }
    const comparison = await compareGroup(context, search, pictures, images);
    const known = await withKnownDetail(
      context,
      { images, relations: [] },
      search.request,
      search.request.signal,
    );
    for await (const group of splitByKeeper(known.images, comparison, search.request, search.yielder))
      groups.push(toDuplicateGroup(group, search.request));
  }
  return groups;
}

async function recordsOf({ catalog }: DuplicateContext, keys: readonly ImageKey[], scope: Scope) {
  return (await catalog.images.byKey(keys, scope)).map(({ record }) => record);
}
