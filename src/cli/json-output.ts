import {
  captureTime,
  type Failure,
  imageDate,
  isoDate,
  isoInstant,
  isScreenshot,
  mediaKind,
} from "../core/index.ts";
import type {
  Cluster,
  DuplicateGroup,
  FindAnswer,
  ImageId,
  ImageRecord,
  LibraryStatus,
} from "../core/types.ts";
import { pathsOf } from "../shared/placements.ts";

/** Files that cannot be reached now: their folder is offline. */
const offlineFilesOf = (image: ImageRecord): string[] =>
  image.placements.flatMap((at) => (at.kind === "file" && !at.online ? [at.path] : []));

/** Where an image is, and which of that cannot be reached now. */
const placesJson = (image: ImageRecord) => ({
  id: image.id,
  paths: pathsOf(image),
  offline: offlineFilesOf(image),
  places: image.placementCount,
  companions: companionsOf(image),
});

/** Raw files, videos and sidecars beside its files. */
const companionsOf = (image: ImageRecord) =>
  image.placements.flatMap((at) => (at.kind === "file" ? (at.companions ?? []) : []));

/** The facts of an image, apart from its placements. */
function factsJson(image: ImageRecord) {
  const taken = captureTime(image);
  const date = imageDate(image);
  return {
    width: image.width,
    height: image.height,
    bytes: image.bytes,
    takenAt: taken === null ? null : isoDate(taken),
    date: date === null ? null : isoDate(date),
    dateSource: date?.source ?? null,
    tags: image.tags,
    format: image.format,
    camera: image.facts?.camera ?? null,
    lens: image.facts?.lens ?? null,
    software: image.facts?.software ?? null,
    location: image.facts?.location ?? null,
    place: image.facts?.place?.name ?? null,
    rating: image.facts?.rating ?? null,
    screenshot: isScreenshot(image),
    cut: image.cut ?? false,
    pages: image.pages ?? 1,
    kind: mediaKind(image),
    duration: image.durationMs === undefined ? null : image.durationMs / 1000,
  };
}

/**
 * The documented, stable form of `find --json`.
 * @param alike records of the images that hits stand for; those erased meanwhile are missing
 */
export function findJson(answer: FindAnswer, alike: ReadonlyMap<ImageId, ImageRecord>): unknown {
  return {
    query: answer.query,
    model: answer.model,
    match: answer.match ?? null,
    corrections: answer.corrections ?? [],
    hits: answer.hits.map((hit) => {
      const { id, ...places } = placesJson(hit);
      return {
        rank: hit.rank,
        id,
        score: hit.score,
        fit: hit.fit ?? null,
        isCopy: hit.isCopy ?? false,
        words: hit.words ?? null,
        part: hit.part,
        at: hit.part.kind === "frame" ? hit.part.atMs / 1000 : null,
        ...places,
        ...factsJson(hit),
        alike: hit.alike,
        alikeImages: hit.alike.flatMap((other) => alike.get(other) ?? []).map(placesJson),
      };
    }),
    nextCursor: answer.nextCursor,
  };
}

/** The documented, stable form of `groups --json`. */
export const groupsJson = (groups: readonly Cluster[]): unknown =>
  groups.map(({ name, size, representatives, ids }) => ({
    name,
    size,
    representatives: representatives.map((image) => ({ ...placesJson(image), ...factsJson(image) })),
    ids,
  }));

/** The documented, stable form of `duplicates --json`. */
export const duplicatesJson = (groups: readonly DuplicateGroup[]): unknown => ({
  groups: groups.map(({ kind, keeper, why, members, reclaimableBytes }) => ({
    kind,
    keeper: placesJson(keeper),
    why,
    members: members.map((member) => ({
      ...placesJson(member.image),
      kind: member.kind,
      reference: member.reference,
      edits: member.edits.map(({ kind, of }) => ({ kind, of })),
      reason: member.reason,
      measure: member.measure,
    })),
    reclaimableBytes,
  })),
});

/** The form of `status --json`: the status as the library gives it, with instants as everywhere in JSON. */
export const statusJson = (status: LibraryStatus): unknown => ({
  ...status,
  roots: status.roots.map((root) => ({
    ...root,
    lastScanAt: root.lastScanAt === null ? null : isoInstant(root.lastScanAt),
  })),
});

/** The form of `status --failed --json`. */
export const failuresJson = (failures: readonly Failure[]): unknown =>
  failures.map((failure) => ({
    ...failure,
    modifiedAt: isoInstant(failure.modifiedAt),
    at: isoInstant(failure.at),
  }));
