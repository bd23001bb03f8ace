import { basename, dirname } from "node:path";
import { dayOf, imageDate, mediaKind, visibleText } from "../core/index.ts";
import type { Cluster, DuplicateGroup, Hit, ImageRecord, Placement } from "../core/types.ts";
import type { Card, CopyCard, GroupCard, HitCard, Place, ThemeCard } from "./cards.ts";
import { jumpLink } from "./placements.ts";
import { quotedPlaces } from "./score-parts.ts";
import { sparePaths } from "./spare-paths.ts";

export function cardOf(image: ImageRecord): Card {
  const places = image.placements.map(placeOf);
  return {
    id: image.id,
    width: image.width,
    height: image.height,
    bytes: image.bytes,
    format: image.format,
    media: mediaKind(image),
    durationMs: image.durationMs,
    name: places[0]?.name ?? "",
    folder: places[0]?.folder,
    day: dayOf(imageDate(image)),
    tags: image.tags.map(({ tag }) => visibleText(tag)),
    online: places.some(({ online }) => online),
    placeCount: image.placementCount,
  };
}

export function placeOf(placement: Placement): Place {
  if (placement.kind === "discord")
    return {
      kind: "discord",
      at: jumpLink(placement),
      name: visibleText(placement.filename),
      online: true,
    };
  const { path, online, companions } = placement;
  return {
    ...{ kind: "file", at: path, name: visibleText(basename(path)), folder: dirname(path), online },
    ...(companions && {
      companions: companions.map(({ kind, path }) => ({ kind, name: visibleText(basename(path)) })),
    }),
  };
}

/** `isRanked`: whether something was asked for, so that the score means something. */
export function hitCardOf(hit: Hit, isRanked: boolean): HitCard {
  const { words } = hit;
  return {
    ...cardOf(hit),
    rank: hit.rank,
    atMs: hit.part.kind === "frame" ? hit.part.atMs : undefined,
    score: isRanked ? hit.score : undefined,
    fit: hit.fit,
    isCopy: hit.isCopy,
    words: words && {
      matched: words.matched,
      of: words.of,
      places: quotedPlaces(hit).map(({ source, line, box }) => ({ source, line: visibleText(line), box })),
    },
    alike: hit.alike.length,
  };
}

export function groupCardOf(group: DuplicateGroup): GroupCard {
  const spare = new Set(sparePaths(group));
  const copyCardOf = (image: ImageRecord): CopyCard => ({
    ...cardOf(image),
    places: image.placements.map(placeOf).map((place) => ({ ...place, isSpare: spare.has(place.at) })),
  });
  return {
    kind: group.kind,
    why: visibleText(group.why),
    reclaimableBytes: group.reclaimableBytes,
    keeper: copyCardOf(group.keeper),
    others: group.members
      .filter(({ image }) => image.id !== group.keeper.id)
      .map(({ image, kind, reason, measure }) => ({
        ...copyCardOf(image),
        kind,
        reason: visibleText(reason),
        measure,
      })),
  };
}

export const themeCardOf = ({ name, size, representatives }: Cluster): ThemeCard => ({
  name: name === null ? null : visibleText(name),
  size,
  representatives: representatives.map(cardOf),
});
