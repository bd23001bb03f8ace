import { captureTime, imageDate, isoDate } from "../core/index.ts";
import type { DiscordPlacement, FindAnswer, ImageId, ImageRecord } from "../core/types.ts";

/** Where an image lies, as one string per placement: paths, or Discord links. */
export const pathsOf = (image: ImageRecord): string[] =>
  image.placements.map((at) => (at.kind === "file" ? at.path : postLink(at)));

/** Where Discord shows the message. */
export const postLink = ({ guildId, channelId, messageId }: DiscordPlacement): string =>
  `https://discord.com/channels/${guildId}/${channelId}/${messageId}`;

/** Its files that can be reached now. */
export const filesOf = (image: ImageRecord): string[] =>
  image.placements.flatMap((at) => (at.kind === "file" && at.online ? [at.path] : []));

/** Its files that cannot: their folder is away, and they are kept until it is back. */
const offlineFilesOf = (image: ImageRecord): string[] =>
  image.placements.flatMap((at) => (at.kind === "file" && !at.online ? [at.path] : []));

/** Where an image lies, and which of that cannot be reached now. */
export const placesJson = (image: ImageRecord) => ({
  id: image.id,
  paths: pathsOf(image),
  offline: offlineFilesOf(image),
});

/** What is told of an image besides its places. */
export function factsJson(image: ImageRecord) {
  const taken = captureTime(image);
  const date = imageDate(image);
  return {
    width: image.width,
    height: image.height,
    bytes: image.bytes,
    takenAt: taken === null ? null : isoDate(taken),
    date: isoDate(date),
    dateSource: date.source,
    tags: image.tags,
  };
}

/**
 * The documented, stable form of `find --json`.
 * @param alike records of the images that hits stand for; one erased meanwhile may be missing
 */
export function findJson(answer: FindAnswer, alike: ReadonlyMap<ImageId, ImageRecord>): unknown {
  return {
    query: answer.query,
    model: answer.model,
    hits: answer.hits.map((hit) => {
      const { id, ...places } = placesJson(hit);
      return {
        rank: hit.rank,
        id,
        score: hit.score,
        ...places,
        ...factsJson(hit),
        alike: hit.alike,
        alikeImages: hit.alike.flatMap((other) => alike.get(other) ?? []).map(placesJson),
      };
    }),
    nextCursor: answer.nextCursor,
  };
}
