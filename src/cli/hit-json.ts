import type { FindAnswer, ImageRecord } from "../core/types.ts";

/** Where an image lies, as one string per placement: paths, or Discord links. */
export const pathsOf = (image: ImageRecord): string[] =>
  image.placements.map((at) =>
    at.kind === "file"
      ? at.path
      : `https://discord.com/channels/${at.guildId}/${at.channelId}/${at.messageId}`,
  );

/** Its files that can be reached now. */
export const filesOf = (image: ImageRecord): string[] =>
  image.placements.flatMap((at) => (at.kind === "file" && at.online ? [at.path] : []));

/** The documented, stable form of `find --json`. */
export function findJson(answer: FindAnswer): unknown {
  return {
    query: answer.query,
    model: answer.model,
    hits: answer.hits.map((hit) => ({
      rank: hit.rank,
      id: hit.id,
      score: hit.score,
      paths: pathsOf(hit),
      width: hit.width,
      height: hit.height,
      bytes: hit.bytes,
      takenAt: hit.takenAt === null ? null : new Date(hit.takenAt).toISOString(),
      tags: hit.tags,
      alike: hit.alike,
    })),
    nextCursor: answer.nextCursor,
  };
}
