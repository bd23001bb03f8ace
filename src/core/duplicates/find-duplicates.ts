import type { ImageKey, StoredFingerprint } from "../ports.ts";
import type { DuplicateGroup, DuplicatesRequest, ImageId, ImageRecord, Scope, Scoped } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { compareGroup } from "./compare-group.ts";
import type { DuplicateContext, DuplicateSearch } from "./duplicate-context.ts";
import { byReclaimable, groupOf } from "./duplicate-group.ts";
import { linkedPictures } from "./linked-pictures.ts";
import { splitByKeeper } from "./split-by-keeper.ts";
import { VerdictLookup } from "./verdict-lookup.ts";

/** Records are read in steps that hold up nobody. */
const RECORDS_AT_ONCE = 200;

/**
 * Groups of duplicates within the scope, most reclaimable bytes first. What lies outside the scope counts as if it
 * were not there. Stages: the same bytes at several places; the same picture by its fingerprint; when asked for,
 * similar pictures by their vectors.
 */
export async function findDuplicates(
  parts: DuplicateContext,
  request: Scoped<DuplicatesRequest>,
): Promise<DuplicateGroup[]> {
  const turns = new YieldController(request.signal);
  const verdicts = new VerdictLookup(await parts.catalog.verdicts.list());
  const within = await parts.catalog.images.keysInScope(request.scope);
  const pictures: StoredFingerprint[] = [];
  for await (const batch of parts.catalog.images.fingerprints(request.scope)) pictures.push(...batch);
  const search = { request, within, pictures, verdicts, turns };
  const copies = await imagesAtSeveralPlaces(parts, search);
  const groups = request.kind === "exact" ? [] : await groupsOfSeveral(parts, search);
  for (const { keeper, members } of groups) {
    for (const { id } of [keeper, ...members.map(({ image }) => image)]) copies.delete(id);
  }
  const alone = [...copies.values()].map((keeper) => groupOf({ keeper, members: [] }));
  return [...groups, ...alone].sort(byReclaimable);
}

async function imagesAtSeveralPlaces(
  parts: DuplicateContext,
  { pictures, request, turns }: DuplicateSearch,
): Promise<Map<ImageId, ImageRecord>> {
  const found = new Map<ImageId, ImageRecord>();
  for (let start = 0; start < pictures.length; start += RECORDS_AT_ONCE) {
    const keys = pictures.slice(start, start + RECORDS_AT_ONCE).map(({ key }) => key);
    for (const image of await recordsOf(parts, keys, request.scope)) {
      if (image.placements.length > 1) found.set(image.id, image);
    }
    request.onProgress?.({ stage: "same bytes", done: start + keys.length, total: pictures.length });
    await turns.yieldIfDue();
  }
  return found;
}

async function groupsOfSeveral(parts: DuplicateContext, search: DuplicateSearch): Promise<DuplicateGroup[]> {
  const groups: DuplicateGroup[] = [];
  for (const pictures of await linkedPictures(parts, search)) {
    const keys = pictures.map(({ key }) => key);
    const images: ImageRecord[] = [];
    for (let start = 0; start < keys.length; start += RECORDS_AT_ONCE) {
      images.push(
        ...(await recordsOf(parts, keys.slice(start, start + RECORDS_AT_ONCE), search.request.scope)),
      );
    }
    const comparison = await compareGroup(parts, search, pictures, images);
    for await (const group of splitByKeeper(images, comparison, search.turns)) groups.push(groupOf(group));
  }
  return groups;
}

async function recordsOf({ catalog }: DuplicateContext, keys: readonly ImageKey[], scope: Scope) {
  return (await catalog.images.byKey(keys, scope)).map(({ record }) => record);
}
