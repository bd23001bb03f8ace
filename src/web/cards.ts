import { basename, dirname } from "node:path";
import {
  dayOf,
  type Hit,
  type ImageRecord,
  imageDate,
  isoDate,
  type Placement,
  visibleText,
} from "../core/index.ts";
import { jumpLink } from "../shared/placements.ts";
import { quotedPlaces } from "../shared/score-parts.ts";
import type { Card, HitCard, PictureDetails, Place } from "./answers.ts";

export function cardOf(image: ImageRecord): Card {
  const [first] = image.placements;
  return {
    id: image.id,
    width: image.width,
    height: image.height,
    name: first ? nameOf(first) : "",
    folder: first?.kind === "file" ? dirname(first.path) : undefined,
    day: dayOf(imageDate(image)),
    tags: image.tags.map(({ tag }) => visibleText(tag)),
    online: image.placements.some(isOnline),
  };
}

/** `isRanked`: whether something was asked for, so that the score means something. */
export function hitCardOf(hit: Hit, isRanked: boolean): HitCard {
  const { words } = hit;
  return {
    ...cardOf(hit),
    rank: hit.rank,
    score: isRanked ? hit.score : undefined,
    fit: hit.fit,
    isCopy: hit.isCopy,
    words: words && {
      matched: words.matched,
      of: words.of,
      places: quotedPlaces(hit).map(({ source, line }) => ({ source, line: visibleText(line) })),
    },
    alike: hit.alike.length,
  };
}

export function detailsOf(image: ImageRecord, text: PictureDetails["text"]): PictureDetails {
  const date = imageDate(image);
  return {
    ...cardOf(image),
    format: image.format,
    bytes: image.bytes,
    date: date && { at: isoDate(date), source: date.source },
    places: image.placements.map(placeOf),
    placeCount: image.placementCount,
    text: text.map(({ text: line, box }) => ({ text: visibleText(line), box })),
  };
}

const placeOf = (placement: Placement): Place => ({
  kind: placement.kind,
  at: placement.kind === "file" ? placement.path : jumpLink(placement),
  online: isOnline(placement),
});

const isOnline = (placement: Placement) => placement.kind === "discord" || placement.online;

const nameOf = (placement: Placement) =>
  visibleText(placement.kind === "file" ? basename(placement.path) : placement.filename);
