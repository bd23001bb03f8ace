import type { ImageKey, StoredFingerprint } from "../ports.ts";
import type { DuplicateGroup, DuplicatesRequest, ImageId, ImageRecord, Scoped } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { Candidates } from "./candidates.ts";
import { chooseKeeper, pairsInDoubt } from "./choose-keeper.ts";
import { type DuplicateContext, type DuplicateSearch, idAt, keyAt } from "./duplicate-context.ts";
import { compareReclaimable, type KeptGroup, keptGroup, toDuplicateGroup } from "./duplicate-group.ts";
import { proposeFilmPairs } from "./film-pairs.ts";
import { withKnownDetail } from "./known-detail.ts";
import { type LooserPair, looserGroups, variantPairs } from "./looser-groups.ts";
import { nearbyPairs } from "./nearby-pairs.ts";
import { similarPairs } from "./similar-pairs.ts";
import { VerdictLookup } from "./verdict-lookup.ts";
import type { Verification } from "./verification.ts";
import { type VerifiedGroups, verifiedGroups } from "./verified-groups.ts";

/** Records are read in batches that block no other request. */
const RECORDS_AT_ONCE = 200;

/**
 * Groups of duplicates within the scope, most reclaimable bytes first. What lies outside the scope is treated as
 * absent. Stages: the same bytes at several places; pictures whose fingerprints are near, compared by their pixels; when
 * requested, those that turned out to be variants, and similar scenes by their vectors and pixels. A picture is in one
 * group of copies at most; of each such group only the keeper is in a group of variants or similar scenes.
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
  const groups = request.kind === "exact" ? [] : await groupsByPixels(context, search);
  for (const { keeper, members } of groups) {
    for (const { id } of [keeper, ...members.map(({ image }) => image)]) copies.delete(id);
  }
  const alone: DuplicateGroup[] = [];
  for (const keeper of copies.values()) alone.push(await toDuplicateGroup({ keeper, members: [] }, request));
  return [...groups, ...alone].sort(compareReclaimable);
}

async function imagesWithSeveralPlacements(
  context: DuplicateContext,
  search: DuplicateSearch,
): Promise<Map<ImageId, ImageRecord>> {
  const { pictures, request, yielder } = search;
  const found = new Map<ImageId, ImageRecord>();
  for (let start = 0; start < pictures.length; start += RECORDS_AT_ONCE) {
    const keys = pictures.slice(start, start + RECORDS_AT_ONCE).map(({ key }) => key);
    for (const image of await recordsOf(context, search, keys)) {
      if (image.placements.length > 1) found.set(image.id, image);
    }
    request.onProgress?.({ stage: "same bytes", done: start + keys.length, total: pictures.length });
    await yielder.yieldIfDue();
  }
  return found;
}

async function groupsByPixels(context: DuplicateContext, search: DuplicateSearch): Promise<DuplicateGroup[]> {
  const { pictures, request, yielder } = search;
  const total = pictures.length;
  const reportProgress = (stage: string) => (share: number) =>
    request.onProgress?.({ stage, done: Math.round(share * total), total });
  const candidates = new Candidates(pictures);
  await nearbyPairs(
    pictures.map(({ fingerprint }) => fingerprint),
    (a, b, distance) => candidates.offer(a, b, distance),
    { yielder, onProgress: reportProgress("look-alikes") },
  );
  await proposeFilmPairs(context, search, candidates);
  const verified = await verifiedGroups(context, search, candidates, reportProgress("same picture"));
  const kept = await keptGroups(context, search, verified);
  const same: DuplicateGroup[] = [];
  for (const { group } of kept) {
    same.push(await toDuplicateGroup(group, request));
    await yielder.yieldIfDue();
  }
  if (request.kind !== "variant" && request.kind !== "similar") return same;
  const pairs: LooserPair[] = await variantPairs(search, verified.verification);
  if (request.kind === "similar") {
    pairs.push(...(await similarPairs(context, search, verified.verification, reportProgress("similar"))));
  }
  const looser = await looserGroups(search, kept, pairs);
  const keys = looser.flatMap((group) => group.map(({ position }) => keyAt(search, position)));
  const records = new Map((await recordsOf(context, search, keys)).map((record) => [record.id, record]));
  const loose = looser.flatMap((group) => keptGroup(search, group, records));
  return [...same, ...(await Promise.all(loose.map((group) => toDuplicateGroup(group, request))))];
}

interface Kept {
  readonly positions: readonly number[];
  readonly keeper: number;
  readonly group: KeptGroup;
}

/** Each group of copies with its keeper, and what was done to the others beside it. */
async function keptGroups(
  context: DuplicateContext,
  search: DuplicateSearch,
  { groups, verification }: VerifiedGroups,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (let left = [...groups]; left.length > 0; ) {
    const chosen = await withKeepers(context, search, left, verification);
    left = [];
    for (const { positions, keeper, images } of chosen) {
      const near = await verification.near(positions, keeper);
      const inside = new Set(near);
      left.push(...(await verification.connected(positions.filter((at) => !inside.has(at)))));
      if (near.length > 1) {
        kept.push({ positions: near, keeper, group: await keptWith(search, verification, { near, images }) });
      }
      await search.yielder.yieldIfDue();
    }
  }
  return kept;
}

/** Of a document only the first page was compared: it is no copy of a picture, nor one of it. Films are compared whole. */
const isOnePicture = ({ pages = 1, durationMs }: ImageRecord) => pages === 1 || durationMs !== undefined;

const isRaw = ({ format }: ImageRecord) => format === "raw";

interface Chosen {
  readonly positions: readonly number[];
  readonly keeper: number;
  readonly images: readonly ImageRecord[];
}

/** Chooses the keeper of each group and compares it with all others; what that shows may change the choice. */
async function withKeepers(
  context: DuplicateContext,
  search: DuplicateSearch,
  groups: readonly (readonly number[])[],
  verification: Verification,
): Promise<Chosen[]> {
  const { request, yielder } = search;
  const loaded: { positions: readonly number[]; images: readonly ImageRecord[] }[] = [];
  for (const positions of groups) {
    const keys = positions.map((at) => keyAt(search, at));
    const images = (await recordsOf(context, search, keys)).filter(isOnePicture);
    // A raw file is the negative of its picture, not a copy of it.
    for (const some of [images.filter((image) => !isRaw(image)), images.filter(isRaw)]) {
      const ids = new Set(some.map(({ id }) => id));
      if (some.length > 1)
        loaded.push({ positions: positions.filter((at) => ids.has(idAt(search, at))), images: some });
    }
    await yielder.yieldIfDue();
  }
  const chosen: Chosen[] = [];
  for (const group of loaded) {
    chosen.push(await chosenOf(search, verification, group));
    await yielder.yieldIfDue();
  }
  await compareWithKeepers(verification, chosen, yielder);
  await compareInDoubt(search, verification, chosen);
  const better: Chosen[] = [];
  for (const { positions, images } of chosen) {
    const group = { images, ...(await verification.relationsIn(positions)) };
    const known = await withKnownDetail(context, group, request, request.signal);
    better.push(await chosenOf(search, verification, { positions, images: known.images }));
    await yielder.yieldIfDue();
  }
  await compareWithKeepers(verification, better, yielder);
  return better;
}

async function chosenOf(
  search: DuplicateSearch,
  verification: Verification,
  { positions, images }: Omit<Chosen, "keeper">,
): Promise<Chosen> {
  const group = { images, ...(await verification.relationsIn(positions)) };
  const { keeper } = chooseKeeper(group, search.request);
  return { positions, images, keeper: positions.find((at) => idAt(search, at) === keeper.id) ?? 0 };
}

async function compareWithKeepers(
  verification: Verification,
  chosen: readonly Chosen[],
  yielder: YieldController,
): Promise<void> {
  const pairs: (readonly [number, number])[] = [];
  for (const { positions, keeper } of chosen) {
    for (const at of positions) {
      if (at !== keeper && !verification.resultOf(keeper, at)) pairs.push([keeper, at]);
    }
    await yielder.yieldIfDue();
  }
  await verification.compare(pairs);
}

/** What few comparisons say of a picture is looked at again beside those that seem the best. */
async function compareInDoubt(
  search: DuplicateSearch,
  verification: Verification,
  chosen: readonly Chosen[],
): Promise<void> {
  const pairs: (readonly [number, number])[] = [];
  for (const { positions, images } of chosen) {
    const places = new Map(positions.map((at) => [idAt(search, at), at]));
    const group = { images, ...(await verification.relationsIn(positions)) };
    for (const [one, other] of pairsInDoubt(group, search.request)) {
      const [a, b] = [places.get(one), places.get(other)];
      if (a !== undefined && b !== undefined && !verification.resultOf(a, b)) pairs.push([a, b]);
    }
    await search.yielder.yieldIfDue();
  }
  await verification.compare(pairs);
}

async function keptWith(
  search: DuplicateSearch,
  verification: Verification,
  { near, images }: { readonly near: readonly number[]; readonly images: readonly ImageRecord[] },
): Promise<KeptGroup> {
  const inside = new Set(near.map((at) => idAt(search, at)));
  const group = {
    images: images.filter(({ id }) => inside.has(id)),
    ...(await verification.relationsIn(near)),
  };
  const { keeper, others, why } = chooseKeeper(group, search.request);
  const position = near.find((at) => idAt(search, at) === keeper.id) ?? 0;
  const matches = new Map(
    [...(await verification.matches(near, position))].map(([at, match]) => [idAt(search, at), match]),
  );
  const members = others.flatMap((image) => {
    const match = matches.get(image.id);
    return match ? [{ image, match }] : [];
  });
  return { keeper, why, members };
}

async function recordsOf(
  { catalog }: DuplicateContext,
  { request }: DuplicateSearch,
  keys: readonly ImageKey[],
): Promise<ImageRecord[]> {
  return (await catalog.images.byKey(keys, request.scope)).map(({ record }) => record);
}
