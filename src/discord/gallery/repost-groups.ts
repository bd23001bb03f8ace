import type { DiscordPlacement, DuplicateGroup, ImageId, ImageRecord } from "../../core/index.ts";
import { oldestFirst } from "./find-page.ts";

/** One picture and every place where it was posted, oldest first. */
export interface Repost {
  readonly imageId: ImageId;
  readonly placements: readonly DiscordPlacement[];
}

/** From groups whose images carry only what the reader may see. */
export function repostsOf(groups: readonly DuplicateGroup[]): Repost[] {
  return groups.map(repostOf).filter(({ placements }) => placements.length > 1);
}

function repostOf({ keeper, members }: DuplicateGroup): Repost {
  const images: ImageRecord[] = [keeper, ...members.map(({ image }) => image)];
  const placements = new Map<string, DiscordPlacement>();
  for (const placement of images.flatMap(oldestFirst)) {
    placements.set(`${placement.messageId}/${placement.attachmentId}`, placement);
  }
  const sorted = [...placements.values()].sort((a, b) => a.postedAt - b.postedAt);
  return { imageId: keeper.id, placements: sorted };
}
